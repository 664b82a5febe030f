import type { Attempt } from '../../domain/attempt.ts';
import type { Actor } from '../../domain/event.ts';
import type { Inputs } from '../../domain/inputs.ts';
import type { ReportSignal } from '../../domain/run-messages.ts';
import type { RunView } from '../../domain/run-projection.ts';
import type { RunOutcome } from '../../domain/run-state.ts';
import type { StepOutline } from '../../domain/step.ts';
import type { AttemptRef, CandidateRef, Page, RunRef } from './refs.ts';

/** What an operator asks of an open run. */
export type RunCommand =
  | {
      readonly kind: 'retry';
      readonly stepName: string;
      readonly inputs?: Inputs | undefined;
      readonly ifInputsVersion?: number | undefined;
      readonly actor: Actor;
    }
  | {
      readonly kind: 'decide';
      readonly stepName: string;
      readonly decision: 'approved' | 'rejected';
      readonly comment?: string | undefined;
      readonly actor: Actor;
    }
  | {
      readonly kind: 'skip';
      readonly stepName: string;
      readonly reason: string;
      /** Under which the outputs are staged in the store. */
      readonly outputsId?: string | undefined;
      readonly actor: Actor;
    }
  | { readonly kind: 'pause' | 'resume'; readonly reason?: string | undefined; readonly actor: Actor }
  | {
      readonly kind: 'change-inputs';
      readonly inputs: Inputs;
      /** The version that they were made from: refused as `stale` when the run has another by now. */
      readonly ifInputsVersion?: number | undefined;
      readonly actor: Actor;
    };

export type EngineAnswer =
  | { readonly kind: 'done' }
  /** The run's state does not allow it; `why` is a sentence. */
  | { readonly kind: 'rejected'; readonly why: string }
  | { readonly kind: 'no-run' }
  | { readonly kind: 'unavailable' };

/** `stale`: the inputs were changed since they were read; what they became may not be in the store yet. */
export type CommandAnswer = EngineAnswer | { readonly kind: 'stale' };

/** What the interpreter says of a run: structure and times, no payloads. What is optional it may not know. */
export interface RunProgress {
  readonly view: RunView;
  readonly attempts: readonly Attempt[];
  readonly inputsVersion?: number | undefined;
  /** Positions of steps that ended and gave no outputs. */
  readonly bareSteps?: readonly number[] | undefined;
  readonly isRollback?: boolean | undefined;
  /** Nothing of it is still to be written to the store. */
  readonly isWritten?: boolean | undefined;
  /** It ended because the store took none of its writes. */
  readonly isRefused?: boolean | undefined;
  readonly ended?: { readonly outcome: RunOutcome; readonly reason?: string | undefined } | undefined;
}

/** What a run goes through: its steps, and of a rollback the positions of those that are undone. */
export interface RunPlan {
  /** Of the definition that the steps are from. */
  readonly revision: string;
  readonly steps: readonly StepOutline[];
  readonly undo?: readonly number[] | undefined;
  /** Of those of a rollback that stay as they are. */
  readonly kept?: readonly number[] | undefined;
  /** Why a person asked for a rollback. */
  readonly reason?: string | undefined;
}

export interface EngineRun extends RunRef {
  /** Unknown of runs that were started before it was kept. */
  readonly revision: string | undefined;
}

/** The interpreter. Nothing of it is known here but runs. */
export interface RunEngine {
  /** `already`: a workflow of this candidate is still open. */
  start(
    run: RunRef,
    plan: RunPlan,
    traceparent: string | undefined,
  ): Promise<'started' | 'already' | 'unavailable'>;
  /** The report's body is in the store; only its fence, status and reason travel. */
  reportStep(candidate: CandidateRef, report: ReportSignal): Promise<EngineAnswer>;
  cancel(
    run: RunRef,
    cancel: { readonly reason?: string | undefined; readonly compensate: boolean; readonly actor: Actor },
  ): Promise<EngineAnswer>;
  /** Repeating it under the same `commandId` gives the first answer. */
  command(run: RunRef, command: RunCommand, commandId: string): Promise<CommandAnswer>;
  /** Undefined when the engine does not answer within 1 s or has no such run. */
  progress(run: RunRef): Promise<RunProgress | undefined>;
  /** What the engine knows of the workflow of a run; undefined when it does not answer. */
  describe(run: RunRef): Promise<'open' | 'closed' | 'none' | undefined>;
  /** The newest run of a candidate that the engine knows; undefined when it does not answer. */
  latest(
    candidate: CandidateRef,
  ): Promise<{ readonly runId: string; readonly isOpen: boolean } | 'none' | undefined>;
  /** Open runs as the engine knows them, in no order. Throws when it does not answer. */
  listOpen(cursor: string | undefined, limit: number): Promise<Page<EngineRun>>;
  /** Likewise, runs of a migration that are over, as long as the engine keeps them. */
  listClosed(migrationId: string, cursor: string | undefined, limit: number): Promise<Page<EngineRun>>;
  /** For a run that ignores everything else; its candidate is reset by the caller. */
  terminate(run: RunRef, reason: string): Promise<void>;
  /** `unavailable` when it was not told; a run that is over needs none. */
  wake(run: RunRef): Promise<EngineAnswer>;
  /** `no-run` when nothing is there to be told. */
  redeliver(attempt: AttemptRef): Promise<EngineAnswer>;
}
