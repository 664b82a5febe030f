import type { StoredMigration } from '../domain/migration.ts';
import type { MigrationStore } from './ports/migration-store.ts';

const MIGRATIONS_AT_ONCE = 200;

/** Every migration there is, page after page; there are hundreds at most. */
export async function allMigrations(
  store: Pick<MigrationStore, 'listMigrations'>,
): Promise<readonly StoredMigration[]> {
  const all: StoredMigration[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.listMigrations({ limit: MIGRATIONS_AT_ONCE, cursor });
    if (page.kind !== 'page') break;
    all.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return all;
}
