import type { MigrationStore, RunSearch } from '../../application/ports/migration-store.ts';
import type { RunRef } from '../../application/ports/refs.ts';
import type { Clock } from '../../application/ports/system.ts';
import type { AttemptRecord } from '../../domain/attempt.ts';
import { compareAttempts } from '../../domain/compare-attempts.ts';
import { findPrUrl, readPullRequest } from '../../domain/pr-url.ts';
import { decodeCursor, encodeCursor } from './memory-cursor.ts';
import { addEvents, hasOpenRun, type MemoryState, type RunEntry, touch } from './memory-state.ts';

type Runs = Pick<
  MigrationStore,
  | 'claimRun'
  | 'releaseClaim'
  | 'stageOutputs'
  | 'noteCancelRequest'
  | 'noteUndoRequest'
  | 'getManifest'
  | 'findRuns'
  | 'getRun'
  | 'listAttempts'
  | 'listInputs'
  | 'listRuns'
  | 'listOpenRuns'
>;

export function findRun(state: MemoryState, ref: RunRef): RunEntry | undefined {
  const run = state.migrations.get(ref.migrationId)?.runs.get(ref.runId);
  return run?.stored.candidateId === ref.candidateId ? run : undefined;
}

/** The run with its candidate, when it is the candidate's newest and not over. */
export function findCurrentRun(state: MemoryState, ref: RunRef) {
  const migration = state.migrations.get(ref.migrationId);
  const candidate = migration?.candidates.get(ref.candidateId);
  const run = findRun(state, ref);
  if (migration === undefined || candidate === undefined || run === undefined) return undefined;
  if (candidate.progress.runId !== ref.runId || run.stored.endedAt !== undefined) return undefined;
  return { migration, candidate, run };
}

