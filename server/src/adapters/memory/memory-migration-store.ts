import type { MigrationStore } from '../../application/ports/migration-store.ts';
import type { Clock } from '../../application/ports/system.ts';
import { createMemoryAggregates } from './memory-aggregates.ts';
import { createMemoryCallbacks } from './memory-callbacks.ts';
import { createMemoryCandidates } from './memory-candidates.ts';
import { createMemoryComparison } from './memory-comparison.ts';
import { createMemoryDefinitions } from './memory-definitions.ts';
import { createMemoryDispatches } from './memory-dispatches.ts';
import { createMemoryRunProjections } from './memory-run-projections.ts';
import { createMemoryRuns, findRun } from './memory-runs.ts';
import { callbacksOf, createMemoryState, type MemoryState } from './memory-state.ts';

export interface MemoryMigrationStoreOptions {
  readonly clock: Clock;
  /** Shared with the event log; a new one by default. */
  readonly state?: MemoryState;
}

/** For tests of the application layer; the product runs on Redis. */
export function createMemoryMigrationStore(options: MemoryMigrationStoreOptions): MigrationStore {
  const { clock, state = createMemoryState() } = options;
  const dispatches = createMemoryDispatches(state);
  const { project } = createMemoryRunProjections(state, clock);
  return {
    ...createMemoryDefinitions(state, clock),
    ...createMemoryAggregates(state, clock),
    ...createMemoryCandidates(state, clock),
    ...createMemoryRuns(state, clock),
    ...dispatches,
    project,
    async projectAndLoad(projection, attempt, dial) {
      const projected = await project(projection);
      if (projected !== 'applied') return { projected };
      const material = await dispatches.loadDispatch(attempt, dial);
      return material === undefined ? { projected: 'not-claimed' } : { projected, material };
    },
    async projectAccepted(projection, attempt) {
      const projected = await project(projection);
      const run = findRun(state, attempt);
      if (projected !== 'applied' || run === undefined) return { projected };
      const callbacks = callbacksOf(run.callbacks, attempt);
      callbacks.listener = undefined;
      return { projected, ...(callbacks.signal === undefined ? {} : { report: callbacks.signal }) };
    },
    ...createMemoryCallbacks(state, clock),
    ...createMemoryComparison(state),
  };
}
