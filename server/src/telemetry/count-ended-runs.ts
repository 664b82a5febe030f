import type { MigrationStore } from '../application/ports/migration-store.ts';
import type { Metrics } from './metrics.ts';

/** The store, counting each end of a run that is written through it. */
export function countEndedRuns(
  store: MigrationStore,
  metrics: Pick<Metrics, 'countRunEnded'>,
): MigrationStore {
  return {
    ...store,
    project: async (projection) => {
      const outcome = await store.project(projection);
      if (outcome === 'applied' && projection.ended !== undefined)
        metrics.countRunEnded(projection.migrationId, projection.ended.outcome);
      return outcome;
    },
  };
}
