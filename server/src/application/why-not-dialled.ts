/** Why a step is not dialled now, or not at all. */
import { idempotencyKey } from '../domain/attempt.ts';
import type { Pause } from '../domain/migration.ts';
import type { Dialled } from '../domain/run-messages.ts';
import type { Step } from '../domain/step.ts';
import type { StepDispatch } from '../domain/step-dispatch.ts';
import type { ConcurrencyKeys } from './ports/concurrency-keys.ts';
import type { EvaluateCondition } from './ports/condition.ts';
import type { DispatchMaterial } from './ports/migration-store.ts';
import type { PauseScope, PauseStore } from './ports/pause-store.ts';

export function scopesOf({ migrationId }: StepDispatch, { workerApp }: Step): readonly PauseScope[] {
  return [
    { kind: 'migration', id: migrationId },
    { kind: 'worker-app', id: workerApp },
  ];
}

/** Whether the migration or the worker app is paused; the run is woken when that ends. */
export async function findHold(
  pauses: PauseStore,
  command: StepDispatch,
  step: Step,
  /** Of `scopesOf`, in its order. */
  found: readonly (Pause | undefined)[],
): Promise<Dialled | undefined> {
  const { migrationId, candidateId, runId } = command;
  for (const [index, scope] of scopesOf(command, step).entries()) {
    const pause = found[index];
    if (pause === undefined) continue;
    if (!(await pauses.hold(scope, { migrationId, candidateId, runId }))) continue;
    const { actor: by, ...given } = pause;
    const what = scope.kind === 'migration' ? 'The migration' : `The worker app ${scope.id}`;
    return {
      kind: 'held',
      reason: `${what} is paused${pause.reason === undefined ? '.' : `: ${pause.reason}`}`,
      heldBy: { ...scope, ...given, by },
    };
  }
  return undefined;
}

/** A step with a concurrency key waits while another has it. Given up when the attempt ends, in `forgetEnded`. */
export async function takeKey(
  concurrency: ConcurrencyKeys,
  { migrationId, candidateId, runId, phase, attempt }: StepDispatch,
  { name, concurrencyKey }: Step,
): Promise<Dialled | undefined> {
  if (concurrencyKey === undefined) return undefined;
  const answer = await concurrency.acquire(concurrencyKey, {
    ...{ migrationId, candidateId, runId },
    idempotencyKey: idempotencyKey(runId, name, phase, attempt),
  });
  if (answer.kind === 'held') return undefined;
  return {
    kind: 'queued',
    isUntaken: true,
    reason: `Waits for its turn: ${answer.ahead} before it on "${concurrencyKey}".`,
    heldBy: { kind: 'concurrency-key', id: concurrencyKey, reason: `${answer.ahead} before it` },
  };
}

/** Its condition does not hold, or cannot be evaluated. */
export function whySkipped(
  evaluateCondition: EvaluateCondition,
  { when }: Step,
  { manifest, inputs, outputs }: DispatchMaterial,
): Dialled | undefined {
  if (when === undefined) return undefined;
  try {
    const holds = evaluateCondition(when, { inputs, candidate: manifest.candidate, outputs });
    return holds ? undefined : { kind: 'skipped', message: `The condition does not hold: ${when}` };
  } catch (error) {
    return {
      kind: 'refused',
      message: `The condition cannot be evaluated: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
