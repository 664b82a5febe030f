import type { InstanceState, WorkerInstanceView } from './worker-directory.ts';

/** The instances of a worker app, told by what may be expected of them. */
export interface InstanceCounts {
  /** Those that can be given steps. */
  readonly live: number;
  /** Those that live and that somebody drains. */
  readonly draining: number;
  /** Those of them that have nothing left. */
  readonly drained: number;
}

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
