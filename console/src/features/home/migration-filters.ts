import type { MigrationSummary } from '../../shared/contract.ts';
import { offerFilters } from '../../shared/offer-filters.ts';
import { workerHealth } from '../../shared/worker-health.ts';

/** What the list of migrations can be narrowed to, in the order in which it is offered. */
export const migrationFilters = ['failing', 'worker', 'paused', 'running', 'completed'] as const;
export type MigrationFilter = (typeof migrationFilters)[number];

export const filterWords: Readonly<Record<MigrationFilter, string>> = {
  failing: 'Failing',
  worker: 'Worker not healthy',
  paused: 'Paused',
  running: 'Running',
  completed: 'Completed',
};

const fits: Readonly<Record<MigrationFilter, (migration: MigrationSummary) => boolean>> = {
  failing: ({ failing }) => failing > 0,
  worker: (migration) => workerHealth(migration).tone !== 'done',
  paused: ({ paused }) => paused !== undefined,
  running: ({ counts }) => counts.status.running > 0,
  completed: ({ counts, total }) => total > 0 && counts.status.completed === total,
};

/** Those that fit a filter, if there is one, and contain a text. */
export function narrowMigrations(
  migrations: readonly MigrationSummary[],
  filter: MigrationFilter | undefined,
  text: string,
): readonly MigrationSummary[] {
  const wanted = text.toLowerCase();
  return migrations.filter(
    (migration) =>
      (filter === undefined || fits[filter](migration)) &&
      [migration.id, migration.name, migration.owner ?? ''].some((field) =>
        field.toLowerCase().includes(wanted),
      ),
  );
}

/** Fewer are seen at a glance. */
const many = 4;

/** The filters that tell some of many migrations from others, and the one that is on. */
export function offeredFilters(
  migrations: readonly MigrationSummary[],
  chosen: MigrationFilter | undefined,
): ReturnType<typeof offerFilters<MigrationFilter, MigrationSummary>> {
  if (migrations.length < many && chosen === undefined) return [];
  return offerFilters(migrationFilters, fits, migrations, chosen);
}
