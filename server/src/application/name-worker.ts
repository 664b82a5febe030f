import type { Manifest } from '../domain/migration.ts';
import type { DeliverySummary } from './ports/delivery-log.ts';
import type { MigrationStore } from './ports/migration-store.ts';

const REMEMBERED_RUNS = 200;

/** Which worker app a callback is from: it names a step, and the manifest of its run says who runs that. */
export function createWorkerNamer(
  store: Pick<MigrationStore, 'getManifest'>,
): (about: Omit<DeliverySummary, 'id'>) => Promise<string | undefined> {
  const manifests = new Map<string, Manifest | undefined>();
  return async ({ workerApp, isVerified, migrationId, candidateId, runId, stepName }) => {
    if (workerApp !== undefined || !isVerified) return workerApp;
    if (migrationId === undefined || candidateId === undefined || runId === undefined) return undefined;
    const manifest = manifests.get(runId) ?? (await store.getManifest({ migrationId, candidateId, runId }));
    manifests.delete(runId);
    manifests.set(runId, manifest);
    for (const oldest of manifests.keys()) if (manifests.size > REMEMBERED_RUNS) manifests.delete(oldest);
    return manifest?.steps.find(({ name }) => name === stepName)?.workerApp;
  };
}
