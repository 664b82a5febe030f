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

/** An event in the stream of a worker app, which names itself, so that ids are unique over all streams. */
export function workerEventJson(workerApp: string, event: NewEvent): string {
  const { key: _, ...kept } = event;
  return toStoredJson({ ...kept, stream: workerStreamName(workerApp) });
}

/** No migration is called like this. */
export function workerStreamName(workerApp: string): string {
  return `w.${workerApp}`;
}

/** The stream id and the name of the stream of an event's id; undefined for what is none. */
export function placeOfEvent(eventId: string): { readonly id: string; readonly source: string } | undefined {
  const [, ms, sequence, source = ''] = /^(\d{1,15})-(\d{4,15})(?:-([a-z0-9.-]+))?$/.exec(eventId) ?? [];
  return ms === undefined ? undefined : { id: `${ms}-${Number(sequence)}`, source };
}

/** Sorts by time within a migration as text, too, and is unique over all of them. */
export function toLoggedEvent(streamId: string, json: string): LoggedEvent {
  const { stream, ...event } = fromStoredJson<Omit<LoggedEvent, 'id'> & { readonly stream?: string }>(json);
  const [ms = '', sequence = ''] = streamId.split('-');
  const source = event.migrationId ?? stream;
  const suffix = source === undefined ? '' : `-${source}`;
  return { id: `${ms}-${sequence.padStart(4, '0')}${suffix}`, ...event };
}
