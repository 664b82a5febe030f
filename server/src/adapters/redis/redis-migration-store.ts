import type { MigrationStore } from '../../application/ports/migration-store.ts';
import { createCallbacks } from './callbacks.ts';
import { createCandidates } from './candidates.ts';
import { createComparison } from './comparison.ts';
import { createDefinitions } from './definitions.ts';
import { createKeys } from './keys.ts';
import { createManifests } from './manifests.ts';
import { createMigrationAggregates } from './migration-aggregates.ts';
import type { RedisAdapterOptions } from './redis-adapter-options.ts';
import { createRunProjections } from './run-projections.ts';
import { createRuns } from './runs.ts';
import { createStoreClient } from './store-client.ts';

export function createRedisMigrationStore(options: RedisAdapterOptions): MigrationStore {
  const client = createStoreClient(options.redis);
  const keys = createKeys(options.namespace);
  const manifests = createManifests(client, keys);
  return {
    ...createDefinitions(client, keys, options.clock),
    ...createMigrationAggregates(client, keys, options.clock),
    ...createCandidates(client, keys, options.clock),
    ...createRuns(client, keys, manifests, options.clock),
    ...createRunProjections(client, keys, manifests, options.clock),
    ...createCallbacks(client, keys, options.clock),
    ...createComparison(client, keys),
    getManifest: (run) => manifests.get(run),
  };
}
