import type { CandidateList, CandidateSummary, MigrationSummary, RunState } from '../../shared/contract.ts';
import type { Kept } from '../../shared/kept-read.ts';

/** The run states that wait on a person, in the order in which they are shown, named by what the person would do. */
export const askingStates = [
  'awaiting_approval',
  'awaiting_retry',
  'awaiting_worker',
  'lost',
] as const satisfies readonly RunState[];
export type AskingState = (typeof askingStates)[number];

export interface WaitingRun {
  readonly migration: MigrationSummary;
  readonly candidate: CandidateSummary;
}

export interface AttentionGroup {
  readonly state: AskingState;
  /** Of all migrations; more than the runs given when many wait. */
  readonly total: number;
  /** The longest wait first. */
  readonly runs: readonly WaitingRun[];
  /** How many wait per migration. */
  readonly perMigration: readonly { readonly migration: MigrationSummary; readonly count: number }[];
}

export type AttentionPages = ReadonlyMap<string, Kept<CandidateList>>;

export function pageKey(migrationId: string, state: AskingState): string {
  return `${migrationId} ${state}`;
}

/** Which lists are worth reading: those that the counts say are not empty. */
export function asked(
  migrations: readonly MigrationSummary[],
): { migration: MigrationSummary; state: AskingState }[] {
  return migrations.flatMap((migration) =>
    askingStates
      .filter((state) => (migration.counts.runState[state] ?? 0) > 0)
      .map((state) => ({ migration, state })),
  );
}

export function attentionGroups(
  migrations: readonly MigrationSummary[],
  pages: AttentionPages,
): AttentionGroup[] {
  return askingStates.map((state) => groupOf(state, migrations, pages)).filter((group) => group.total > 0);
}

function groupOf(
  state: AskingState,
  migrations: readonly MigrationSummary[],
  pages: AttentionPages,
): AttentionGroup {
  const waiting = migrations
    .map((migration) => {
      const page = pages.get(pageKey(migration.id, state))?.body;
      return { migration, page, count: page?.total ?? migration.counts.runState[state] ?? 0 };
    })
    .filter(({ count }) => count > 0);
  const runs = waiting
    .flatMap(({ migration, page }) => (page?.items ?? []).map((candidate) => ({ migration, candidate })))
    .sort((a, b) => (a.candidate.since ?? '').localeCompare(b.candidate.since ?? ''));
  return {
    state,
    total: waiting.reduce((sum, { count }) => sum + count, 0),
    runs,
    perMigration: waiting.map(({ migration, count }) => ({ migration, count })),
  };
}
