import type { StepContext } from '../step-context.ts';
import type { AttemptRecord, StepDispatch } from './attempt-record.ts';
import type { PreparedWork } from './prepare-work.ts';

/** Makes what the handlers of a dispatched attempt are given. */
export function makeStepContext(
  record: AttemptRecord,
  dispatch: StepDispatch,
  work: PreparedWork,
  means: Pick<StepContext, 'signal' | 'log' | 'operation' | 'progress'>,
): StepContext {
  const { migrationId, runId, stepName, phase, attempt } = record.identity;
  const { type, undoes, candidate, outputs, previousAttempt } = dispatch;
  return {
    migrationId,
    runId,
    undoes,
    stepName,
    type,
    phase,
    attempt,
    idempotencyKey: record.key,
    candidate,
    config: work.config,
    inputs: work.inputs,
    outputs,
    previousAttempt,
    deadline: new Date(record.expiresAt),
    preview: undefined,
    ...means,
  };
}
