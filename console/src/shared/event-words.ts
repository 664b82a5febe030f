import type { LoomEvent } from './contract.ts';

/** `forge.pull_request.create` reads as `forge pull request create`. */
export function operationWords(kind: string): string {
  return kind.replaceAll(/[._]/g, ' ');
}

/** The sentence that an event carries, if it carries one. */
export function eventSummary({
  type,
  message: told,
  data,
}: Pick<LoomEvent, 'type' | 'message' | 'data'>): string | undefined {
  if (told !== undefined && told !== '') return told;
  if (type === 'operation' && typeof data?.['kind'] === 'string') {
    const kind = operationWords(data['kind']);
    const { message } = data;
    return typeof message === 'string' && message !== '' ? `${kind}: ${message}` : kind;
  }
  for (const name of ['message', 'reason', 'comment', 'kind']) {
    const value = data?.[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** A worker is named by its app, whichever of its instances spoke. */
export function actorWord({ kind, id }: LoomEvent['actor']): string {
  return kind === 'worker' ? id.replace(/\/.*$/s, '') : id;
}
