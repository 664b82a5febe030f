import type { FailureClass, Phase } from '../../domain/attempt.ts';
import type { Reported } from '../../domain/run-messages.ts';
import type { AttemptRef } from './refs.ts';

/** A callback, or the body of a `200` to a dispatch. */
export interface StepReport {
  readonly eventId: string;
  readonly status: 'succeeded' | 'merged' | 'failed' | 'pending';
  readonly message?: string | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly outputs?: Readonly<Record<string, unknown>> | undefined;
  readonly failureClass?: FailureClass | undefined;
  readonly retryable?: boolean | undefined;
}

/** What the store says of a callback before the engine is told. */
export type Admission =
  /** Handed over: who dials its attempt just now was told of it, and the run takes it over in the next moments, or has. */
  | { readonly kind: 'admitted'; readonly isHandedOver?: true }
  | { readonly kind: 'duplicate' }
  /** There was never such a run. */
  | { readonly kind: 'unknown-run' }
  | { readonly kind: 'not-dispatched' }
  | { readonly kind: 'over'; readonly why: string }
  | { readonly kind: 'too-soon'; readonly retryAfterSeconds: number };

export interface CallbackAdmission extends AttemptRef {
  readonly report: StepReport;
  /** What the run is told of it. */
  readonly signal: Reported;
  /** SHA-256 of the report without its eventId, so that a repetition under a new eventId is seen. */
  readonly contentHash: string;
}

/** Signs and checks the token of one attempt's callbacks. */
export interface CallbackTokens {
  sign(attempt: {
    readonly runId: string;
    readonly stepName: string;
    readonly phase: Phase;
    readonly attempt: number;
  }): string;
  verify(
    token: string,
    attempt: {
      readonly runId: string;
      readonly stepName: string;
      readonly phase: Phase;
      readonly attempt: number;
    },
  ): boolean;
}
