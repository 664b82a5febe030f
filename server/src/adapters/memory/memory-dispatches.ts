import type { MigrationStore } from '../../application/ports/migration-store.ts';
import type { AttemptRef } from '../../application/ports/refs.ts';
import { attemptKey } from '../../domain/attempt.ts';
import { findNewestAttempt, findRun } from './memory-runs.ts';
import { callbacksOf, type MemoryState, type RunEntry } from './memory-state.ts';

/** What a dispatch carries, and who may have its attempt. */
export function createMemoryDispatches(
  state: MemoryState,
): Pick<MigrationStore, 'loadDispatch' | 'takeBackDial'> {
  return {
    async loadDispatch(attempt, dial) {
      const run = findRun(state, attempt);
      if (run === undefined) return undefined;
      const { traceparent } = run.stored;
      const callbacks = callbacksOf(run.callbacks, attempt);
      if (callbacks.signal === undefined && dial !== undefined) callbacks.listener = dial.listener;
      const dials = countDial(run, attempt, dial === undefined ? 0 : 1);
      const inputsVersion = run.attempts.get(attemptKey(attempt))?.inputsVersion ?? run.stored.inputsVersion;
      const inputs = run.inputs.get(inputsVersion) ?? run.stored.inputs;
      const outputs = run.manifest.steps.flatMap((step, stepIndex) => {
        const newest = findNewestAttempt(run, stepIndex, 'execute');
        const isOver = ['succeeded', 'merged', 'skipped'].includes(newest?.outcome ?? '');
        return isOver && newest?.outputs !== undefined ? [[step.name, newest.outputs] as const] : [];
      });
      return {
        ...{ manifest: run.manifest, inputs, inputsVersion, traceparent },
        outputs: Object.fromEntries(outputs),
        report: callbacks.signal,
        ...(dials === undefined ? {} : { dials }),
        previousAttempt: run.attempts.get(attemptKey({ ...attempt, attempt: attempt.attempt - 1 })),
      };
    },

    async takeBackDial(attempt) {
      const run = findRun(state, attempt);
      const isCounted = (run?.attempts.get(attemptKey(attempt))?.dials ?? 0) > 0;
      return run !== undefined && isCounted && countDial(run, attempt, -1) === 0;
    },
  };
}

/** Dials of the attempt from now on, where they are known. */
function countDial(run: RunEntry, attempt: AttemptRef, change: 0 | 1 | -1): number | undefined {
  const record = run.attempts.get(attemptKey(attempt));
  if (record?.dials === undefined) return undefined;
  const dials = record.dials + change;
  run.attempts.set(attemptKey(attempt), { ...record, dials });
  return dials;
}
