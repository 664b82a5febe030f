import type { MigrationCounts, Pause, StoredMigration } from '../domain/migration.ts';
import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { PauseStore } from './ports/pause-store.ts';
import type { InstanceCounts, WorkerDirectory } from './ports/worker-directory.ts';

export interface MigrationView {
  readonly migration: StoredMigration;
  readonly counts: MigrationCounts;
  readonly instances: InstanceCounts;
  readonly paused?: Pause | undefined;
}

export interface DescribeMigrationDeps {
  readonly store: MigrationStore;
  readonly directory: WorkerDirectory;
  readonly pauses: PauseStore;
}

export async function describeMigration(
  { store, directory, pauses }: DescribeMigrationDeps,
  migration: StoredMigration,
): Promise<MigrationView> {
  const [counts, instances, [paused]] = await Promise.all([
    store.countCandidates(migration.id),
    directory.countInstances(migration.workerApp),
    pauses.find([{ kind: 'migration', id: migration.id }]),
  ]);
  return { migration, counts, instances, paused };
}

export const getMigration =
  (deps: DescribeMigrationDeps) =>
  async (migrationId: string): Promise<Outcome<MigrationView>> => {
    const migration = await deps.store.getMigration(migrationId);
    if (migration === undefined) return refuse('not-found', `There is no migration "${migrationId}".`);
    return succeed(await describeMigration(deps, migration));
  };

export interface MigrationPage {
  readonly items: readonly MigrationView[];
  readonly nextCursor?: string | undefined;
  readonly total: number;
}

export const listMigrations =
  (deps: DescribeMigrationDeps) =>
  async (query: Parameters<MigrationStore['listMigrations']>[0]): Promise<Outcome<MigrationPage>> => {
    const page = await deps.store.listMigrations(query);
    if (page.kind === 'cursor-mismatch')
      return refuse('cursor-mismatch', 'The cursor was made for another search.');
    const items = await Promise.all(page.items.map((migration) => describeMigration(deps, migration)));
    return succeed({ items, total: page.total, nextCursor: page.nextCursor });
  };
