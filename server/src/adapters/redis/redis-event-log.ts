import type { EventLog, EventQuery } from '../../application/ports/event-log.ts';
import type { LoggedEvent } from '../../domain/event.ts';
import { decodeCursor, encodeCursor, hashFilter } from './cursor.ts';
import { eventArguments, toLoggedEvent } from './event-arguments.ts';
import { createKeys, type RedisKeys } from './keys.ts';
import type { RedisAdapterOptions } from './redis-adapter-options.ts';
import { appendEventScript } from './scripts/read-runs.lua.ts';
import { createStoreClient, listOf, type Reply, type StoreClient, textOf, textsOf } from './store-client.ts';
import { toStoredJson } from './stored-json.ts';

/** An event with its place: streams have their own ids, so the name of the stream decides between equal ones. */
interface Placed {
  readonly id: string;
  readonly source: string;
  readonly event: LoggedEvent;
}

/** A stream that holds events, or an index that holds nothing but ids of events in it. */
interface Source {
  readonly name: string;
  readonly key: string;
  readonly eventsKey: string;
}

/** Of filters that match little, a page looks at no more than this; the cursor goes on from there. */
const MOST_SCANNED = 20_000;

export function createRedisEventLog(options: RedisAdapterOptions): EventLog {
  const client = createStoreClient(options.redis);
  const keys = createKeys(options.namespace);
  return {
    async append(event) {
      if (event.migrationId === undefined) {
        const { key: _, ...kept } = event;
        await client.command('XADD', keys.globalEvents, '*', 'e', toStoredJson(kept));
        return;
      }
      await client.command('SADD', keys.eventSources, event.migrationId);
      await client.run(appendEventScript, [keys.definition(event.migrationId)], eventArguments(event));
    },

    async list(query) {
      const { limit, cursor, migrationId, candidateId, runId, type, actorId, traceId } = query;
      const filterHash = hashFilter(['events', migrationId, candidateId, runId, type, actorId, traceId]);
      const last = cursor === undefined ? undefined : decodeCursor(cursor, filterHash, ['string', 'string']);
      if (cursor !== undefined && last === undefined) return { kind: 'cursor-mismatch' };

      const sources = await findSources(client, keys, query);
      let before = last === undefined ? undefined : { id: String(last[0]), source: String(last[1]) };
      const items: LoggedEvent[] = [];
      for (let scanned = 0; scanned < MOST_SCANNED; ) {
        // One more than is wanted, to know whether more follow; more at once where a filter leaves much out.
        const wanted = scanned === 0 ? limit - items.length + 1 : 500;
        const found = await readBefore(client, sources, before, wanted);
        scanned += Math.max(1, found.length);
        for (const [index, placed] of found.entries()) {
          if (matches(placed.event, query)) items.push(placed.event);
          before = placed;
          const isEnd = found.length < wanted && index === found.length - 1;
          if (items.length === limit)
            return {
              kind: 'page',
              items,
              nextCursor: isEnd ? undefined : encodeCursor(filterHash, [placed.id, placed.source]),
            };
        }
        if (found.length < wanted) return { kind: 'page', items };
      }
      const nextCursor =
        before === undefined ? undefined : encodeCursor(filterHash, [before.id, before.source]);
      return { kind: 'page', items, nextCursor };
    },
  };
}

/** The narrowest streams that have every event of the query. */
async function findSources(
  client: StoreClient,
  keys: RedisKeys,
  query: EventQuery,
): Promise<readonly Source[]> {
  const { migrationId, candidateId, runId } = query;
  if (migrationId !== undefined) return [sourceOf(keys, migrationId, candidateId, runId)];
  const [announced, others] = await client.pipeline([
    ['SMEMBERS', keys.migrations],
    ['SMEMBERS', keys.eventSources],
  ]);
  const migrations = [...new Set([...textsOf(announced), ...textsOf(others)])].sort();
  const own = migrations.map((id) => sourceOf(keys, id, candidateId, runId));
  if (candidateId !== undefined || runId !== undefined) return own;
  return [{ name: '', key: keys.globalEvents, eventsKey: keys.globalEvents }, ...own];
}

function sourceOf(
  keys: RedisKeys,
  migrationId: string,
  candidateId: string | undefined,
  runId: string | undefined,
): Source {
  const eventsKey = keys.events(migrationId);
  if (runId !== undefined) return { name: migrationId, key: keys.runEvents(migrationId, runId), eventsKey };
  if (candidateId !== undefined)
    return { name: migrationId, key: keys.candidateEvents(migrationId, candidateId), eventsKey };
  return { name: migrationId, key: eventsKey, eventsKey };
}

/** The newest events of all sources before a place, merged by id and then by name, the newest first. */
async function readBefore(
  client: StoreClient,
  sources: readonly Source[],
  before: { readonly id: string; readonly source: string } | undefined,
  count: number,
): Promise<readonly Placed[]> {
  const entries = await client.pipeline(
    sources.map(({ name, key }) => {
      // Of an equal id, a stream whose name comes later was already given.
      const end = before === undefined ? '+' : name < before.source ? before.id : `(${before.id}`;
      return ['XREVRANGE', key, end, '-', 'COUNT', count];
    }),
  );
  const merged = entries
    .flatMap((reply, index) =>
      listOf(reply).map((entry) => ({ entry: listOf(entry), source: sources[index] as Source })),
    )
    .map(({ entry, source }) => ({ id: textOf(entry[0]) ?? '', json: jsonOf(entry), source }))
    .sort((one, other) => compareIds(other.id, one.id) || (other.source.name < one.source.name ? -1 : 1))
    .slice(0, count);

  const missing = merged.filter(({ json }) => json === '');
  const bodies = await client.pipeline(missing.map(({ id, source }) => ['XRANGE', source.eventsKey, id, id]));
  const bodyOf = new Map(missing.map((entry, index) => [entry, jsonOf(listOf(listOf(bodies[index])[0]))]));
  return merged.map((entry) => ({
    id: entry.id,
    source: entry.source.name,
    event: toLoggedEvent(entry.id, bodyOf.get(entry) ?? entry.json),
  }));
}

function jsonOf(entry: readonly Reply[]): string {
  return textsOf(entry[1])[1] ?? '';
}

function compareIds(one: string, other: string): number {
  const [ms = 0, sequence = 0] = one.split('-').map(Number);
  const [otherMs = 0, otherSequence = 0] = other.split('-').map(Number);
  return ms - otherMs || sequence - otherSequence;
}

function matches(event: LoggedEvent, query: EventQuery): boolean {
  return (
    (query.candidateId === undefined || event.candidateId === query.candidateId) &&
    (query.runId === undefined || event.runId === query.runId) &&
    (query.type === undefined || event.type === query.type) &&
    (query.actorId === undefined || event.actor.id === query.actorId) &&
    (query.traceId === undefined || event.traceId === query.traceId)
  );
}
