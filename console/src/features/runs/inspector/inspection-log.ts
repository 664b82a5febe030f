import type { InspectionEntry, RunInspection } from '../../../shared/contract.ts';
import type { Kept } from '../../../shared/kept-read.ts';

/** What is known of a run's history, the newest first, and what the engine said with the newest page. */
export interface InspectionLog {
  readonly head: Kept<RunInspection>;
  readonly entries: readonly InspectionEntry[];
  readonly nextCursor: string | undefined;
}

export type ReadInspection = (
  cursor: string | undefined,
  previous: Kept<RunInspection> | undefined,
) => Promise<Kept<RunInspection>>;

/** Ids begin anew in each history of a run. */
export function entryKey({ part, eventId }: InspectionEntry): string {
  return `${part}-${eventId}`;
}

/** Reads the newest page and puts what is new on top; after a gap the log begins anew. */
export async function catchUp(
  before: InspectionLog | undefined,
  read: ReadInspection,
): Promise<InspectionLog> {
  const head = await read(undefined, before?.head);
  if (before !== undefined && head === before.head) return before;
  const { entries, nextCursor } = head.body;
  const known = new Map(before?.entries.map((entry, index) => [entryKey(entry), index]));
  const meets = entries.findIndex((entry) => known.has(entryKey(entry)));
  const at = known.get(entries[meets] === undefined ? '' : entryKey(entries[meets]));
  if (before === undefined || at === undefined) return { head, entries, nextCursor };
  return {
    head,
    entries: [...entries.slice(0, meets), ...before.entries.slice(at)],
    nextCursor: before.nextCursor,
  };
}

/** Reads one page of what is older and puts it below. */
export async function reachBack(log: InspectionLog, read: ReadInspection): Promise<InspectionLog> {
  if (log.nextCursor === undefined) return log;
  const { entries, nextCursor } = (await read(log.nextCursor, undefined)).body;
  const known = new Set(log.entries.map(entryKey));
  const older = entries.filter((entry) => !known.has(entryKey(entry)));
  return { head: log.head, entries: [...log.entries, ...older], nextCursor };
}
