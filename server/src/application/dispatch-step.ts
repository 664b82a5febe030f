import { hasSucceeded, idempotencyKey } from '../domain/attempt.ts';
import { type LookAgain, withLookAgain } from '../domain/look-again.ts';
import type { Manifest, Pause } from '../domain/migration.ts';
import type { Dialled } from '../domain/run-messages.ts';
import type { Step } from '../domain/step.ts';
import type { StepDispatch, StepDispatched } from '../domain/step-dispatch.ts';
import type { DialSlots } from './dial-slots.ts';
import type { ConcurrencyKeys } from './ports/concurrency-keys.ts';
import type { EvaluateCondition } from './ports/condition.ts';
import type { DispatchMaterial, ProjectedDispatch } from './ports/migration-store.ts';
import type { PauseScope, PauseStore } from './ports/pause-store.ts';
import type { RunEngine } from './ports/run-engine.ts';
import type { StepDispatcher } from './ports/step-dispatcher.ts';
import type { Resolution } from './ports/worker-directory.ts';
import { endedInApp, forgetEnded, isLaterWrite, refuseForgotten } from './project-run.ts';
import { type SettleDialDeps, settleDial } from './settle-dial.ts';

export interface DispatchStepDeps extends SettleDialDeps {
  readonly engine: Pick<RunEngine, 'wake'>;
  readonly dispatcher: StepDispatcher;
  readonly evaluateCondition: EvaluateCondition;
  readonly slots: DialSlots;
  readonly pauses: PauseStore;
  readonly concurrency: ConcurrencyKeys;
  readonly lookAgain: LookAgain;
}

const BUSY_RETRY_MS = 1_000;

/** A review is with no worker: a dispatch of one only finds out whether people are asked. */
const ASKED: Dialled = { kind: 'asked' };

/** Busy: no slot was free here. A worker that says so has closed its breaker. */
const UNDIALLED: readonly Dialled['kind'][] = ['held', 'skipped', 'queued', 'busy'];

/** What is known before a worker is dialled. */
interface Prepared {
  readonly material: DispatchMaterial;
  readonly step: Step;
  /** Of the migration and of the worker app. */
  readonly pauses: readonly (Pause | undefined)[];
  readonly resolution: Resolution;
  /** Key of the attempt before, where whoever accepts this one settles it. */
  readonly ended: string | undefined;
  /** Lets go of what ended, once. */
  readonly forget: () => Promise<void>;
}

/**
 * Writes what changed, then dials a worker once. Gives back what came of it and throws only when the store is away:
 * what workers and the network do is an outcome.
 */
export const dispatchStep =
  (deps: DispatchStepDeps) =>
  async (command: StepDispatch): Promise<StepDispatched> => {
    const manifest = await deps.store.getManifest(command);
    const step = manifest?.steps[command.stepIndex];
    const app = step?.kind === 'review' ? undefined : step?.workerApp;
    // What does not need each other goes to the store at once: a round trip each would be most of a step's time.
    const [projected, resolution, pauses] = await Promise.all([
      projectAndLoad(deps, command, manifest),
      app === undefined ? undefined : deps.directory.resolve(app, manifest?.revision ?? ''),
      step === undefined ? [] : deps.pauses.find(scopesOf(command, step)),
    ]);
    if (projected.projected !== 'applied') {
      if (projected.projected === 'not-claimed') {
        const isBegun = command.projection === undefined || isLaterWrite(command.projection);
        await refuseForgotten(deps.store, command, isBegun);
      }
      return projected;
    }
    if (step?.kind === 'review') {
      if (command.projection !== undefined) await forgetEnded(deps, command.projection);
      return { projected: 'applied', dialled: whySkipped(deps, step, projected.material) ?? ASKED };
    }
    if (step === undefined || resolution === undefined) {
      const message = 'The manifest has no such step.';
      return { projected: 'applied', dialled: { kind: 'refused', message } };
    }
    let forgotten: Promise<void> | undefined;
    const forget = () => {
      forgotten ??=
        command.projection === undefined ? Promise.resolve() : forgetEnded(deps, command.projection);
      return forgotten;
    };
    const isAlone = step.concurrencyKey === undefined && resolution.kind !== 'away';
    const ended = isAlone ? endedInApp(command, projected.material.manifest, step.workerApp) : undefined;
    const forgetting = ended === undefined ? forget() : undefined;
    // The attempt before may have had the key that this one wants, and its run is parked no more, unless from now on.
    if (!isAlone) await forgetting;
    const prepared = { material: projected.material, step, pauses, resolution, ended, forget };
    const [dialled] = await Promise.all([holdOrDial(deps, command, prepared), forgetting]);
    if (dialled.kind !== 'accepted') await forget();
    return { projected: 'applied', dialled: withLookAgain(dialled, command, deps.lookAgain) };
  };

