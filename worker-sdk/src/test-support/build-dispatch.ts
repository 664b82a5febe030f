import { randomUUID } from 'node:crypto';
import { type AttemptRecord, recordDispatch, type StepDispatch } from '../attempts/attempt-record.ts';

/** A dispatch as the server sends it; what a test does not care about is filled in. */
export function buildDispatch(parts: Partial<StepDispatch> = {}): StepDispatch {
  const runId = parts.runId ?? randomUUID();
  const stepName = parts.stepName ?? 'greet';
  const phase = parts.phase ?? 'execute';
  const attempt = parts.attempt ?? 1;
  return {
    migrationId: 'hello',
    revision: 'r1',
    runId,
    stepName,
    type: 'greet',
    phase,
    attempt,
    idempotencyKey: `${runId}:${stepName}:${phase}:${attempt}`,
    candidate: { id: 'world', kind: 'name', labels: {}, metadata: {}, files: [] },
    config: {},
    inputs: {},
    outputs: {},
    timeoutMs: 60_000,
    callbackUrl: 'http://127.0.0.1:1/api/v1/event/hello__world',
    callbackToken: 'token-of-the-attempt',
    ...parts,
  };
}

/** The record of {@link buildDispatch}. */
export function buildRecord(parts: Partial<StepDispatch> = {}): AttemptRecord {
  return recordDispatch(buildDispatch(parts), {
    now: Date.now(),
    answersInline: false,
    traceparent: undefined,
  });
}
