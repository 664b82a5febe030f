import type { LoggedEvent, NewEvent } from '../../domain/event.ts';
import type { Argument } from './store-client.ts';
import { fromStoredJson, toStoredJson } from './stored-json.ts';

/** One event in the order in which `appendEvent` of the scripts takes it. */
export function eventArguments(event: NewEvent): readonly Argument[] {
  const { key, ...kept } = event;
  return [key ?? '', event.runId ?? '', event.candidateId ?? '', event.at, toStoredJson(kept)];
}

export function eventListArguments(events: readonly NewEvent[]): readonly Argument[] {
  return [events.length, ...events.flatMap(eventArguments)];
}

/** Sorts by time within a migration as text, too, and is unique over all of them. */
export function toLoggedEvent(streamId: string, json: string): LoggedEvent {
  const event = fromStoredJson<Omit<LoggedEvent, 'id'>>(json);
  const [ms = '', sequence = ''] = streamId.split('-');
  const source = event.migrationId === undefined ? '' : `-${event.migrationId}`;
  return { id: `${ms}-${sequence.padStart(4, '0')}${source}`, ...event };
}
