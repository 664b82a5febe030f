import type { Phase } from '../domain/attempt.ts';
import { splitWorkflowId } from '../domain/candidate.ts';
import type { Actor, NewEvent } from '../domain/event.ts';
import type { Manifest } from '../domain/migration.ts';
import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import { type AttemptFence } from '../domain/run-messages.ts';
import { confirmHandedOver } from './confirm-handed-over.ts';
import type { CallbackTokens, StepReport } from './ports/callbacks.ts';
import type { AttemptLetter, DeadLetterStore } from './ports/dead-letter-store.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { AttemptRef, RunRef } from './ports/refs.ts';
import type { RunEngine } from './ports/run-engine.ts';
import type { Clock, HashJson } from './ports/system.ts';
import { reportSignal } from './report-signal.ts';

export interface CompleteStepDeps {
  readonly store: MigrationStore;
  readonly engine: RunEngine;
  readonly tokens: CallbackTokens;
  readonly deadLetters: DeadLetterStore;
  readonly hashJson: HashJson;
  readonly clock: Clock;
}

export interface CompleteStepCommand {
  readonly workflowId: string;
  readonly token: string | undefined;
  readonly candidateId: string;
  readonly runId: string;
  readonly stepName: string;
  readonly phase: Phase;
  readonly attempt: number;
  readonly report: StepReport;
  readonly operations: readonly unknown[];
}

const OVER_DETAIL = 'This run is over, or a newer attempt supersedes this one; stop working on it.';
/** Metadata and outputs together, as JSON. */
const PAYLOAD_LIMIT = 64 * 1024;

/**
 * A worker's callback: fenced by the attempt record, staged in the store, then signalled to the run, then confirmed.
 * When the server dies in between, the worker repeats it and the same happens again, once.
 */
export const completeStep =
  (deps: CompleteStepDeps) =>
  async (command: CompleteStepCommand): Promise<Outcome<'accepted' | 'duplicate'>> => {
    const { store, tokens } = deps;
    const names = splitWorkflowId(command.workflowId);
    if (names === undefined) return refuse('not-found', 'There is no run with this workflow ID.');
    const run = { ...names, runId: command.runId };
    const manifest = await store.getManifest(run);
    if (manifest === undefined) return refuse('not-found', 'There never was such a run.');
    // But for whether there is such a run, nothing is told and nothing of the body judged before the token holds.
    if (command.token === undefined || !tokens.verify(command.token, command))
      return refuse('unauthorized', 'The token is not the one of this attempt.');
    if (names.candidateId !== command.candidateId) {
      return refuse('invalid-request', 'The body is about another candidate than the path.', {
        errors: [{ path: '/candidateId', message: 'Send the candidateId of the dispatch.' }],
      });
    }
    if (payloadLength(command.report) > PAYLOAD_LIMIT) {
      return refuse('invalid-request', 'Metadata and outputs are larger than 64 KB together.', {
        errors: [{ path: '/outputs', message: 'Store what is large elsewhere and send a reference.' }],
      });
    }
    const { stepName, phase, attempt, report, operations } = command;
    const delivery = { ...run, stepName, phase, attempt, report, operations };
    const taken = await deliverCallback(deps, manifest, delivery);
    if (!taken.ok && UNUSABLE.includes(taken.problem.word))
      await deps.deadLetters.add(letterOf(deps, manifest, delivery, taken.problem.detail));
    return taken;
  };

/** Says which callbacks are kept as dead letters: what no run can take, rather than what is to be sent again. */
const UNUSABLE: readonly string[] = ['step-not-dispatched', 'run-over'];

function letterOf(
  { hashJson, clock }: CompleteStepDeps,
  manifest: Manifest,
  { stepName, report, operations, ...attempt }: CallbackDelivery,
  why: string,
): AttemptLetter {
  const { migrationId, candidateId, runId } = attempt;
  const stepIndex = manifest.steps.findIndex((step) => step.name === stepName);
  const named = [migrationId, candidateId, runId, stepName, attempt.phase, attempt.attempt, report.eventId];
  return {
    ...attempt,
    id: hashJson(named).slice(0, 32),
    at: clock.now().toISOString(),
    kind: 'callback',
    stepIndex,
    stepName,
    why,
    body: { report, operations },
  };
}

