import type { DryRun, DryRunStore } from '../../application/ports/dry-runner.ts';
import type { Clock } from '../../application/ports/system.ts';

/** Keeps for as long as the process lives. */
export function createMemoryDryRunStore({ clock }: { readonly clock: Clock }): DryRunStore {
  const kept = new Map<string, DryRun>();
  const leasedUntilMs = new Map<string, number>();
  return {
    async save(dryRun) {
      kept.set(dryRun.id, dryRun);
    },
    async lease(id, leaseMs) {
      leasedUntilMs.set(id, clock.now().getTime() + leaseMs);
    },
    async get(id) {
      const dryRun = kept.get(id);
      if (dryRun === undefined) return undefined;
      return { dryRun, isLeased: (leasedUntilMs.get(id) ?? 0) > clock.now().getTime() };
    },
  };
}
