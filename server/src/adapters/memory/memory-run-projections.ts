import type { MigrationStore } from '../../application/ports/migration-store.ts';
import type { Clock } from '../../application/ports/system.ts';
import { type AttemptRecord, attemptKey } from '../../domain/attempt.ts';
import { findPrUrl } from '../../domain/pr-url.ts';
import type { AttemptChange } from '../../domain/run-projection.ts';
import { countDown, setFailure } from './memory-aggregates.ts';
import { findCurrentRun } from './memory-runs.ts';
import { addEvents, type MemoryState, type RunEntry, touch } from './memory-state.ts';

export function createMemoryRunProjections(
  state: MemoryState,
  clock: Clock,
): Pick<MigrationStore, 'project'> {
  return {
    async project(projection) {
      const current = findCurrentRun(state, projection);
      if (current === undefined) return 'not-claimed';
      const { migration, candidate, run } = current;
      const { seq, at, view, attempts, inputs, ended, runId } = projection;
      if (seq < run.stored.seq) return 'stale';

      run.isProjected = true;
      run.stored = { ...run.stored, seq, projectedAt: at };
      const was = candidate.progress.status;
      let { prUrl } = candidate.progress;
      for (const change of attempts) prUrl = writeAttempt(run, change) ?? prUrl;
      const reason = view.reason === '' ? undefined : view.reason;
      const pauseRequested = view.pauseRequested === true ? true : undefined;
      candidate.progress = { ...view, reason, pauseRequested, runId, prUrl };
      if (inputs !== undefined) {
        run.stored = { ...run.stored, inputs: inputs.values, inputsVersion: inputs.version };
        run.inputs.set(inputs.version, inputs.values);
        candidate.inputs = inputs.values;
      }
      if (ended !== undefined) {
        run.stored = { ...run.stored, endedAt: at, outcome: ended.outcome, reason: ended.reason };
      }
      const wasFailing = candidate.failure !== undefined;
      setFailure(migration, candidate, projection);
      if (was !== view.status || wasFailing !== (candidate.failure !== undefined))
        countDown(migration, clock.now().getTime());
      touch(migration, candidate);
      addEvents(state, projection.events);
      return 'applied';
    },
  };
}

/** Writes what is given and keeps the rest; returns the pull request that the attempt names. */
function writeAttempt(run: RunEntry, { reportEventId, ...given }: AttemptChange): string | undefined {
  const key = attemptKey(given);
  const staged = run.callbacks.get(key)?.reports.get(reportEventId ?? '')?.report;
  const { message, metadata, failureClass } = staged ?? {};
  const outputs = staged?.outputs ?? run.stagedOutputs.get(reportEventId ?? '');
  const changes = [{ message, metadata, outputs, failureClass }, given].map(withoutUndefined);
  const known = run.attempts.get(key);
  // Counted by who dials: only the first write says that there was none.
  const { dials: first, ...record } = Object.assign({}, known, ...changes) as AttemptRecord;
  const dials = known === undefined ? first : known.dials;
  run.attempts.set(key, dials === undefined ? record : { ...record, dials });
  return findPrUrl(given.metadata) ?? findPrUrl(metadata);
}

function withoutUndefined(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
