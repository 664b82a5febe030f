import type { Kept } from './kept-read.ts';
import { ProblemError } from './problem.ts';

interface Identified {
  readonly id: string;
}

export interface ListBody<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string | undefined;
}

/** The newest of a log and what was loaded below, without gaps. */
export interface Tail<Item extends Identified> {
  readonly items: readonly Item[];
  /** Where older ones begin. */
  readonly nextCursor: string | undefined;
  /** What was last read on top; its ETag tells whether anything came since. */
  readonly last: Kept<ListBody<Item>>;
}

export type TailPlace = { readonly after?: string } | { readonly cursor: string };

export type ReadTail<Item> = (
  place: TailPlace,
  previous: Kept<ListBody<Item>> | undefined,
) => Promise<Kept<ListBody<Item>>>;

/** Pages that are read to close the gap after a long absence; beyond them the log begins anew. */
const mostPages = 5;
/** What came in the millisecond of the last one may be told twice. */
const mayRepeat = 50;

/** Asks for what came after the newest; the same object when nothing did, so that nothing renders. */
export async function followTail<Item extends Identified>(
  before: Tail<Item> | undefined,
  read: ReadTail<Item>,
  pageLimit: number,
): Promise<Tail<Item>> {
  const newest = before?.items[0];
  if (before === undefined || newest === undefined) {
    const last = await read({}, before?.last);
    if (before !== undefined && last === before.last) return before;
    // Nothing came; how far back was looked still holds.
    if (before !== undefined && last.body.items.length === 0) return { ...before, last };
    return { items: last.body.items, nextCursor: last.body.nextCursor, last };
  }
  let { items } = before;
  let isFirst = true;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const after = items[0]?.id ?? newest.id;
    const last = await read({ after }, isFirst ? before.last : undefined).catch(beginAnew);
    if (last === undefined) break;
    if (isFirst && last === before.last) return before;
    isFirst = false;
    const known = new Set(items.slice(0, mayRepeat).map(({ id }) => id));
    const fresh = last.body.items.filter(({ id }) => !known.has(id));
    items = [...fresh, ...items];
    if (last.body.items.length < pageLimit || fresh.length === 0)
      return { items: fresh.length === 0 ? before.items : items, nextCursor: before.nextCursor, last };
  }
  const last = await read({}, undefined);
  return { items: last.body.items, nextCursor: last.body.nextCursor, last };
}

/** The newest that is known here is no longer kept there. */
function beginAnew(error: unknown): undefined {
  if (error instanceof ProblemError && error.word === 'cursor-mismatch') return undefined;
  throw error;
}

/** Reads one page of older ones and puts it below. */
export async function reachBack<Item extends Identified>(
  tail: Tail<Item>,
  read: ReadTail<Item>,
): Promise<Tail<Item>> {
  if (tail.nextCursor === undefined) return tail;
  const { body } = await read({ cursor: tail.nextCursor }, undefined);
  const known = new Set(tail.items.map(({ id }) => id));
  const older = body.items.filter(({ id }) => !known.has(id));
  return { ...tail, items: [...tail.items, ...older], nextCursor: body.nextCursor };
}
