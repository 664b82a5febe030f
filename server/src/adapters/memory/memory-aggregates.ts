import {
  type AggregatePage,
  type FailureCluster,
  type MigrationAggregates,
  MOST_OPEN_RUNS,
  type PageQuery,
  type StoredRevision,
} from '../../application/ports/migration-aggregates.ts';
import type { Clock } from '../../application/ports/system.ts';
import { attemptKey } from '../../domain/attempt.ts';
import {
  DAY_MS,
  DAYS_KEPT,
  HOUR_MS,
  HOURS_KEPT_DAYS,
  type StatusCounts,
  TREND_DAYS,
  trendOf,
} from '../../domain/burndown.ts';
import { failureOf, MAX_FAILURES } from '../../domain/failure.ts';
import type { RunProjection } from '../../domain/run-projection.ts';
import { decodeCursor, encodeCursor } from './memory-cursor.ts';
import { type CandidateEntry, hasOpenRun, type MemoryState, type MigrationEntry } from './memory-state.ts';

const SAMPLE = 5;

export function createMemoryAggregates(state: MemoryState, clock: Clock): MigrationAggregates {
  return {
    async readCounts(migrationId) {
      const entry = state.migrations.get(migrationId);
      if (entry === undefined) return undefined;
      const { hours, days, candidates } = entry;
      return { hours, days, now: countNow([...candidates.values()]), nowMs: clock.now().getTime() };
    },

    async listFailures(migrationId, query) {
      const entry = state.migrations.get(migrationId);
      if (entry === undefined) return { kind: 'unknown-migration' };
      const rows = [...entry.failures.keys()].map((fingerprint): [string, number, FailureCluster] => {
        const cluster = clusterOf(entry, fingerprint);
        return [fingerprint, cluster.count, cluster];
      });
      return pageOf(rows, query);
    },

    async listRevisions(migrationId, query) {
      const entry = state.migrations.get(migrationId);
      if (entry === undefined) return { kind: 'unknown-migration' };
      const open = [...entry.candidates.values()].filter((candidate) => hasOpenRun(entry, candidate));
      const ofOpen = open.map(({ progress }) => entry.runs.get(progress.runId ?? '')?.stored.revision);
      const rows = [...entry.revisions].map(([revision, one]): [string, number, StoredRevision] => [
        revision,
        Date.parse(one.lastAt),
        {
          ...{ revision, isCurrent: revision === entry.stored.revision, workerVersion: one.workerVersion },
          ...{ firstAnnouncedAt: one.firstAt, lastAnnouncedAt: one.lastAt },
          openRuns:
            open.length > MOST_OPEN_RUNS ? undefined : ofOpen.filter((other) => other === revision).length,
        },
      ]);
      return pageOf(rows, query);
    },
  };
}

export function countNow(candidates: readonly CandidateEntry[]): StatusCounts {
  const counts = { not_started: 0, running: 0, completed: 0, failing: 0 };
  for (const { progress, failure } of candidates) {
    counts[progress.status] += 1;
    if (failure !== undefined) counts.failing += 1;
  }
  return counts;
}

/** Notes the counts of now under their hour and day. */
export function countDown({ hours, days, candidates }: MigrationEntry, nowMs: number): void {
  const counts = countNow([...candidates.values()]);
  const day = Math.floor(nowMs / DAY_MS);
  hours.set(Math.floor(nowMs / HOUR_MS), counts);
  days.set(day, counts);
  for (const hour of hours.keys()) if (hour < (day - HOURS_KEPT_DAYS) * 24) hours.delete(hour);
  for (const old of days.keys()) if (old < day - DAYS_KEPT) days.delete(old);
}

export function trendOfCounts(
  days: ReadonlyMap<number, StatusCounts> | undefined,
  completed: number,
  nowMs: number,
): readonly number[] {
  const today = Math.floor(nowMs / DAY_MS);
  const known = [...(days ?? [])].sort(([one], [other]) => one - other);
  const trend = Array.from({ length: TREND_DAYS }, (_, index) => {
    const day = today - TREND_DAYS + 1 + index;
    return known.findLast(([number]) => number <= day)?.[1].completed;
  });
  return trendOf(trend, completed);
}

export function setFailure(
  { failures, candidates }: MigrationEntry,
  candidate: CandidateEntry,
  projection: RunProjection,
): void {
  const failure = failureOf(projection);
  if (failure === 'unchanged') return;
  const was = candidate.failure;
  candidate.failure = undefined;
  if (failure !== 'none') {
    const isFull = !failures.has(failure.fingerprint) && failures.size >= MAX_FAILURES;
    candidate.failure = isFull ? failure.coarse : failure.fingerprint;
  }
  const isLast = ![...candidates.values()].some((other) => other.failure === was);
  if (was !== undefined && isLast) failures.delete(was);
  if (failure === 'none' || candidate.failure === undefined) return;
  const { migrationId, candidateId, runId } = projection;
  failures.set(candidate.failure, {
    newest: { ...failure, migrationId, candidateId, runId },
    firstAt: failures.get(candidate.failure)?.firstAt ?? failure.since,
  });
}

function clusterOf({ failures, candidates, runs }: MigrationEntry, fingerprint: string): FailureCluster {
  const known = failures.get(fingerprint);
  if (known === undefined) throw new Error(`No failure has the fingerprint ${fingerprint}.`);
  const { newest, firstAt } = known;
  const { stepName, failureClass, since: lastAt, reason } = newest;
  const message = runs.get(newest.runId)?.attempts.get(attemptKey(newest.attempt))?.message ?? reason;
  const failing = [...candidates].filter(([, { failure }]) => failure === fingerprint).map(([id]) => id);
  const ids = failing.slice(0, SAMPLE);
  return {
    fingerprint,
    stepName,
    failureClass,
    message,
    count: failing.length,
    candidates: ids,
    firstAt,
    lastAt,
  };
}

/** Sorted by a number, the greatest first, then by name. */
function pageOf<Item>(
  rows: readonly (readonly [name: string, order: number, item: Item])[],
  { limit, cursor }: PageQuery,
): AggregatePage<Item> {
  const last = cursor === undefined ? [] : decodeCursor<readonly [number, string]>(cursor, 'aggregates');
  if (last === undefined) return { kind: 'cursor-mismatch' };
  const [order = Number.POSITIVE_INFINITY, name = ''] = last;
  const rest = rows
    .filter((row) => row[1] < order || (row[1] === order && row[0] > name))
    .sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
  const page = rest.slice(0, limit);
  const end = page.at(-1);
  return {
    kind: 'page',
    items: page.map(([, , item]) => item),
    total: rows.length,
    nextCursor:
      rest.length > limit && end !== undefined ? encodeCursor('aggregates', [end[1], end[0]]) : undefined,
  };
}
