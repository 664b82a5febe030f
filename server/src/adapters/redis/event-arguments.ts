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

/** The stream id and the name of the stream of an event's id; undefined for what is none. */
export function placeOfEvent(eventId: string): { readonly id: string; readonly source: string } | undefined {
  const [, ms, sequence, source = ''] = /^(\d{1,15})-(\d{4,15})(?:-([a-z0-9-]+))?$/.exec(eventId) ?? [];
  return ms === undefined ? undefined : { id: `${ms}-${Number(sequence)}`, source };
}

/** Sorts by time within a migration as text, too, and is unique over all of them. */
export function toLoggedEvent(streamId: string, json: string): LoggedEvent {
  const event = fromStoredJson<Omit<LoggedEvent, 'id'>>(json);
  const [ms = '', sequence = ''] = streamId.split('-');
  const source = event.migrationId === undefined ? '' : `-${event.migrationId}`;
  return { id: `${ms}-${sequence.padStart(4, '0')}${source}`, ...event };
}
