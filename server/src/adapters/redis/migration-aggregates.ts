import {
  type AggregatePage,
  type FailureCluster,
  type MigrationAggregates,
  MOST_OPEN_RUNS,
  type PageQuery,
  type StoredRevision,
} from '../../application/ports/migration-aggregates.ts';
import type { Clock } from '../../application/ports/system.ts';
import type { StatusCounts } from '../../domain/burndown.ts';
import { decodeCursor, encodeCursor, hashFilter } from './cursor.ts';
import type { RedisKeys } from './keys.ts';
import { readBurndownScript } from './scripts/burndown.lua.ts';
import { countFailuresScript, readFailuresScript } from './scripts/failures.lua.ts';
import { listRevisionsScript } from './scripts/read-runs.lua.ts';
import { fieldsOf, listOf, type Reply, type StoreClient, textOf, textsOf } from './store-client.ts';

const SAMPLE = 5;

export function createMigrationAggregates(
  client: StoreClient,
  keys: RedisKeys,
  clock: Clock | undefined,
): MigrationAggregates {
  return {
    async readCounts(migrationId) {
      const given = clock?.now().getTime() ?? '';
      const reply = await client.run(readBurndownScript, [keys.definition(migrationId)], [given]);
      if (reply === null) return undefined;
      const [nowMs, now, fields] = listOf(reply);
      const kept = [...fieldsOf(fields)];
      const ofKind = (kind: string) =>
        new Map(
          kept
            .filter(([field]) => field.startsWith(kind) && field !== 'day')
            .map(([field, counts]) => [Number(field.slice(1)), toStatusCounts(counts)]),
        );
      return { hours: ofKind('h'), days: ofKind('d'), now: toStatusCounts(now), nowMs: Number(nowMs) };
    },

    async listFailures(migrationId, query) {
      const definition = [keys.definition(migrationId)];
      const reply = await client.run(countFailuresScript, definition, []);
      if (reply === null) return { kind: 'unknown-migration' };
      const page = pageOf(['failures', migrationId], toPairs(reply), query);
      if (page.kind !== 'page') return page;
      const wanted = page.items.map(([fingerprint]) => fingerprint);
      const read = listOf(
        await client.run(readFailuresScript, definition, [SAMPLE, wanted.length, ...wanted]),
      );
      const items = chunksOf(read, 8).map(toCluster);
      return { ...page, items };
    },

    async listRevisions(migrationId, query) {
      const reply = await client.run(listRevisionsScript, [keys.definition(migrationId)], [MOST_OPEN_RUNS]);
      if (reply === null) return { kind: 'unknown-migration' };
      const [current, isAll, count, ...rest] = listOf(reply);
      const end = Number(count) * 4;
      const openRuns = new Map<string, number>();
      for (const revision of textsOf(rest.slice(end)))
        openRuns.set(revision, (openRuns.get(revision) ?? 0) + 1);
      const revisions = chunksOf(rest.slice(0, end), 4)
        .map(textsOf)
        .map(([revision = '', lastMs, firstAt, version]): [string, number, StoredRevision] => {
          const lastAnnouncedAt = new Date(Number(lastMs)).toISOString();
          return [
            revision,
            Number(lastMs),
            {
              ...{ revision, lastAnnouncedAt, isCurrent: revision === current },
              firstAnnouncedAt: firstAt === '' ? lastAnnouncedAt : (firstAt ?? ''),
              workerVersion: version === '' ? undefined : version,
              openRuns: isAll === 1 ? (openRuns.get(revision) ?? 0) : undefined,
            },
          ];
        });
      const page = pageOf(['revisions', migrationId], revisions, query);
      return page.kind === 'page' ? { ...page, items: page.items.map(([, , stored]) => stored) } : page;
    },
  };
}

/** As BURNDOWN_LUA writes them. */
export function toStatusCounts(kept: Reply | undefined): StatusCounts {
  const [notStarted = 0, running = 0, completed = 0, failing = 0] = (textOf(kept) ?? '')
    .split(' ')
    .map(Number);
  return { not_started: notStarted, running, completed, failing };
}

function toPairs(reply: Reply): readonly [string, number][] {
  return chunksOf(listOf(reply), 2).map(([name, count]) => [textOf(name) ?? '', Number(count)]);
}

function toCluster(read: readonly Reply[]): FailureCluster {
  const [fingerprint = '', count, stepName = '', failureClass, firstAt = '', lastAt = '', message = ''] = read
    .slice(0, 7)
    .map(textOf);
  return {
    ...{ fingerprint, count: Number(count), stepName, firstAt, lastAt, message },
    failureClass: failureClass === '' ? undefined : (failureClass as FailureCluster['failureClass']),
    candidates: textsOf(read[7]),
  };
}

/** A page of what is sorted by a number, the greatest first, then by name. */
function pageOf<Row extends readonly [name: string, order: number, ...unknown[]]>(
  list: readonly string[],
  rows: readonly Row[],
  { limit, cursor }: PageQuery,
): AggregatePage<Row> {
  const filterHash = hashFilter(list);
  const last = cursor === undefined ? [] : decodeCursor(cursor, filterHash, ['number', 'string']);
  if (last === undefined) return { kind: 'cursor-mismatch' };
  const [order = Number.POSITIVE_INFINITY, name = ''] = last;
  const rest = rows
    .filter((row) => row[1] < Number(order) || (row[1] === order && row[0] > String(name)))
    .sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
  const items = rest.slice(0, limit);
  const end = rest.length > limit ? items.at(-1) : undefined;
  const nextCursor = end === undefined ? undefined : encodeCursor(filterHash, [end[1], end[0]]);
  return { kind: 'page', items, total: rows.length, nextCursor };
}

function chunksOf(flat: readonly Reply[], size: number): readonly (readonly Reply[])[] {
  return Array.from({ length: Math.floor(flat.length / size) }, (_, index) =>
    flat.slice(index * size, (index + 1) * size),
  );
}
