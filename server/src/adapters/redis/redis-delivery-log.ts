import { filterValues, matchesFilter } from '../../application/match-delivery.ts';
import type {
  Delivery,
  DeliveryFilter,
  DeliveryLog,
  DeliverySummary,
} from '../../application/ports/delivery-log.ts';
import { decodeCursor, encodeCursor, hashFilter } from './cursor.ts';
import { createKeys, type RedisKeys } from './keys.ts';
import { firstJson, type StreamPlace, type StreamSource } from './merged-streams.ts';
import { readMatching } from './read-matching.ts';
import type { RedisAdapterOptions } from './redis-adapter-options.ts';
import { appendDeliveriesScript } from './scripts/deliveries.lua.ts';
import { createStoreClient, listOf, type StoreClient, textsOf } from './store-client.ts';
import { fromStoredJson, toStoredJson } from './stored-json.ts';

export interface RedisDeliveryLogOptions extends Pick<RedisAdapterOptions, 'redis' | 'namespace'> {
  /** Of each migration. */
  readonly mostKept: number;
  /** Of what was said, in each migration; for tests. */
  readonly mostBytes?: number;
}

const KEPT_MS = 7 * 86_400_000;
/** Callbacks that nobody vouches for are of no migration; whoever sends many of them drives out only the like. */
const MOST_UNVERIFIED = 1_000;
const MOST_IDS = 500_000;
/** About 50 MB in Redis: 5,000 exchanges of 4 KB, or 1,100 with bodies of 16 KB each way, which would else take 220 MB. */
const MOST_BYTES = 36 * 1024 * 1024;

export function createRedisDeliveryLog(options: RedisDeliveryLogOptions): DeliveryLog {
  const { redis, namespace } = options;
  const client = createStoreClient(redis);
  const keys = createKeys(namespace);

  async function place(id: string): Promise<StreamPlace | undefined> {
    const found = await client.command('ZRANGEBYLEX', keys.deliveryIds, `[${id} `, `(${id}!`, 'LIMIT', 0, 1);
    const [, streamId, source = ''] = (textsOf(found)[0] ?? '').split(' ');
    return streamId === undefined ? undefined : { id: streamId, source };
  }

  return {
    async append(deliveries) {
      if (deliveries.length === 0) return;
      const members: string[] = [];
      const gone: string[] = [];
      const groups = groupBySource(deliveries);
      for (const [source, group] of groups) {
        const [added, forgotten] = listOf(await appendGroup(client, keys, source, group, options)).map(
          textsOf,
        );
        members.push(...group.map(({ id }, index) => `${id} ${added?.[index]} ${source}`));
        for (let at = 0; at + 1 < (forgotten?.length ?? 0); at += 2)
          gone.push(`${forgotten?.[at]} ${forgotten?.[at + 1]} ${source}`);
      }
      const oldest = (Date.now() - KEPT_MS).toString(16).padStart(12, '0');
      await client.pipeline([
        ['SADD', keys.deliverySources, ...groups.keys()],
        ['ZADD', keys.deliveryIds, ...members.flatMap((member) => [0, member])],
        // One that came and went in the same batch is among both.
        ...(gone.length === 0 ? [] : [['ZREM', keys.deliveryIds, ...gone] as const]),
        // The first 48 bits of a UUIDv7 are its time in ms.
        ['ZREMRANGEBYLEX', keys.deliveryIds, '-', `(${oldest.slice(0, 8)}-${oldest.slice(8)}`],
        ['ZREMRANGEBYRANK', keys.deliveryIds, 0, -MOST_IDS - 1],
      ]);
    },

    async list(query) {
      const filterHash = hashFilter(['deliveries', ...filterValues(query)]);
      const last =
        query.cursor === undefined ? undefined : decodeCursor(query.cursor, filterHash, ['string', 'string']);
      if (query.cursor !== undefined && last === undefined) return { kind: 'cursor-mismatch' };
      const after = query.after === undefined ? undefined : await place(query.after);
      if (query.after !== undefined && after === undefined) return { kind: 'cursor-mismatch' };

      const { items, next } = await readMatching(client, await findSources(client, keys, query), {
        limit: query.limit,
        after,
        before: last === undefined ? undefined : { id: String(last[0]), source: String(last[1]) },
        read: ({ json }) => {
          const summary = fromStoredJson<DeliverySummary>(json);
          return matchesFilter(summary, query) ? summary : undefined;
        },
      });
      const nextCursor = next === undefined ? undefined : encodeCursor(filterHash, [next.id, next.source]);
      return { kind: 'page', items, nextCursor };
    },

    async get(id) {
      const at = await place(id);
      if (at === undefined) return undefined;
      const { summaries, messages } = keys.deliveries(at.source === '' ? undefined : at.source);
      const [summary, rest] = await client.pipeline([
        ['XRANGE', summaries, at.id, at.id],
        ['XRANGE', messages, at.id, at.id],
      ]);
      const [summaryJson, restJson] = [firstJson(summary), firstJson(rest)];
      // The ids may be kept a little longer than what they stand for.
      if (summaryJson === '' || restJson === '') return undefined;
      return {
        ...fromStoredJson<DeliverySummary>(summaryJson),
        ...fromStoredJson<Pick<Delivery, 'request' | 'answer'>>(restJson),
      };
    },
  };
}

/** By the migration whose stream they go to; '' for that of none. */
function groupBySource(deliveries: readonly Delivery[]): ReadonlyMap<string, readonly Delivery[]> {
  const groups = new Map<string, Delivery[]>();
  for (const delivery of deliveries) {
    const source = delivery.isVerified ? (delivery.migrationId ?? '') : '';
    groups.set(source, [...(groups.get(source) ?? []), delivery]);
  }
  return groups;
}

function appendGroup(
  client: StoreClient,
  keys: RedisKeys,
  source: string,
  group: readonly Delivery[],
  { mostKept, mostBytes = MOST_BYTES }: Pick<RedisDeliveryLogOptions, 'mostKept' | 'mostBytes'>,
) {
  const { summaries, messages, bytes } = keys.deliveries(source === '' ? undefined : source);
  return client.run(
    appendDeliveriesScript,
    [
      summaries,
      messages,
      bytes,
      ...group.map(({ runId }) =>
        source === '' || runId === undefined ? summaries : keys.runDeliveries(source, runId),
      ),
    ],
    [
      KEPT_MS,
      source === '' ? Math.min(MOST_UNVERIFIED, mostKept) : mostKept,
      mostBytes,
      ...group.flatMap(({ request, answer, ...summary }) => [
        ...[summary.id, source === '' ? '' : (summary.runId ?? ''), toStoredJson(summary)],
        toStoredJson({ request, answer }),
      ]),
    ],
  );
}

async function findSources(
  client: StoreClient,
  keys: RedisKeys,
  { migrationId, runId }: DeliveryFilter,
): Promise<readonly StreamSource[]> {
  const names =
    migrationId === undefined
      ? textsOf(await client.command('SMEMBERS', keys.deliverySources))
      : ['', migrationId];
  return names.map((name) => {
    const entriesKey = keys.deliveries(name === '' ? undefined : name).summaries;
    const isIndexed = name !== '' && runId !== undefined;
    return { name, key: isIndexed ? keys.runDeliveries(name, runId) : entriesKey, entriesKey };
  });
}
