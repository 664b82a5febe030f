import { idempotencyKey } from '../domain/attempt.ts';
import type { Manifest } from '../domain/migration.ts';
import type { ProjectOutcome, RunProjection } from '../domain/run-projection.ts';
import type { StepDispatch } from '../domain/step-dispatch.ts';
import type { ConcurrencyKeys } from './ports/concurrency-keys.ts';
import { type MigrationStore, StoreUnavailable } from './ports/migration-store.ts';
import type { RunRef } from './ports/refs.ts';
import type { RunEngine } from './ports/run-engine.ts';
import type { WorkerDirectory } from './ports/worker-directory.ts';

export interface ProjectRunDeps {
  readonly store: MigrationStore;
  readonly directory: Pick<WorkerDirectory, 'settle'>;
  readonly concurrency: Pick<ConcurrencyKeys, 'release'>;
  readonly engine: Pick<RunEngine, 'wake'>;
}

/** Writes a run to the store, and lets go of what the attempts had that ended with it. */
export const projectRun =
  (deps: ProjectRunDeps) =>
  async (projection: RunProjection): Promise<ProjectOutcome> => {
    const outcome = await deps.store.project(projection);
    if (outcome === 'applied') await forgetEnded(deps, projection);
    if (outcome === 'not-claimed') await refuseForgotten(deps.store, projection, isLaterWrite(projection));
    return outcome;
  };

/** Also called for the projection of a dispatch, which ends the attempt before. */
export async function forgetEnded(
  { store, directory, concurrency, engine }: ProjectRunDeps,
  projection: RunProjection,
): Promise<void> {
  const ended = projection.attempts.filter((attempt) => attempt.endedAt !== undefined);
  if (ended.length === 0) return;
  const manifest = await store.getManifest(projection);
  await Promise.all(
    ended.map(async ({ stepIndex, phase, attempt }) => {
      const step = manifest?.steps[stepIndex];
      if (step === undefined || step.kind === 'review') return;
      const key = idempotencyKey(projection.runId, step.name, phase, attempt);
      await directory.settle(step.workerApp, key, projection);
      if (step.concurrencyKey === undefined) return;
      const next = await concurrency.release(step.concurrencyKey, key);
      if (next !== undefined) await engine.wake(next);
    }),
  );
}

/** Key of the one attempt that ended with a dispatch, where it had nothing but its place in the app that is dialled now. */
export function endedInApp(
  { projection, runId }: StepDispatch,
  { steps }: Manifest,
  workerApp: string,
): string | undefined {
  const ended = projection?.attempts.filter(({ endedAt }) => endedAt !== undefined) ?? [];
  const [one] = ended;
  const step = one === undefined ? undefined : steps[one.stepIndex];
  if (one === undefined || step === undefined || ended.length > 1) return undefined;
  const isItsPlaceAlone =
    step.kind === 'dispatch' && step.workerApp === workerApp && step.concurrencyKey === undefined;
  return isItsPlaceAlone ? idempotencyKey(runId, step.name, one.phase, one.attempt) : undefined;
}

/**
 * A run that was begun and that the store does not know was not refused: the store has lost it. Its workflow must not
 * end by that, so it is told that the store is away, until the run was restored.
 */
export async function refuseForgotten(
  store: Pick<MigrationStore, 'getRun'>,
  run: RunRef,
  isBegun: boolean,
): Promise<void> {
  if (!isBegun || (await store.getRun(run)) !== undefined) return;
  throw new StoreUnavailable(`The store has lost the run ${run.runId}.`);
}

/** The first write of a run says so. */
export function isLaterWrite({ events }: RunProjection): boolean {
  return events.every(({ type }) => type !== 'run.started');
}
