import type { StoreComparison } from '../../application/ports/store-comparison.ts';
import { dropComparison, type MemoryState } from './memory-state.ts';

/** What is in memory is never restored from elsewhere. */
export function createMemoryComparison({ migrations }: MemoryState): StoreComparison {
  const drop = (migrationId: string) => {
    const entry = migrations.get(migrationId);
    if (entry !== undefined) dropComparison(entry);
  };
  return {
    isCompared: async (migrationId) => migrations.get(migrationId)?.comparison.isDone === true,
    async beginComparison(migrationId) {
      const comparison = migrations.get(migrationId)?.comparison;
      if (comparison === undefined || comparison.isDone) return undefined;
      comparison.token += 1;
      return String(comparison.token);
    },
    async endComparison(migrationId, token) {
      const comparison = migrations.get(migrationId)?.comparison;
      if (comparison === undefined || String(comparison.token) !== token) return;
      comparison.isDone = true;
      comparison.token += 1;
      comparison.repeated = 0;
    },
    async repeatComparison(migrationId, token) {
      const comparison = migrations.get(migrationId)?.comparison;
      if (comparison === undefined || String(comparison.token) !== token) return 0;
      comparison.repeated += 1;
      return comparison.repeated;
    },
    dropComparison: async (migrationId) => drop(migrationId),
    async awaitCandidate({ migrationId, candidateId }) {
      const entry = migrations.get(migrationId);
      if (entry?.candidates.has(candidateId) === true) drop(migrationId);
      else entry?.comparison.awaited.add(candidateId);
    },
  };
}
