import type { CandidateSummary } from '../domain/candidate.ts';
import type { StoredMigration } from '../domain/migration.ts';
import { allMigrations } from './all-migrations.ts';
import type { MigrationStore } from './ports/migration-store.ts';

export interface FoundCandidate {
  readonly migration: StoredMigration;
  readonly candidate: CandidateSummary;
}

export interface CandidateSearch {
  /** Part of an id or of a label value; case does not matter. */
  readonly q: string;
  readonly limit: number;
}

/** So that no migration has to wait for another, and the store for nobody. */
const SEARCHED_AT_ONCE = 8;

/** Candidates of any migration, in the order of the migrations; it ends where enough are found. */
export const searchCandidates =
  ({ store }: { readonly store: MigrationStore }) =>
  async ({ q, limit }: CandidateSearch): Promise<readonly FoundCandidate[]> => {
    const found: FoundCandidate[] = [];
    const migrations = [...(await allMigrations(store))];
    while (migrations.length > 0 && found.length < limit) {
      const some = migrations.splice(0, SEARCHED_AT_ONCE);
      const perMigration = await Promise.all(some.map((migration) => searchOne(store, migration, q, limit)));
      found.push(...perMigration.flat());
    }
    return found.slice(0, limit);
  };

async function searchOne(
  store: MigrationStore,
  migration: StoredMigration,
  q: string,
  limit: number,
): Promise<readonly FoundCandidate[]> {
  const page = await store.listCandidates({ migrationId: migration.id, q, labels: [], sort: 'id', limit });
  return page.kind === 'page' ? page.items.map((candidate) => ({ migration, candidate })) : [];
}
