import { type LookAgain, withLookAgain } from '../domain/look-again.ts';
import type { Pause } from '../domain/migration.ts';
import type { Dialled } from '../domain/run-messages.ts';
import type { Step } from '../domain/step.ts';
import type { StepDispatch, StepDispatched } from '../domain/step-dispatch.ts';
import type { CallbackPatience } from './callback-patience.ts';
import { dialAndListen } from './dial-and-listen.ts';
import type { DialSlots } from './dial-slots.ts';
import { loadForDispatch } from './load-for-dispatch.ts';
import type { ConcurrencyKeys } from './ports/concurrency-keys.ts';
import type { EvaluateCondition } from './ports/condition.ts';
import type { Handovers } from './ports/handovers.ts';
import type { DispatchMaterial } from './ports/migration-store.ts';
import type { PauseStore } from './ports/pause-store.ts';
import type { RunEngine } from './ports/run-engine.ts';
import type { StepDispatcher } from './ports/step-dispatcher.ts';
import type { Resolution } from './ports/worker-directory.ts';
import { endedInApp, forgetEnded, isLaterWrite, refuseForgotten } from './project-run.ts';
import { rememberAcceptance, type SettleDialDeps, settleDial } from './settle-dial.ts';
import { findHold, scopesOf, takeKey, whySkipped } from './why-not-dialled.ts';

export interface DispatchStepDeps extends SettleDialDeps {
  readonly engine: Pick<RunEngine, 'wake'>;
  readonly dispatcher: StepDispatcher;
  readonly evaluateCondition: EvaluateCondition;
  readonly slots: DialSlots;
  readonly handovers: Handovers;
  readonly patience: CallbackPatience;
  readonly pauses: PauseStore;
  readonly concurrency: ConcurrencyKeys;
  readonly lookAgain: LookAgain;
  /** From 0 up to 1, another each time. */
  readonly chance: () => number;
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
  /** It was let go of already. */
  readonly keepForgotten: () => void;
}

