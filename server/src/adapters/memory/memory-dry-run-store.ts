import type { DryRun, DryRunStore } from '../../application/ports/dry-runner.ts';

/** Keeps for as long as the process lives. */
export function createMemoryDryRunStore(): DryRunStore {
  const kept = new Map<string, DryRun>();
  return {
    async save(dryRun) {
      kept.set(dryRun.id, dryRun);
    },
    async get(id) {
      return kept.get(id);
    },
  };
}
