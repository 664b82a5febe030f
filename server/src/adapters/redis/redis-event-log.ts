import { eventFilterValues, matchesEvent } from '../../application/match-event.ts';
import type { EventLog, EventQuery } from '../../application/ports/event-log.ts';
import { decodeCursor, encodeCursor, hashFilter } from './cursor.ts';
import { eventArguments, placeOfEvent, toLoggedEvent, workerStreamName } from './event-arguments.ts';
import { createKeys, type RedisKeys, WORKER_EVENTS_KEPT } from './keys.ts';
import type { StreamPlace, StreamSource } from './merged-streams.ts';
import { readMatching } from './read-matching.ts';
import type { RedisAdapterOptions } from './redis-adapter-options.ts';
import { appendEventScript } from './scripts/read-runs.lua.ts';
import { createStoreClient, type StoreClient, textsOf } from './store-client.ts';
import { toStoredJson } from './stored-json.ts';

export function createRedisEventLog(options: RedisAdapterOptions): EventLog {
  const client = createStoreClient(options.redis);
  const keys = createKeys(options.namespace);
  return {
    async append(event) {
      if (event.migrationId === undefined) {
        const { key: _, ...kept } = event;
        const bound = ['MAXLEN', '~', WORKER_EVENTS_KEPT] as const;
        await client.command('XADD', keys.globalEvents, ...bound, '*', 'e', toStoredJson(kept));
        return;
      }
      await client.command('SADD', keys.eventSources, event.migrationId);
      await client.run(appendEventScript, [keys.definition(event.migrationId)], eventArguments(event));
    },

    async list(query) {
      const { limit, cursor } = query;
      const filterHash = hashFilter(['events', ...eventFilterValues(query)]);
      const last = cursor === undefined ? undefined : decodeCursor(cursor, filterHash, ['string', 'string']);
      const after = query.after === undefined ? undefined : placeOfEvent(query.after);
      if (cursor !== undefined && last === undefined) return { kind: 'cursor-mismatch' };
      if (query.after !== undefined && after === undefined) return { kind: 'cursor-mismatch' };

      const { items, next } = await readMatching(client, await findSources(client, keys, query), {
        limit,
        after,
        before: last === undefined ? latestOf(query) : { id: String(last[0]), source: String(last[1]) },
        earliest: earliestOf(query),
        read: ({ id, json }) => {
          const event = toLoggedEvent(id, json);
          return matchesEvent(event, query) ? event : undefined;
        },
      });
      const nextCursor = next === undefined ? undefined : encodeCursor(filterHash, [next.id, next.source]);
      return { kind: 'page', items, nextCursor };
    },
  };
}

/** Clocks of processes differ from that of Redis by less. */
const MOST_AHEAD_MS = 60_000;
/** Events are written again until they are, so that one may be kept long after it happened. */
const MOST_BEHIND_MS = 86_400_000;

/** The first id that an event of the query may have: none is written before it happened. */
function earliestOf({ since }: EventQuery): string | undefined {
  const ms = Date.parse(since ?? '');
  return Number.isNaN(ms) ? undefined : `${Math.max(0, ms - MOST_AHEAD_MS)}-0`;
}

/** Before which the events of the query were written. */
function latestOf({ until }: EventQuery): StreamPlace | undefined {
  const ms = Date.parse(until ?? '');
  return Number.isNaN(ms) ? undefined : { id: `${Math.max(0, ms + MOST_BEHIND_MS)}-0`, source: '' };
}

/** The narrowest streams that have every event of the query. */
async function findSources(
  client: StoreClient,
  keys: RedisKeys,
  query: EventQuery,
): Promise<readonly StreamSource[]> {
  const { migrationId, candidateId, runId } = query;
  if (migrationId !== undefined) return [sourceOf(keys, migrationId, candidateId, runId)];
  const [announced, others, workerApps] = await client.pipeline([
    ['SMEMBERS', keys.migrations],
    ['SMEMBERS', keys.eventSources],
    ['SMEMBERS', keys.workerApps],
  ]);
  const migrations = [...new Set([...textsOf(announced), ...textsOf(others)])].sort();
  const own = migrations.map((id) => sourceOf(keys, id, candidateId, runId));
  if (candidateId !== undefined || runId !== undefined) return own;
  const ofWorkers = textsOf(workerApps).map((app) => {
    const key = keys.workerEvents(app);
    return { name: workerStreamName(app), key, entriesKey: key };
  });
  return [{ name: '', key: keys.globalEvents, entriesKey: keys.globalEvents }, ...own, ...ofWorkers];
}

function sourceOf(
  keys: RedisKeys,
  migrationId: string,
  candidateId: string | undefined,
  runId: string | undefined,
): StreamSource {
  const entriesKey = keys.events(migrationId);
  if (runId !== undefined) return { name: migrationId, key: keys.runEvents(migrationId, runId), entriesKey };
  if (candidateId !== undefined)
    return { name: migrationId, key: keys.candidateEvents(migrationId, candidateId), entriesKey };
  return { name: migrationId, key: entriesKey, entriesKey };
}