interface Tried {
  readonly dialled: Dialled;
  /** Somebody may have the attempt by it. */
  readonly isSent: boolean;
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
    const isToDial = step?.kind === 'dispatch' && command.onlyReported !== true;
    const dial = isToDial ? { listener: deps.handovers.listener() } : undefined;
    const app = isToDial ? step.workerApp : undefined;
    // What does not need each other goes to the store at once: a round trip each would be most of a step's time.
    const [projected, resolution, pauses] = await Promise.all([
      loadForDispatch(deps, command, manifest, dial),
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
      return {
        projected: 'applied',
        dialled: whySkipped(deps.evaluateCondition, step, projected.material) ?? ASKED,
      };
    }
    let forgotten: Promise<void> | undefined;
    const forget = () => {
      forgotten ??=
        command.projection === undefined ? Promise.resolve() : forgetEnded(deps, command.projection);
      return forgotten;
    };
    if (step !== undefined && command.onlyReported === true) {
      await forget();
      const known =
        (await findReport(deps, command, projected.material)) ??
        findSkip(deps, command, step, projected.material);
      if (known !== undefined) return { projected: 'applied', dialled: known };
      return { projected: 'applied', ...(projected.material.dials === 0 ? { isUntaken: true } : {}) };
    }
    if (step === undefined || resolution === undefined) {
      const message = 'The manifest has no such step.';
      return { projected: 'applied', dialled: { kind: 'refused', message } };
    }
    const isAlone = step.concurrencyKey === undefined && resolution.kind !== 'away';
    const ended = isAlone ? endedInApp(command, projected.material.manifest, step.workerApp) : undefined;
    const forgetting = ended === undefined ? forget() : undefined;
    // The attempt before may have had the key that this one wants, and its run is parked no more, unless from now on.
    if (!isAlone) await forgetting;
    const keepForgotten = () => {
      forgotten ??= Promise.resolve();
    };
    const prepared = { material: projected.material, step, pauses, resolution, ended, forget, keepForgotten };
    const dialled = await withTaker(deps.store, command, await holdOrDial(deps, command, prepared));
    await forget();
    return {
      projected: 'applied',
      dialled: withLookAgain(dialled, command, deps.lookAgain, deps.chance()),
    };
  };

/** A workflow task that was lost is done again; what a worker reported in it was accepted, and it is not asked again. */
async function findReport(
  { directory }: DispatchStepDeps,
  command: StepDispatch,
  { manifest, report }: DispatchMaterial,
): Promise<Dialled | undefined> {
  if (report === undefined) return undefined;
  const workerApp = manifest.steps[command.stepIndex]?.workerApp ?? '';
  if (command.parkings > 0) await directory.unpark(workerApp, command);
  return { kind: 'reported', report };
}

async function holdOrDial(deps: DispatchStepDeps, command: StepDispatch, prepared: Prepared): Promise<Tried> {
  const { resolution, material } = prepared;
  const known = await findReport(deps, command, material);
  const hold = known ?? (await findHold(deps.pauses, command, prepared.step, prepared.pauses));
  const tried =
    hold === undefined ? await dial(deps, command, prepared) : { dialled: hold, isSent: known !== undefined };
  const { dialled } = tried;
  const isUndialled = known !== undefined || UNDIALLED.includes(dialled.kind);
  // It was asked for before it was known that nobody is dialled; those that wait for it would wait for the next one.
  if (resolution.kind === 'instance' && resolution.probe && isUndialled) {
    const { workerApp, workerUrl } = resolution.instance;
    await deps.directory.giveBackProbe(workerApp, workerUrl);
  }
  return tried;
}

/** What was sent to nobody was counted as a dial, and is so no more. */
async function withTaker(
  store: DispatchStepDeps['store'],
  command: StepDispatch,
  { dialled, isSent }: Tried,
): Promise<Dialled> {
  if (isSent) return dialled;
  const isUntaken = await store.takeBackDial(command);
  return dialled.kind === 'refused' && isUntaken ? { ...dialled, isUntaken } : dialled;
}

/** Decided once: whoever had it already is not asked again whether it is to be done. */
function findSkip(
  { evaluateCondition }: DispatchStepDeps,
  { phase, deliveries }: StepDispatch,
  step: Step,
  material: DispatchMaterial,
): Dialled | undefined {
  return phase === 'execute' && deliveries === 0 ? whySkipped(evaluateCondition, step, material) : undefined;
}

async function dial(
  deps: DispatchStepDeps,
  command: StepDispatch,
  { material, step, resolution, ended, forget, keepForgotten }: Prepared,
): Promise<Tried> {
  const skipped = findSkip(deps, command, step, material);
  if (skipped !== undefined) return unsent(skipped);
  if (resolution.kind === 'away') {
    await deps.directory.park(step.workerApp, command);
    return unsent({ kind: 'away', reason: resolution.reason });
  }
  // Not before: a step whose worker is away would keep the steps of others from theirs.
  const queued = await takeKey(deps.concurrency, command, step);
  if (queued !== undefined) return unsent(queued);
  const release = await deps.slots.acquire(step.workerApp);
  if (release === undefined) {
    const reason = `Many steps are being given to ${step.workerApp} at once.`;
    return unsent({ kind: 'busy', reason, retryAfterMs: BUSY_RETRY_MS });
  }
  const { instance } = resolution;
  const named = { name: step.name, ended };
  const outcome = await dialAndListen(
    () =>
      deps.dispatcher
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
        .finally(release),
    async () => {
      await rememberAcceptance(deps, command, named, instance);
      keepForgotten();
    },
    {
      expected: deps.handovers.expect(command),
      patience: deps.patience,
      step: `${command.migrationId} ${step.name}`,
    },
  );
  const [dialled] = await Promise.all([settleDial(deps, command, named, instance, outcome), forget()]);
  return { dialled, isSent: !('isUnsent' in outcome && outcome.isUnsent === true) };
}

function unsent(dialled: Dialled): Tried {
  return { dialled, isSent: false };
}

function remainingMs({ clock }: DispatchStepDeps, { deadlineAtMs, timeoutMs }: StepDispatch): number {
  if (deadlineAtMs !== undefined) return Math.max(0, deadlineAtMs - clock.now().getTime());
  return timeoutMs ?? 0;
}
