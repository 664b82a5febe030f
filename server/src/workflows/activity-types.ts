import type { Waiting } from '../domain/run.ts';
import { type AttemptFence, type Dialled } from '../domain/run-messages.ts';
import type { RunProjection, RunView } from '../domain/run-projection.ts';

export type ProjectOutcome = 'applied' | 'stale' | 'not-claimed';

export interface DispatchInput extends AttemptFence {
  readonly migrationId: string;
  readonly candidateId: string;
  /** Written before anything is dialled. */
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

export interface DispatchOutput {
  readonly projected: ProjectOutcome;
  readonly dialled?: Dialled;
}

export interface CancelStepInput extends AttemptFence {
  readonly migrationId: string;
  readonly candidateId: string;
  readonly reason: string | undefined;
}

/** All of them are local activities: no task-queue hop (ADR 0006). */
export interface RunActivities {
  project(projection: RunProjection): Promise<ProjectOutcome>;
  /** Writes, dials once, and never throws for what a worker or the network does. */
  dispatch(input: DispatchInput): Promise<DispatchOutput>;
  /** Best effort. */
  cancelStep(input: CancelStepInput): Promise<void>;
}
