import type { LoggedEvent } from '../domain/event.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { RunRef } from './ports/refs.ts';
import type { TimelineItem } from './timeline-items.ts';
import { describeEnd, isEndOfAttempt } from './timeline-text.ts';

export interface TellMessagesDeps {
  readonly store: Pick<MigrationStore, 'getManifest' | 'listAttempts'>;
}

/** An event with what the worker said of the attempt whose end it tells. */
export interface ToldEvent extends LoggedEvent {
  readonly message?: string | undefined;
}

/** Workers write messages of any length; the whole stands with the attempt. */
const MOST_OF_MESSAGE = 500;

/** Events say that an attempt ended; what its worker said of that stands with the attempt, and is told with the event. */
export const tellMessages =
  (deps: TellMessagesDeps) =>
  async (items: readonly TimelineItem[]): Promise<readonly TimelineItem[]> => {
    const isSilent = (item: TimelineItem) => item.eventId !== undefined && lacksMessage(item);
    const messages = await readMessages(deps, items.filter(isSilent));
    return items.map((item) => {
      const message = isSilent(item) ? messages.get(keyOf(item)) : undefined;
      return message === undefined ? item : { ...item, text: describeEnd(item, message) };
    });
  };

/** {@link tellMessages} for events as they are. */
export const tellEvents =
  (deps: TellMessagesDeps) =>
  async (events: readonly LoggedEvent[]): Promise<readonly ToldEvent[]> => {
    const messages = await readMessages(deps, events.filter(lacksMessage));
    return events.map((event) => {
      const message = lacksMessage(event) ? messages.get(keyOf(event)) : undefined;
      return message === undefined ? event : { ...event, message: inShort(message) };
    });
  };

type EndOfAttempt = Pick<
  LoggedEvent,
  'type' | 'migrationId' | 'candidateId' | 'runId' | 'stepName' | 'phase' | 'attempt' | 'data'
>;

async function readMessages(
  { store }: TellMessagesDeps,
  ends: readonly EndOfAttempt[],
): Promise<ReadonlyMap<string, string>> {
  const runs = new Map<string, RunRef>();
  for (const { migrationId, candidateId, runId } of ends)
    if (migrationId !== undefined && candidateId !== undefined && runId !== undefined)
      runs.set(runId, { migrationId, candidateId, runId });
  const messages = new Map<string, string>();
  await Promise.all(
    [...runs.values()].map(async (run) => {
      const [manifest, attempts] = await Promise.all([store.getManifest(run), store.listAttempts(run)]);
      for (const { stepIndex, phase, attempt, message } of attempts) {
        const stepName = manifest?.steps[stepIndex]?.name;
        if (message !== undefined)
          messages.set(keyOf({ runId: run.runId, stepName, phase, attempt }), message);
      }
    }),
  );
  return messages;
}

function lacksMessage(event: EndOfAttempt): boolean {
  return isEndOfAttempt(event) && event.data?.['message'] === undefined;
}

function keyOf({
  runId,
  stepName,
  phase = 'execute',
  attempt,
}: Pick<LoggedEvent, 'runId' | 'stepName' | 'phase' | 'attempt'>): string {
  return `${runId} ${stepName} ${phase} ${attempt}`;
}

function inShort(message: string): string {
  return message.length <= MOST_OF_MESSAGE ? message : `${message.slice(0, MOST_OF_MESSAGE).trimEnd()}…`;
}
