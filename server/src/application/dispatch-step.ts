import { hasSucceeded, idempotencyKey } from '../domain/attempt.ts';
import { type LookAgain, withLookAgain } from '../domain/look-again.ts';
import type { Dialled } from '../domain/run-messages.ts';
import { acceptedEvent, acceptedView } from '../domain/run-reports.ts';
import type { Step } from '../domain/step.ts';
import type { StepDispatch, StepDispatched } from '../domain/step-dispatch.ts';
import { operationEvents } from './complete-step.ts';
import type { DialSlots } from './dial-slots.ts';
import type { StepReport } from './ports/callbacks.ts';
import type { ConcurrencyKeys } from './ports/concurrency-keys.ts';
import type { EvaluateCondition } from './ports/condition.ts';
import type { DispatchMaterial, MigrationStore } from './ports/migration-store.ts';
import type { PauseScope, PauseStore } from './ports/pause-store.ts';
import type { RunEngine } from './ports/run-engine.ts';
import type { DialOutcome, StepDispatcher } from './ports/step-dispatcher.ts';
import type { Clock, HashJson } from './ports/system.ts';
import type { WorkerDirectory, WorkerInstance } from './ports/worker-directory.ts';
import { forgetEnded, isLaterWrite, refuseForgotten } from './project-run.ts';
import { reportSignal } from './report-signal.ts';

export interface DispatchStepDeps {
  readonly store: MigrationStore;
  readonly engine: Pick<RunEngine, 'wake'>;
  readonly directory: WorkerDirectory;
  readonly dispatcher: StepDispatcher;
  readonly evaluateCondition: EvaluateCondition;
  readonly hashJson: HashJson;
  readonly clock: Clock;
  readonly slots: DialSlots;
  readonly pauses: PauseStore;
  readonly concurrency: ConcurrencyKeys;
  readonly lookAgain: LookAgain;
}

const BUSY_RETRY_MS = 1_000;

/**
 * Writes what changed, then dials a worker once. Gives back what came of it and throws only when the store is away:
 * what workers and the network do is an outcome.
 */
export const dispatchStep =
  (deps: DispatchStepDeps) =>
  async (command: StepDispatch): Promise<StepDispatched> => {
    if (command.projection !== undefined) {
      const projected = await deps.store.project(command.projection);
      if (projected === 'not-claimed')
        await refuseForgotten(deps.store, command, isLaterWrite(command.projection));
      if (projected !== 'applied') return { projected };
      await forgetEnded(deps, command.projection);
    }
    const material = await loadMaterial(deps.store, command);
    if (material === undefined) {
      await refuseForgotten(deps.store, command, command.projection === undefined);
      return { projected: 'not-claimed' };
    }
    const held = await findHold(deps, command, material);
    const dialled = held ?? (await dial(deps, command, material));
    return { projected: 'applied', dialled: withLookAgain(dialled, command, deps.lookAgain) };
  };

/** A rollback is given the outputs of the run that it undoes, since it has none of its own. */
async function loadMaterial(
  store: MigrationStore,
  command: StepDispatch,
): Promise<DispatchMaterial | undefined> {
  const material = await store.loadDispatch(command);
  const undoes = material?.manifest.undoes;
  if (material === undefined || undoes === undefined) return material;
  const { migrationId, candidateId } = command;
  const made = await store.listAttempts({ migrationId, candidateId, runId: undoes.runId });
  const outputs = made.flatMap(({ stepIndex, phase, outcome, outputs: given }) => {
    const name = material.manifest.steps[stepIndex]?.name;
    const counts = phase === 'execute' && (hasSucceeded(outcome) || outcome === 'skipped');
    return name === undefined || given === undefined || !counts ? [] : [[name, given] as const];
  });
  return { ...material, outputs: Object.fromEntries(outputs) };
}