/** A callback whose token holds. */
export interface CallbackDelivery extends RunRef {
  readonly stepName: string;
  readonly phase: Phase;
  readonly attempt: number;
  readonly report: StepReport;
  readonly operations: readonly unknown[];
}

/** Fences a callback, stages it, tells the run, and confirms it. */
export async function deliverCallback(
  deps: CompleteStepDeps,
  manifest: Manifest,
  command: CallbackDelivery,
): Promise<Outcome<'accepted' | 'duplicate'>> {
  const { store, engine } = deps;
  const run = { migrationId: command.migrationId, candidateId: command.candidateId, runId: command.runId };
  const stepIndex = manifest.steps.findIndex((step) => step.name === command.stepName);
  if (stepIndex < 0) return refuse('step-not-dispatched', `The run has no step "${command.stepName}".`);

  const { phase, attempt, report } = command;
  const { eventId: _, ...content } = report;
  const callback = {
    ...run,
    stepIndex,
    phase,
    attempt,
    report,
    signal: reportSignal(report),
    contentHash: deps.hashJson({ ...content, operations: command.operations }),
  };
  const admission = await store.admitCallback(callback);
  switch (admission.kind) {
    case 'duplicate':
      return succeed('duplicate');
    case 'unknown-run':
      return refuse('not-found', 'There never was such a run.');
    case 'not-dispatched':
      return refuse(
        'step-not-dispatched',
        `Attempt ${attempt} of step "${command.stepName}" was not dispatched.`,
      );
    case 'over':
      return refuse('run-over', admission.why === '' ? OVER_DETAIL : admission.why);
    case 'too-soon':
      return refuse('too-many-updates', 'The last pending update was less than 5 s ago.', {
        retryAfterSeconds: admission.retryAfterSeconds,
      });
    case 'admitted':
      break;
    default:
      return admission satisfies never;
  }
  const workerApp = manifest.steps[stepIndex]?.workerApp ?? '';
  const events = operationEvents(
    callback,
    command.stepName,
    { kind: 'worker', id: workerApp },
    command.operations,
    deps.clock.now().toISOString(),
  );
  if (admission.isHandedOver === true && (await confirmHandedOver(store, callback, events)))
    return succeed('accepted');
  const answer = await engine.reportStep(run, { ...fenceOf(callback), ...callback.signal });
  if (answer.kind === 'unavailable')
    return refuse('unavailable', 'The engine cannot be told now.', { retryAfterSeconds: 5 });
  if (answer.kind !== 'done') return refuse('run-over', OVER_DETAIL);
  await store.confirmCallback(callback, events);
  return succeed('accepted');
}

function fenceOf({ runId, stepIndex, phase, attempt }: AttemptRef): AttemptFence {
  return { runId, stepIndex, phase, attempt };
}

function payloadLength({ metadata, outputs }: StepReport): number {
  return new TextEncoder().encode(JSON.stringify({ metadata, outputs })).length;
}

/** Git and forge operations become events of their attempt, each written once by its own id. */
export function operationEvents(
  ref: AttemptRef,
  stepName: string,
  actor: Actor,
  operations: readonly unknown[],
  at: string,
): readonly NewEvent[] {
  return operations.map((operation) => {
    const data = operation as Readonly<Record<string, unknown>>;
    return {
      key: `operation:${ref.stepIndex}:${ref.phase}:${ref.attempt}:${String(data['id'])}`,
      at: typeof data['at'] === 'string' ? data['at'] : at,
      type: 'operation',
      actor,
      migrationId: ref.migrationId,
      candidateId: ref.candidateId,
      runId: ref.runId,
      stepName,
      phase: ref.phase,
      attempt: ref.attempt,
      data,
    };
  });
}
