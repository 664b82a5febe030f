/** Names and payloads of what a run can be told and asked. REPLAY-SENSITIVE: a renamed message is lost on open runs. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Attempt } from '../domain/attempt.ts';
import type { Actor } from '../domain/event.ts';
import type { Inputs } from '../domain/inputs.ts';
import type { CancelRequest, Run, RunStart } from '../domain/run.ts';
import type { AttemptFence, ReportSignal } from '../domain/run-messages.ts';
import type { PauseChange } from '../domain/run-pause.ts';
import type { RunView } from '../domain/run-projection.ts';
import type { Decision } from '../domain/run-review.ts';
import type { Skip } from '../domain/run-skip.ts';

/** What a run is started with: from a claim, or from itself at continue-as-new. */
export type RunInput =
  | { readonly kind: 'start'; readonly start: RunStart }
  | { readonly kind: 'continued'; readonly run: Run; readonly lastSeq: number };

export interface RetryUpdate {
  readonly runId: string;
  readonly stepName: string;
  readonly inputs?: Inputs | undefined;
  /** The version that the inputs were made from. */
  readonly ifInputsVersion?: number | undefined;
  readonly actor: Actor;
}
export interface DecideUpdate extends Decision {
  readonly runId: string;
  readonly stepName: string;
}
export interface SkipUpdate extends Skip {
  readonly runId: string;
  readonly stepName: string;
}
export interface PauseUpdate extends PauseChange {
  readonly runId: string;
}
export interface InputsUpdate {
  readonly runId: string;
  readonly inputs: Inputs;
  readonly ifInputsVersion?: number | undefined;
  readonly actor: Actor;
}
export interface CancelSignal extends CancelRequest {
  readonly runId: string;
  /** See `askCancel`. */
  readonly catchesUp: boolean;
}
/** Whatever is optional is unknown of runs whose engine is older. */
export interface ProgressAnswer {
  readonly runId: string;
  readonly view: RunView;
  readonly attempts: readonly Attempt[];
  readonly inputsVersion?: number;
  readonly bareSteps?: readonly number[] | undefined;
  readonly isRollback?: boolean;
  readonly isWritten?: boolean;
  readonly isRefused?: boolean;
  readonly ended?: Run['ended'];
}

/** Type of the failure that refuses inputs which were made from others than those that the run has. */
export const STALE_INPUTS = 'stale-inputs';

export const stepCompleted = defineSignal<[ReportSignal]>('step-completed');
export const cancelRequested = defineSignal<[CancelSignal]>('cancel');
export const workerBack = defineSignal<[{ readonly runId: string }]>('worker-back');
/** The answer to an update has reached its caller. */
export const answered = defineSignal<[{ readonly runId: string }]>('answered');
export const redeliver = defineSignal<[AttemptFence]>('redeliver');
export const retry = defineUpdate<void, [RetryUpdate]>('retry');
export const decide = defineUpdate<void, [DecideUpdate]>('decide');
export const skip = defineUpdate<void, [SkipUpdate]>('skip');
export const pause = defineUpdate<void, [PauseUpdate]>('pause');
export const resume = defineUpdate<void, [PauseUpdate]>('resume');
export const changeInputs = defineUpdate<void, [InputsUpdate]>('change-inputs');
export const progress = defineQuery<ProgressAnswer>('progress');
