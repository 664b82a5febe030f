import type { Actor } from '../domain/event.ts';
import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import { type CompleteStepDeps, deliverCallback } from './complete-step.ts';
import type { StepReport } from './ports/callbacks.ts';
import type { Delivery, DeliveryLog } from './ports/delivery-log.ts';
import type { EventLog } from './ports/event-log.ts';
import type { AttemptRef, RunRef } from './ports/refs.ts';
import { getDelivery } from './read-deliveries.ts';

export interface ReplayDeliveryDeps extends CompleteStepDeps {
  readonly deliveries: DeliveryLog;
  readonly events: EventLog;
}

export interface Replayed {
  readonly runId: string;
  readonly result: 'accepted' | 'duplicate' | 'redelivered';
}

/** What a delivery is about, when it is about an attempt. */
interface Named extends RunRef {
  readonly stepName: string;
  readonly phase: AttemptRef['phase'];
  readonly attempt: number;
}

/** Lets a callback come, or a dispatch go, once more; by the same rules as the first time. */
export const replayDelivery =
  (deps: ReplayDeliveryDeps) =>
  async ({ id, actor }: { readonly id: string; readonly actor: Actor }): Promise<Outcome<Replayed>> => {
    const found = await getDelivery(deps)(id);
    if (!found.ok) return found;
    const delivery = found.value;
    const named = nameAttempt(delivery);
    if (named === undefined || (delivery.operation !== 'callback' && delivery.operation !== 'dispatch-step'))
      return refuse('not-replayable', 'Only callbacks and dispatches of a step can be replayed.');
    const replayed =
      delivery.operation === 'callback'
        ? await replayCallback(deps, delivery, named)
        : await redeliver(deps, named);
    if (!replayed.ok) return replayed;
    const { direction, operation } = delivery;
    const data = { delivery: id, direction, operation, result: replayed.value };
    const at = deps.clock.now().toISOString();
    await deps.events.append({ at, type: 'delivery.replayed', actor, ...named, data });
    return succeed({ runId: named.runId, result: replayed.value });
  };

function nameAttempt(delivery: Delivery): Named | undefined {
  const { migrationId, candidateId, runId, stepName, phase, attempt } = delivery;
  if (migrationId === undefined || candidateId === undefined || runId === undefined) return undefined;
  if (stepName === undefined || phase === undefined || attempt === undefined) return undefined;
  return { migrationId, candidateId, runId, stepName, phase, attempt };
}

async function replayCallback(
  deps: ReplayDeliveryDeps,
  { isVerified, request }: Delivery,
  named: Named,
): Promise<Outcome<Replayed['result']>> {
  // Or a person could be made to let a forged callback in.
  if (!isVerified) return refuse('not-replayable', 'The callback came without the token of its attempt.');
  if (request.isTruncated || request.isRedacted)
    return refuse('not-replayable', 'Of the callback not everything is kept: it was too large, or secret.');
  const manifest = await deps.store.getManifest(named);
  if (manifest === undefined) return refuse('not-found', 'There never was such a run.');
  const body = JSON.parse(request.body) as StepReport & { readonly operations?: readonly unknown[] };
  const { eventId, status, message, metadata, outputs, failureClass, retryable, operations = [] } = body;
  const report = { eventId, status, message, metadata, outputs, failureClass, retryable };
  return deliverCallback(deps, manifest, { ...named, report, operations });
}

/** Through the engine, whose dispatch carries the same key. */
async function redeliver(
  { store, engine }: ReplayDeliveryDeps,
  named: Named,
): Promise<Outcome<Replayed['result']>> {
  const [manifest, attempts, candidate] = await Promise.all([
    store.getManifest(named),
    store.listAttempts(named),
    store.getCandidate(named),
  ]);
  const stepIndex = manifest?.steps.findIndex(({ name }) => name === named.stepName) ?? -1;
  const ofStep = attempts.filter((one) => one.stepIndex === stepIndex && one.phase === named.phase);
  const record = ofStep.find(({ attempt }) => attempt === named.attempt);
  if (record === undefined) return refuse('step-not-dispatched', 'The run has no such attempt.');
  if (candidate?.runId !== named.runId || candidate.runState === undefined || candidate.runState === 'lost')
    return refuse('run-over', 'The run is over.');
  if (record.endedAt !== undefined || ofStep.some(({ attempt }) => attempt > named.attempt))
    return refuse('run-over', `Attempt ${named.attempt} of step "${named.stepName}" has ended.`);
  if (candidate.runState === 'awaiting_worker') {
    // It dials by itself, and does so now.
    await engine.wake(named);
    return succeed('redelivered');
  }
  if (candidate.runState === 'paused' || candidate.runState === 'queued')
    return refuse(
      'not-waiting',
      `The run is ${candidate.runState}; it dispatches by itself when it goes on.`,
    );
  const { migrationId, candidateId, runId, phase, attempt } = named;
  const answer = await engine.redeliver({ migrationId, candidateId, runId, stepIndex, phase, attempt });
  switch (answer.kind) {
    case 'done':
      return succeed('redelivered');
    case 'rejected':
      return refuse('not-waiting', answer.why);
    case 'no-run':
      return refuse('run-over', 'The run is over.');
    case 'unavailable':
      return refuse('unavailable', 'The engine does not answer now.', { retryAfterSeconds: 3 });
    default:
      return answer satisfies never;
  }
}
