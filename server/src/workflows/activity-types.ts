import type { AttemptFence } from '../domain/run-messages.ts';
import type { ProjectOutcome, RunProjection } from '../domain/run-projection.ts';
import type { StopAnswer } from '../domain/run-stopping.ts';
import type { StepDispatch, StepDispatched } from '../domain/step-dispatch.ts';

export interface CancelStepInput extends AttemptFence {
  readonly migrationId: string;
  readonly candidateId: string;
  readonly reason: string | undefined;
  /** How long the run still waits for the worker to stop. */
  readonly graceMs?: number | undefined;
}

/** All of them are local activities: no task-queue hop (ADR 0006). */
export interface RunActivities {
  project(projection: RunProjection): Promise<ProjectOutcome>;
  /** Writes, dials once, and never throws for what a worker or the network does. */
  dispatch(input: StepDispatch): Promise<StepDispatched>;
  /** Best effort. An older engine's gave nothing. */
  cancelStep(input: CancelStepInput): Promise<StopAnswer | undefined>;
}
