import type { StepReport } from './callbacks.ts';
import type { DispatchMaterial } from './migration-store.ts';
import type { AttemptRef, InstanceRef } from './refs.ts';

/** A dial of one attempt; never throws for what a worker or the network does. */
export interface StepDispatcher {
  dispatch(request: DispatchRequest): Promise<DialOutcome>;
  /** Best effort within 3 s. */
  cancelStep(workerUrl: string, cancellation: StepCancellation): Promise<StopState>;
  /** Asks the worker to discover; false when it does not take it. */
  discover(workerUrl: string, migrationId: string, instance?: InstanceRef): Promise<boolean>;
  /** Hands back a webhook that an instance of the app could not use. */
  redeliverWebhook(
    workerUrl: string,
    webhook: RedeliveredWebhook,
    instance: InstanceRef,
  ): Promise<
    | { readonly kind: 'used' | 'away' }
    /** It cannot be used still; `why` is a sentence. */
    | { readonly kind: 'refused'; readonly why: string }
  >;
  /** `GET {workerUrl}/healthz` within 2 s; a sentence when it does not answer well. */
  probe(workerUrl: string): Promise<string | undefined>;
}

export interface RedeliveredWebhook {
  readonly source: string;
  readonly webhookId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
}

export interface StepCancellation extends AttemptRef {
  readonly stepName: string;
  readonly idempotencyKey: string;
  readonly reason?: string | undefined;
  /** How long the run still waits for it to stop. */
  readonly graceMs?: number | undefined;
  /** Who is told. */
  readonly instance?: InstanceRef | undefined;
}

/** Whether an instance still works on an attempt; unknown when it did not say. */
export type StopState = 'stopped' | 'stopping' | 'unknown';

export interface DispatchRequest {
  readonly workerUrl: string;
  readonly instanceId?: string | undefined;
  readonly attempt: AttemptRef;
  readonly material: DispatchMaterial;
  readonly deadlineAt?: string | undefined;
  readonly timeoutMs: number;
}

export type DialOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'done'; readonly report: StepReport; readonly operations: readonly unknown[] }
  /** The step fails with this reason (400, 413, 422), or since nobody can be given it (`isUnsent`). */
  | { readonly kind: 'refused'; readonly message: string; readonly isUnsent?: boolean }
  | { readonly kind: 'superseded' }
  /** A transport fault or a misconfigured worker; `fault` feeds the breaker. */
  | {
      readonly kind: 'unreachable';
      readonly reason: string;
      readonly fault: boolean;
      /** No connection was made, so that the worker cannot have got the step. */
      readonly isUnsent?: boolean;
    }
  | { readonly kind: 'busy'; readonly reason: string; readonly retryAfterSeconds: number };
