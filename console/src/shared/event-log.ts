import type { EventList, LoomEvent } from './contract.ts';
import type { Kept } from './kept-read.ts';

/** What is known of an event log, the newest first, without gaps. */
export interface EventLog {
  /** The newest page as it was last read, whose ETag tells whether anything happened since. */
  readonly head: Kept<EventList>;
  readonly items: readonly LoomEvent[];
  /** Where older ones begin. */
  readonly nextCursor: string | undefined;
}

export type ReadEvents = (
  cursor: string | undefined,
  previous: Kept<EventList> | undefined,
) => Promise<Kept<EventList>>;

/** Pages that are read to close the gap after a long absence; beyond them the log begins anew. */
const mostCatchingUp = 5;

/** Reads what happened since, and puts it on top. */
export async function catchUp(before: EventLog | undefined, read: ReadEvents): Promise<EventLog> {
  const head = await read(undefined, before?.head);
  if (before !== undefined && head === before.head) return before;
  const known = new Map(before?.items.map((event, index) => [event.id, index]));
  const items: LoomEvent[] = [];
  let page = head;
  for (let pages = 1; ; pages += 1) {
    for (const event of page.body.items) {
      const at = known.get(event.id);
      if (at !== undefined && before !== undefined) {
        return { head, items: [...items, ...before.items.slice(at)], nextCursor: before.nextCursor };
      }
      items.push(event);
    }
    const { nextCursor } = page.body;
    if (before === undefined || nextCursor === undefined || pages === mostCatchingUp)
      return { head, items, nextCursor };
    page = await read(nextCursor, undefined);
  }
}

/** Reads one page of older events and puts it below. */
export async function reachBack(log: EventLog, read: ReadEvents): Promise<EventLog> {
  if (log.nextCursor === undefined) return log;
  const { body } = await read(log.nextCursor, undefined);
  const known = new Set(log.items.map((event) => event.id));
  const older = body.items.filter((event) => !known.has(event.id));
  return { head: log.head, items: [...log.items, ...older], nextCursor: body.nextCursor };
}
