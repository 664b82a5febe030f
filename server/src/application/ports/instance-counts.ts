import type { InstanceCounts, InstanceState, WorkerInstanceView } from './worker-directory.ts';

/** States in which an instance can be given steps. */
export const LIVE: ReadonlySet<InstanceState> = new Set(['starting', 'ready', 'busy', 'suspect']);

export function countInstances(
  instances: readonly Pick<WorkerInstanceView, 'state' | 'draining' | 'isDrained'>[],
): InstanceCounts {
  // One that withdrew shows the state as well, and nobody drains it.
  const draining = instances.filter(({ state, draining: by }) => state === 'draining' && by !== undefined);
  return {
    live: instances.filter(({ state }) => LIVE.has(state)).length,
    draining: draining.length,
    drained: draining.filter(({ isDrained }) => isDrained).length,
  };
}
