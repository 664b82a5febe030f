import type { Attempt, LoomEvent, StepView } from '../../shared/contract.ts';
import { operationWords } from '../../shared/event-words.ts';

/** One git or forge operation, as an event of type `operation` carries it. */
export interface ShownOperation {
  readonly kind: string;
  readonly isOk: boolean;
  readonly at: string;
  readonly durationMs: number | undefined;
  /** Repository and branch, as far as they are known. */
  readonly where: string | undefined;
  readonly commit: string | undefined;
  readonly url: string | undefined;
  readonly message: string | undefined;
}

export function operationOf({ at, data = {} }: LoomEvent): ShownOperation {
  const text = (key: string) => {
    const value = data[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const place = [text('repository'), text('branch')].filter((part) => part !== undefined);
  const durationMs = data['durationMs'];
  const url = text('url');
  return {
    kind: operationWords(text('kind') ?? 'operation'),
    isOk: data['result'] !== 'failed',
    at: text('at') ?? at,
    durationMs: typeof durationMs === 'number' ? durationMs : undefined,
    where: place.length === 0 ? url : place.join(' '),
    commit: text('commit'),
    url: url !== undefined && /^https?:\/\//.test(url) ? url : undefined,
    message: text('message'),
  };
}

/** The operations of one attempt, in the order in which they were made; events come the newest first. */
export function operationsOf(
  events: readonly LoomEvent[],
  { name }: Pick<StepView, 'name'>,
  { attempt, phase }: Pick<Attempt, 'attempt' | 'phase'>,
): readonly LoomEvent[] {
  return events
    .filter(
      (event) => event.stepName === name && event.attempt === attempt && (event.phase ?? 'execute') === phase,
    )
    .toReversed();
}
