import type { JsonObject } from '../step-context.ts';
import type { AttemptRecord } from './attempt-record.ts';

/** An attempt that waits for something, as a worker's `wake` shows it to a predicate. */
export interface PendingAttempt {
  readonly migrationId: string;
  readonly candidateId: string;
  readonly runId: string;
  readonly stepName: string;
  readonly attempt: number;
  /** What the step's `pending` outcome kept for `poll`. */
  readonly state: JsonObject;
  readonly metadata: JsonObject;
}

/** Undefined when it waits for nothing. */
export function pendingAttemptOf({ identity, state }: AttemptRecord): PendingAttempt | undefined {
  if (state.kind !== 'pending') return undefined;
  const { migrationId, candidateId, runId, stepName, attempt } = identity;
  return {
    ...{ migrationId, candidateId, runId, stepName, attempt },
    ...{ state: state.pollState, metadata: state.result.metadata ?? {} },
  };
}
