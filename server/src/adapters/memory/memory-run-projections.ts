import type { MigrationStore } from '../../application/ports/migration-store.ts';
import { type AttemptRecord, attemptKey } from '../../domain/attempt.ts';
import { findPrUrl } from '../../domain/pr-url.ts';
import type { AttemptChange } from '../../domain/run-projection.ts';
import { findCurrentRun } from './memory-runs.ts';
import { addEvents, type MemoryState, type RunEntry, touch } from './memory-state.ts';

export function createMemoryRunProjections(state: MemoryState): Pick<MigrationStore, 'project'> {
  return {
    async project(projection) {
      const current = findCurrentRun(state, projection);
      if (current === undefined) return 'not-claimed';
      const { migration, candidate, run } = current;
      const { seq, at, view, attempts, inputs, ended, runId } = projection;
      if (seq < run.stored.seq) return 'stale';

      run.isProjected = true;
      run.stored = { ...run.stored, seq, projectedAt: at };
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
  run.attempts.set(key, Object.assign({}, run.attempts.get(key), ...changes) as AttemptRecord);
  return findPrUrl(given.metadata) ?? findPrUrl(metadata);
}

function withoutUndefined(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