/** Whether the migration or the worker app is paused; the run is woken when that ends. */
async function findHold(
  { pauses }: DispatchStepDeps,
  { migrationId, candidateId, runId, stepIndex }: StepDispatch,
  { manifest }: DispatchMaterial,
): Promise<Dialled | undefined> {
  const workerApp = manifest.steps[stepIndex]?.workerApp ?? '';
  const scopes: readonly PauseScope[] = [
    { kind: 'migration', id: migrationId },
    { kind: 'worker-app', id: workerApp },
  ];
  const found = await pauses.find(scopes);
  for (const [index, pause] of found.entries()) {
    const scope = scopes[index];
    if (pause === undefined || scope === undefined) continue;
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

async function dial(
  deps: DispatchStepDeps,
  command: StepDispatch,
  material: DispatchMaterial,
): Promise<Dialled> {
  const step = material.manifest.steps[command.stepIndex];
  if (step === undefined) return { kind: 'refused', message: 'The manifest has no such step.' };
  if (step.when !== undefined && command.phase === 'execute' && command.deliveries === 0) {
    const skipped = whySkipped(deps, step.when, material);
    if (skipped !== undefined) return skipped;
  }
  const resolution = await deps.directory.resolve(step.workerApp, material.manifest.revision);
  if (resolution.kind === 'away') {
    await deps.directory.park(step.workerApp, command);
    return { kind: 'away', reason: resolution.reason };
  }
  // Not before: a step whose worker is away would keep the steps of others from theirs.
  const queued = await takeKey(deps, command, step);
  if (queued !== undefined) return queued;
  const release = await deps.slots.acquire(step.workerApp);
  if (release === undefined) {
    return {
      kind: 'busy',
      reason: `Many steps are being given to ${step.workerApp} at once.`,
      retryAfterMs: BUSY_RETRY_MS,
    };
  }
  const { instance } = resolution;
  try {
    const outcome = await deps.dispatcher.dispatch({
      workerUrl: instance.workerUrl,
      instanceId: instance.instanceId,
      attempt: command,
      material,
      timeoutMs: remainingMs(deps, command),
      ...(command.deadlineAtMs === undefined
        ? {}
        : { deadlineAt: new Date(command.deadlineAtMs).toISOString() }),
    });
    await deps.directory.recordDial(
      step.workerApp,
      instance.workerUrl,
      !(outcome.kind === 'unreachable' && outcome.fault),
    );
    if (command.parkings > 0) await deps.directory.unpark(step.workerApp, command);
    return await settleDial(deps, command, step.name, instance, outcome);
  } finally {
    release();
  }
}

/** A step with a concurrency key waits while another has it. Given up when the attempt ends, in `forgetEnded`. */
async function takeKey(
  { concurrency }: DispatchStepDeps,
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
    reason: `Waits for its turn: ${answer.ahead} before it on "${concurrencyKey}".`,
    heldBy: { kind: 'concurrency-key', id: concurrencyKey, reason: `${answer.ahead} before it` },
  };
}

function remainingMs({ clock }: DispatchStepDeps, { deadlineAtMs, timeoutMs }: StepDispatch): number {
  if (deadlineAtMs !== undefined) return Math.max(0, deadlineAtMs - clock.now().getTime());
  return timeoutMs ?? 0;
}

function whySkipped(
  { evaluateCondition }: DispatchStepDeps,
  when: string,
  material: DispatchMaterial,
): Dialled | undefined {
  const { manifest, inputs, outputs } = material;
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

async function settleDial(
  deps: DispatchStepDeps,
  command: StepDispatch,
  stepName: string,
  instance: WorkerInstance,
  outcome: DialOutcome,
): Promise<Dialled> {
  switch (outcome.kind) {
    case 'accepted':
      return accept(deps, command, stepName, instance);
    case 'done':
      return takeReport(deps, command, stepName, instance, outcome.report, outcome.operations);
    case 'refused':
      return { kind: 'refused', message: outcome.message };
    case 'superseded':
      return {
        kind: 'unreachable',
        reason: `${instance.workerApp} says that a newer attempt supersedes this one.`,
      };
    case 'unreachable':
      return { kind: 'unreachable', reason: outcome.reason, ...(outcome.fault ? { mayHaveIt: true } : {}) };
    case 'busy':
      return { kind: 'busy', reason: outcome.reason, retryAfterMs: outcome.retryAfterSeconds * 1_000 };
    default:
      return outcome satisfies never;
  }
}

/** From now on the attempt goes to another instance when this one dies or forgets it. */
async function rememberAcceptance(
  { directory }: DispatchStepDeps,
  { migrationId, candidateId, runId, stepIndex, phase, attempt }: StepDispatch,
  stepName: string,
  { workerApp, instanceId }: WorkerInstance,
): Promise<void> {
  await directory.accept({
    migrationId,
    candidateId,
    runId,
    stepIndex,
    phase,
    attempt,
    workerApp,
    instanceId,
    idempotencyKey: idempotencyKey(runId, stepName, phase, attempt),
  });
}

async function accept(
  deps: DispatchStepDeps,
  command: StepDispatch,
  stepName: string,
  instance: WorkerInstance,
): Promise<Dialled> {
  const now = deps.clock.now();
  const at = { ms: now.getTime(), iso: now.toISOString() };
  const { migrationId, candidateId, runId, stepIndex, phase, attempt, accepted } = command;
  const deliveries = command.deliveries + 1;
  const { workerApp, instanceId } = instance;
  await rememberAcceptance(deps, command, stepName, instance);
  // The worker has it whatever the store says now, so a failing write is made up for by the workflow's next one.
  const projected = await deps.store
    .project({
      migrationId,
      candidateId,
      runId,
      seq: accepted.seq,
      at: at.iso,
      view: acceptedView(accepted.view, accepted.pending, at.iso),
      attempts: [
        {
          stepIndex,
          phase,
          attempt,
          startedAt: accepted.startedAt,
          inputsVersion: accepted.inputsVersion,
          instanceId,
          deliveries,
        },
      ],
      events: [
        {
          ...acceptedEvent(command, stepName, { workerApp, instanceId, deliveries }, at.iso),
          migrationId,
          candidateId,
          runId,
        },
      ],
    })
    .then((written) => written === 'applied')
    .catch(() => false);
  return { kind: 'accepted', at, workerApp, instanceId, projected };
}

/** A step that was done at once, or is pending at once: its body is staged as a callback's would be. */
async function takeReport(
  deps: DispatchStepDeps,
  command: StepDispatch,
  stepName: string,
  instance: WorkerInstance,
  report: StepReport,
  operations: readonly unknown[],
): Promise<Dialled> {
  const { store, hashJson, clock } = deps;
  if (report.status === 'pending') await rememberAcceptance(deps, command, stepName, instance);
  const { eventId: _, ...content } = report;
  const { migrationId, candidateId, runId, stepIndex, phase, attempt } = command;
  const staged = {
    migrationId,
    candidateId,
    runId,
    stepIndex,
    phase,
    attempt,
    report,
    contentHash: hashJson(content),
  };
  await store.admitCallback(staged);
  const actor = { kind: 'worker', id: `${instance.workerApp}/${instance.instanceId}` } as const;
  await store.confirmCallback(
    staged,
    operationEvents(staged, stepName, actor, operations, clock.now().toISOString()),
  );
  return { kind: 'reported', report: reportSignal(report) };
}
