import { idempotencyKey } from '../domain/attempt.ts';
import type { ProjectOutcome, RunProjection } from '../domain/run-projection.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { WorkerDirectory } from './ports/worker-directory.ts';

/** Writes a run to the store, and lets the directory forget the attempts that ended with it. */
export const projectRun =
  ({ store, directory }: { readonly store: MigrationStore; readonly directory: WorkerDirectory }) =>
  async (projection: RunProjection): Promise<ProjectOutcome> => {
    const outcome = await store.project(projection);
    if (outcome === 'applied') await forgetEnded(store, directory, projection);
    return outcome;
  };

/** Also called for the projection of a dispatch, which ends the attempt before. */
export async function forgetEnded(
  store: MigrationStore,
  directory: WorkerDirectory,
  projection: RunProjection,
): Promise<void> {
  const ended = projection.attempts.filter((attempt) => attempt.endedAt !== undefined);
  if (ended.length === 0) return;
  const manifest = await store.getManifest(projection);
  await Promise.all(
    ended.map(async ({ stepIndex, phase, attempt }) => {
      const step = manifest?.steps[stepIndex];
      if (step === undefined || step.kind === 'review') return;
      await directory.settle(step.workerApp, idempotencyKey(projection.runId, step.name, phase, attempt));
      await directory.unpark(step.workerApp, projection);
    }),
  );
}
