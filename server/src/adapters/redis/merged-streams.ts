import { listOf, type Reply, type StoreClient, textOf, textsOf } from './store-client.ts';

/** A stream that holds entries, or an index that holds nothing but ids of them. */
export interface StreamSource {
  /** Streams have their own ids, so the name decides between equal ones. */
  readonly name: string;
  readonly key: string;
  /** Where the entries are; the same as `key` when it is no index. */
  readonly entriesKey: string;
}

/** Where an entry stands among those of all sources. */
export interface StreamPlace {
  readonly id: string;
  readonly source: string;
}

export interface StreamEntry extends StreamPlace {
  /** Empty when it is no longer kept. */
  readonly json: string;
}

/** The newest entries of all sources before a place, merged by id and then by name, the newest first. */
export async function readBefore(
  client: StoreClient,
  sources: readonly StreamSource[],
  before: StreamPlace | undefined,
  count: number,
  earliest = '-',
): Promise<readonly StreamEntry[]> {
  const replies = await client.pipeline(
    sources.map(({ name, key }) => {
      // Of an equal id, a stream whose name comes later was already given.
      const end = before === undefined ? '+' : name < before.source ? before.id : `(${before.id}`;
      return ['XREVRANGE', key, end, earliest, 'COUNT', count];
    }),
  );
  const found = merge(sources, replies).sort(newestFirst).slice(0, count);
  return withBodies(client, sources, found);
}

/**
 * The `count` entries right after a place, the newest first. What other sources got in the same millisecond may have
 * come before or after it, so it is given, too.
 */
export async function readAfter(
  client: StoreClient,
  sources: readonly StreamSource[],
  after: StreamPlace,
  count: number,
): Promise<readonly StreamEntry[]> {
  const [ms] = after.id.split('-');
  const replies = await client.pipeline(
    sources.map(({ name, key }) => [
      'XRANGE',
      key,
      name === after.source ? `(${after.id}` : `${ms}-0`,
      '+',
      'COUNT',
      count,
    ]),
  );
  const found = merge(sources, replies).sort((one, other) => newestFirst(other, one));
  return withBodies(client, sources, found.slice(0, count).reverse());
}

function merge(sources: readonly StreamSource[], replies: readonly Reply[]): StreamEntry[] {
  return replies.flatMap((reply, index) =>
    listOf(reply).map((entry) => ({
      id: textOf(listOf(entry)[0]) ?? '',
      source: sources[index]?.name ?? '',
      json: jsonOf(listOf(entry)),
    })),
  );
}

async function withBodies(
  client: StoreClient,
  sources: readonly StreamSource[],
  entries: readonly StreamEntry[],
): Promise<readonly StreamEntry[]> {
  const keys = new Map(sources.map(({ name, entriesKey }) => [name, entriesKey]));
  const missing = entries.filter(({ json }) => json === '');
  if (missing.length === 0) return entries;
  const bodies = await client.pipeline(
    missing.map(({ id, source }) => ['XRANGE', keys.get(source) ?? '', id, id]),
  );
  const jsonOfEntry = new Map(missing.map((entry, index) => [entry, firstJson(bodies[index])]));
  return entries.map((entry) => ({ ...entry, json: jsonOfEntry.get(entry) ?? entry.json }));
}

/** Of the one entry of an answer, or '' where there is none. */
export function firstJson(reply: Reply | undefined): string {
  const [first] = listOf(reply);
  return first === undefined ? '' : jsonOf(listOf(first));
}

function jsonOf(entry: readonly Reply[]): string {
  return textsOf(entry[1])[1] ?? '';
}

function newestFirst(one: StreamPlace, other: StreamPlace): number {
  return compareIds(other.id, one.id) || (other.source < one.source ? -1 : 1);
}

function compareIds(one: string, other: string): number {
  const [ms = 0, sequence = 0] = one.split('-').map(Number);
  const [otherMs = 0, otherSequence = 0] = other.split('-').map(Number);
  return ms - otherMs || sequence - otherSequence;
}
