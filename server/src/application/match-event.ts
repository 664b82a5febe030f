import type { LoggedEvent } from '../domain/event.ts';
import type { EventFilter } from './ports/event-log.ts';

/** What events can be filtered by, in one order. */
export function eventFilterValues(filter: EventFilter): readonly (string | undefined)[] {
  const { migrationId, candidateId, runId, type, actorId, traceId, since, until, q } = filter;
  return [migrationId, candidateId, runId, type, actorId, traceId, since, until, q];
}

/** Times are texts of one form, which sort as they are. */
export function matchesEvent(event: LoggedEvent, filter: EventFilter): boolean {
  return (
    isOr(filter.migrationId, event.migrationId) &&
    isOr(filter.candidateId, event.candidateId) &&
    isOr(filter.runId, event.runId) &&
    isOr(filter.type, event.type) &&
    isOr(filter.actorId, event.actor.id) &&
    isOr(filter.traceId, event.traceId) &&
    (filter.since === undefined || event.at >= filter.since) &&
    (filter.until === undefined || event.at < filter.until) &&
    (filter.q === undefined || says(event, filter.q.toLowerCase()))
  );
}

function isOr(wanted: string | undefined, own: string | undefined): boolean {
  return wanted === undefined || wanted === own;
}

/** Where events carry sentences. */
const SENTENCES = ['message', 'reason', 'comment', 'why'] as const;

function says({ data }: LoggedEvent, part: string): boolean {
  return SENTENCES.some((name) => {
    const text = data?.[name];
    return typeof text === 'string' && text.toLowerCase().includes(part);
  });
}
