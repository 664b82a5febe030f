import type { components } from '@loom/api';
import type { JsonObject } from '../step-context.ts';

type Schemas = components['schemas'];
export type StepDispatch = Schemas['StepDispatch'];
export type StepResult = Schemas['StepResult'];
export type RecordedOperation = Schemas['Operation'];

/** What an attempt is; its idempotency key stands for exactly one of these. */
export interface AttemptIdentity {
  readonly migrationId: string;
  readonly candidateId: string;
  readonly runId: string;
  readonly stepName: string;
  readonly phase: 'execute' | 'compensate';
  readonly attempt: number;
}

/** An attempt and its key, as a cancellation names them. */
export interface AttemptName {
  readonly runId: string;
  readonly stepName: string;
  readonly phase: 'execute' | 'compensate';
  readonly attempt: number;
  readonly idempotencyKey: string;
}

/** Where the work on an open attempt stands. */
export type OpenState =
  /** To be run, or running. After a crash it runs again. */
  | { readonly kind: 'accepted' }
  /** Waits for something outside; `result` is what the server was told last. */
  | { readonly kind: 'pending'; readonly pollState: JsonObject; readonly result: StepResult }
  /** Has a result that the server has not acknowledged. */
  | { readonly kind: 'finished'; readonly result: StepResult };

export type AttemptState =
  | OpenState
  /** The server has the result; kept to answer redeliveries. */
  | { readonly kind: 'acknowledged'; readonly result: StepResult }
  /** The server said to stop. A redelivery takes it up again where it stood. */
  | { readonly kind: 'stopped'; readonly reason: string; readonly was: OpenState };

/** Everything that has to outlive the process about one attempt. */
export interface AttemptRecord {
  readonly v: 1;
  readonly key: string;
  readonly identity: AttemptIdentity;
  /** Left out once the attempt is closed: it may be large and is not needed to answer. */
  readonly dispatch?: StepDispatch;
  readonly callbackUrl: string;
  readonly callbackToken: string;
  readonly traceparent?: string;
  /** Milliseconds since 1970 by the clock of the worker. */
  readonly receivedAt: number;
  readonly expiresAt: number;
  /** Whether its result went, or is to go, into the answer of the dispatch rather than into a callback. */
  readonly answersInline: boolean;
  /** Operations that no acknowledged callback has carried yet. */
  readonly operations: readonly RecordedOperation[];
  readonly state: AttemptState;
}

export function isOpen(record: AttemptRecord): boolean {
  return record.state.kind !== 'acknowledged' && record.state.kind !== 'stopped';
}

export function nameAttempt({ key, identity }: AttemptRecord): AttemptName {
  const { runId, stepName, phase, attempt } = identity;
  return { runId, stepName, phase, attempt, idempotencyKey: key };
}

export function hasSameIdentity(left: AttemptIdentity, right: AttemptIdentity): boolean {
  return (
    left.migrationId === right.migrationId &&
    left.candidateId === right.candidateId &&
    left.runId === right.runId &&
    left.stepName === right.stepName &&
    left.phase === right.phase &&
    left.attempt === right.attempt
  );
}

/** Makes the record of a dispatch that just came in. */
export function recordDispatch(
  dispatch: StepDispatch,
  facts: { readonly now: number; readonly answersInline: boolean; readonly traceparent: string | undefined },
): AttemptRecord {
  const { migrationId, runId, stepName, phase, attempt } = dispatch;
  return {
    v: 1,
    key: dispatch.idempotencyKey,
    identity: { migrationId, candidateId: dispatch.candidate.id, runId, stepName, phase, attempt },
    dispatch,
    callbackUrl: dispatch.callbackUrl,
    callbackToken: dispatch.callbackToken,
    ...(facts.traceparent === undefined ? {} : { traceparent: facts.traceparent }),
    receivedAt: facts.now,
    // Not the dispatch's `deadline`: clocks of processes are never compared.
    expiresAt: facts.now + dispatch.timeoutMs,
    answersInline: facts.answersInline,
    operations: [],
    state: { kind: 'accepted' },
  };
}

/** The record as it is kept once nothing is left to do: small, and still good for an answer. */
export function closeRecord(record: AttemptRecord, state: AttemptState): AttemptRecord {
  const { dispatch: _dropped, ...rest } = record;
  return { ...rest, state };
}