/** A rollback is given the outputs of the run that it undoes, since it has none of its own. */
async function projectAndLoad(
  { store }: DispatchStepDeps,
  command: StepDispatch,
  manifest: Manifest | undefined,
): Promise<ProjectedDispatch> {
  const { migrationId, candidateId, projection } = command;
  const undoes = manifest?.undoes;
  const [projected, undone] = await Promise.all([
    projection === undefined ? load(store, command) : store.projectAndLoad(projection, command),
    undoes === undefined ? [] : store.listAttempts({ migrationId, candidateId, runId: undoes.runId }),
  ]);
  if (projected.projected !== 'applied' || undoes === undefined) return projected;
  const outputs = undone.flatMap(({ stepIndex, phase, outcome, outputs: given }) => {
    const name = manifest?.steps[stepIndex]?.name;
    const counts = phase === 'execute' && (hasSucceeded(outcome) || outcome === 'skipped');
    return name === undefined || given === undefined || !counts ? [] : [[name, given] as const];
  });
  return { ...projected, material: { ...projected.material, outputs: Object.fromEntries(outputs) } };
}

async function load(store: DispatchStepDeps['store'], command: StepDispatch): Promise<ProjectedDispatch> {
  const material = await store.loadDispatch(command);
  return material === undefined ? { projected: 'not-claimed' } : { projected: 'applied', material };
}

function scopesOf({ migrationId }: StepDispatch, { workerApp }: Step): readonly PauseScope[] {
  return [
    { kind: 'migration', id: migrationId },
    { kind: 'worker-app', id: workerApp },
  ];
}

/** Whether the migration or the worker app is paused; the run is woken when that ends. */
async function findHold(
  { pauses }: DispatchStepDeps,
  command: StepDispatch,
  prepared: Prepared,
): Promise<Dialled | undefined> {
  const { migrationId, candidateId, runId } = command;
  for (const [index, scope] of scopesOf(command, prepared.step).entries()) {
    const pause = prepared.pauses[index];
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

async function holdOrDial(
  deps: DispatchStepDeps,
  command: StepDispatch,
  prepared: Prepared,
): Promise<Dialled> {
  const dialled = (await findHold(deps, command, prepared)) ?? (await dial(deps, command, prepared));
  const { resolution } = prepared;
  // It was asked for before it was known that nobody is dialled; those that wait for it would wait for the next one.
  if (resolution.kind === 'instance' && resolution.probe && UNDIALLED.includes(dialled.kind)) {
    const { workerApp, workerUrl } = resolution.instance;
    await deps.directory.giveBackProbe(workerApp, workerUrl);
  }
  return dialled;
}

async function dial(
  deps: DispatchStepDeps,
  command: StepDispatch,
  { material, step, resolution, ended, forget }: Prepared,
): Promise<Dialled> {
  const isFirst = command.phase === 'execute' && command.deliveries === 0;
  const skipped = isFirst ? whySkipped(deps, step, material) : undefined;
  if (skipped !== undefined) return skipped;
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
  const outcome = await deps.dispatcher
    .dispatch({
      workerUrl: instance.workerUrl,
      instanceId: instance.instanceId,
      attempt: command,
      material,
      timeoutMs: remainingMs(deps, command),
      ...(command.deadlineAtMs === undefined
        ? {}
        : { deadlineAt: new Date(command.deadlineAtMs).toISOString() }),
    })
    .finally(release);
  const [dialled] = await Promise.all([
    settleDial(deps, command, { name: step.name, ended }, instance, outcome),
    outcome.kind === 'accepted' ? undefined : forget(),
  ]);
  return dialled;
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
    isUntaken: true,
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
