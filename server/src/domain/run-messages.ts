/** What reaches a run from outside. REPLAY-SENSITIVE, like `run.ts`. */
import type { FailureClass, Phase } from './attempt.ts';
import type { Moment } from './run.ts';
import type { Hold } from './run-projection.ts';
import type { WhoActs } from './run-state.ts';

export interface AttemptFence {
  readonly runId: string;
  readonly stepIndex: number;
  readonly phase: Phase;
  readonly attempt: number;
}

/** A callback as it travels to the run: its body stays in the store. */
export interface ReportSignal extends AttemptFence {
  readonly eventId: string;
  readonly status: 'succeeded' | 'merged' | 'failed' | 'pending';
  readonly failureClass?: FailureClass | undefined;
  readonly retryable?: boolean | undefined;
  /** The beginning of the message: why the run waits. */
  readonly reason?: string | undefined;
  readonly who?: WhoActs | undefined;
  /** Whether the body in the store has outputs; unknown of a signal of before it was said. */
  readonly hasOutputs?: boolean | undefined;
}

/** Of which attempt is known where it is needed. */
export type Reported = Omit<ReportSignal, keyof AttemptFence>;

/** Who took an attempt, and when. */
export interface WorkerAcceptance {
  readonly at: Moment;
  readonly workerApp: string;
  readonly instanceId: string;
}

/** What came of dialling a worker. Without `retryAfterMs` it was recorded before whoever dials said when to look again. */
export type Dialled =
  | ({
      readonly kind: 'accepted';
      /** Whether the store has it already. */
      readonly projected: boolean;
    } & WorkerAcceptance)
  | {
      readonly kind: 'reported';
      readonly report: Reported;
      /** By whom, where a callback was handed over to the dispatch; a body of a `200` is told without. */
      readonly accepted?: WorkerAcceptance;
    }
  | {
      readonly kind: 'refused';
      readonly message: string;
      /** By us: no worker was ever given it. */
      readonly isUntaken?: true | undefined;
    }
  | { readonly kind: 'skipped'; readonly message: string }
  /** Of a review: its condition holds, so people decide. */
  | { readonly kind: 'asked' }
  /** Nobody lives, or the breaker is open: a wake-up comes, and the timer is only a backstop. */
  | { readonly kind: 'away'; readonly reason: string; readonly retryAfterMs?: number | undefined }
  | {
      readonly kind: 'unreachable';
      readonly reason: string;
      readonly retryAfterMs?: number | undefined;
      /** The worker was dialled and may have taken the step, although it did not say so. */
      readonly mayHaveIt?: boolean | undefined;
    }
  /** The migration or the worker app is paused; a wake-up comes when it is resumed. */
  | ({ readonly kind: 'held'; readonly retryAfterMs?: number | undefined } & Hold)
  /** Another step has the concurrency key; a wake-up comes when it is this one's turn. */
  | ({
      readonly kind: 'queued';
      readonly retryAfterMs?: number | undefined;
      /** No worker has the step, unless one had it before: it would have the key then. Not said by engines of before. */
      readonly isUntaken?: true | undefined;
    } & Hold)
  | { readonly kind: 'busy'; readonly reason: string; readonly retryAfterMs: number };
