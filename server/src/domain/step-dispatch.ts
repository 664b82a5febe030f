/** What the interpreter gives to the activity that dials a worker, and what it gets back. REPLAY-SENSITIVE. */
import type { Waiting } from './run.ts';
import type { AttemptFence, Dialled } from './run-messages.ts';
import type { ProjectOutcome, RunProjection, RunView } from './run-projection.ts';

export interface StepDispatch extends AttemptFence {
  readonly migrationId: string;
  readonly candidateId: string;
  /** Written before the worker is dialled, so that a callback may overtake the answer. */
  readonly projection: RunProjection | undefined;
  /** What is written when the worker accepts. */
  readonly accepted: {
    readonly seq: number;
    readonly view: RunView;
    readonly startedAt: string;
    readonly inputsVersion: number;
    readonly pending: Waiting | undefined;
  };
  readonly deliveries: number;
  readonly parkings: number;
  readonly deadlineAtMs: number | undefined;
  readonly timeoutMs: number | undefined;
}

export interface StepDispatched {
  readonly projected: ProjectOutcome;
  readonly dialled?: Dialled;
}
