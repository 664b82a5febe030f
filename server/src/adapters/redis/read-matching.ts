import {
  readAfter,
  readBefore,
  type StreamEntry,
  type StreamPlace,
  type StreamSource,
} from './merged-streams.ts';
import type { StoreClient } from './store-client.ts';

/** Of filters that match little, a page looks at no more than this; the cursor goes on from there. */
const MOST_SCANNED = 20_000;
const READ_AT_ONCE = 500;

export interface MatchingQuery<Item> {
  readonly limit: number;
  readonly before?: StreamPlace | undefined;
  readonly after?: StreamPlace | undefined;
  /** The stream id below which nothing matches. */
  readonly earliest?: string | undefined;
  /** Undefined for what does not match. */
  readonly read: (entry: StreamEntry) => Item | undefined;
}

/** A page of what matches, the newest first, and where the next one begins. */
export async function readMatching<Item>(
  client: StoreClient,
  sources: readonly StreamSource[],
  query: MatchingQuery<Item>,
): Promise<{ readonly items: readonly Item[]; readonly next?: StreamPlace | undefined }> {
  return query.after === undefined
    ? readOlder(client, sources, query)
    : { items: await readNewer(client, sources, query, query.after) };
}

async function readOlder<Item>(
  client: StoreClient,
  sources: readonly StreamSource[],
  { limit, before: start, earliest, read }: MatchingQuery<Item>,
) {
  let before = start;
  const items: Item[] = [];
  for (let scanned = 0; scanned < MOST_SCANNED; ) {
    // One more than is wanted, to know whether more follow; more at once where a filter leaves much out.
    const wanted = scanned === 0 ? limit - items.length + 1 : READ_AT_ONCE;
    const found = await readBefore(client, sources, before, wanted, earliest);
    scanned += Math.max(1, found.length);
    for (const [index, entry] of found.entries()) {
      const item = entry.json === '' ? undefined : read(entry);
      if (item !== undefined) items.push(item);
      before = entry;
      const isEnd = found.length < wanted && index === found.length - 1;
      if (items.length === limit) return { items, next: isEnd ? undefined : entry };
    }
    if (found.length < wanted) return { items };
  }
  return { items, next: before };
}

async function readNewer<Item>(
  client: StoreClient,
  sources: readonly StreamSource[],
  { limit, read }: MatchingQuery<Item>,
  start: StreamPlace,
): Promise<readonly Item[]> {
  let after = start;
  const items: Item[] = [];
  const seen = new Set<string>();
  for (let scanned = 0; scanned < MOST_SCANNED; ) {
    const found = (await readAfter(client, sources, after, READ_AT_ONCE)).toReversed();
    scanned += found.length;
    for (const entry of found) {
      const place = `${entry.id} ${entry.source}`;
      const item = entry.json === '' || seen.has(place) ? undefined : read(entry);
      seen.add(place);
      if (item !== undefined) items.unshift(item);
      if (items.length === limit) return items;
    }
    const last = found.at(-1);
    // A page that does not get any further has only what came in one millisecond.
    if (last === undefined || found.length < READ_AT_ONCE || last.id === after.id) return items;
    after = last;
  }
  return items;
}