export function createMemoryRuns(state: MemoryState, clock: Clock): Runs {
  const nowMs = () => clock.now().getTime();

  return {
    async claimRun(claim) {
      const { migrationId, candidateId, runId, manifest, inputs, actor, at, traceparent, event } = claim;
      const { undoes } = manifest;
      const migration = state.migrations.get(migrationId);
      const candidate = migration?.candidates.get(candidateId);
      if (migration === undefined || candidate === undefined) return { kind: 'not-found' };
      const { progress } = candidate;
      if (hasOpenRun(migration, candidate)) {
        if (progress.runId === runId) return { kind: 'claimed' };
        const open = progress.runId === undefined ? undefined : migration.runs.get(progress.runId);
        const isToUndo = open?.isUndoRequested === true && claim.afterRunId === undefined;
        const isCancelled =
          progress.runState === 'cancelling' || open?.stored.cancelRequestedAt !== undefined || isToUndo;
        return { kind: isCancelled ? 'cancelling' : 'run-open' };
      }
      if (claim.afterRunId !== undefined) {
        if (progress.runId !== claim.afterRunId) return { kind: 'run-open' };
      } else if (progress.status === 'completed') return { kind: 'already-completed' };
      else if (candidate.goneAt !== undefined) return { kind: 'candidate-gone' };

      if (migration.runs.has(runId)) throw new Error(`Run ${runId} was claimed before.`);
      migration.runs.set(runId, {
        stored: {
          ...{ migrationId, candidateId, runId, startedAt: at, actor, traceparent },
          kind: undoes === undefined ? 'run' : 'rollback',
          undoes: undoes?.runId,
          ...{ revision: manifest.revision, inputs, inputsVersion: 1, seq: -1 },
        },
        ...{
          manifest,
          claimedMs: nowMs(),
          inputs: new Map([[1, inputs]]),
          attempts: new Map(),
          callbacks: new Map(),
          stagedOutputs: new Map(),
          eventKeys: new Set(),
        },
        before: { progress, inputs: candidate.inputs, runSteps: candidate.runSteps },
        isProjected: false,
      });
      candidate.runIds.push(runId);
      candidate.inputs = inputs;
      candidate.runSteps = manifest.steps.length;
      candidate.progress = { status: progress.status, runState: 'queued', runId, since: at, who: 'nobody' };
      touch(migration, candidate);
      addEvents(state, [event]);
      return { kind: 'claimed' };
    },

    async releaseClaim(ref, event) {
      const current = findCurrentRun(state, ref);
      if (current === undefined || current.run.isProjected) return false;
      const { migration, candidate, run } = current;
      Object.assign(candidate, run.before);
      candidate.runIds = candidate.runIds.filter((runId) => runId !== ref.runId);
      addEvents(state, [event]);
      migration.runs.delete(ref.runId);
      touch(migration, candidate);
      return true;
    },

    async stageOutputs(ref, id, outputs) {
      findCurrentRun(state, ref)?.run.stagedOutputs.set(id, outputs);
    },

    async noteCancelRequest(ref, at) {
      const run = findCurrentRun(state, ref)?.run;
      if (run === undefined || run.stored.cancelRequestedAt !== undefined) return;
      run.stored = { ...run.stored, cancelRequestedAt: at };
      run.cancelRequestedMs = nowMs();
    },

    async noteUndoRequest(ref) {
      const run = findCurrentRun(state, ref)?.run;
      if (run !== undefined) run.isUndoRequested = true;
    },

    async findRuns(by) {
      const runs = [...state.migrations.values()].flatMap(({ runs: all }) => [...all.values()]);
      return runs
        .filter((run) => isFound(run, by))
        .map(({ stored: { migrationId, candidateId, runId } }) => ({ migrationId, candidateId, runId }))
        .sort((one, other) => (one.runId < other.runId ? 1 : -1))
        .slice(0, 50);
    },

    async getManifest(ref) {
      return findRun(state, ref)?.manifest;
    },

    async getRun(ref) {
      return findRun(state, ref)?.stored;
    },

    async listAttempts(ref) {
      return [...(findRun(state, ref)?.attempts.values() ?? [])].sort(compareAttempts);
    },

    async listInputs(ref) {
      return findRun(state, ref)?.inputs ?? new Map();
    },

    async listRuns(ref, { limit, cursor }) {
      const filter = [ref.migrationId, ref.candidateId];
      const before = cursor === undefined ? undefined : decodeCursor<string>(cursor, filter);
      if (cursor !== undefined && before === undefined) return { kind: 'cursor-mismatch' };
      const migration = state.migrations.get(ref.migrationId);
      const runIds = migration?.candidates.get(ref.candidateId)?.runIds ?? [];
      const rest = (before === undefined ? runIds : runIds.slice(0, runIds.indexOf(before))).toReversed();
      const page = rest.slice(0, limit);
      return {
        kind: 'page',
        items: page.flatMap((runId) => migration?.runs.get(runId)?.stored ?? []),
        total: runIds.length,
        nextCursor: rest.length > limit ? encodeCursor(filter, page.at(-1)) : undefined,
      };
    },

    async listOpenRuns(migrationId, cursor, limit) {
      const migration = state.migrations.get(migrationId);
      const first = cursor === undefined ? 0 : Number(decodeCursor<number>(cursor, migrationId));
      const open = [...(migration?.candidates.values() ?? [])].flatMap(({ ord, progress }) => {
        const { status, runState, runId = '' } = progress;
        const run = migration?.runs.get(runId);
        if (ord < first || run === undefined || run.stored.endedAt !== undefined || runState === undefined)
          return [];
        const { candidateId } = run.stored;
        const { claimedMs, cancelRequestedMs } = run;
        return {
          ...{ ord, migrationId, candidateId, runId, status, runState, ageMs: nowMs() - claimedMs },
          cancelAgeMs: cancelRequestedMs === undefined ? undefined : nowMs() - cancelRequestedMs,
        };
      });
      const page = open.slice(0, limit);
      return {
        items: page.map(({ ord: _, ...run }) => run),
        nextCursor:
          page.length === limit ? encodeCursor(migrationId, (page.at(-1)?.ord ?? 0) + 1) : undefined,
      };
    },
  };
}

export function findNewestAttempt(
  run: RunEntry,
  stepIndex: number,
  phase: AttemptRecord['phase'],
): AttemptRecord | undefined {
  return [...run.attempts.values()]
    .filter((attempt) => attempt.stepIndex === stepIndex && attempt.phase === phase)
    .sort(compareAttempts)
    .at(-1);
}

function isFound({ stored, attempts }: RunEntry, by: RunSearch): boolean {
  switch (by.kind) {
    case 'run':
      return stored.runId === by.runId;
    case 'trace':
      return stored.traceparent?.slice(3, 35) === by.traceId;
    case 'pull-request':
      return [...attempts.values()].some(({ metadata }) => {
        const found = readPullRequest(findPrUrl(metadata) ?? '');
        return found?.name === by.name && (by.host === undefined || by.host === found.host);
      });
    default:
      return by satisfies never;
  }
}
