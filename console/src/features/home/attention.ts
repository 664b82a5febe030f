import type { AttentionList, CandidateSummary, MigrationSummary, RunState } from '../../shared/contract.ts';

/** The run states that wait on a person, in the order in which they are shown, named by what the person would do. */
export const askingStates = [
  'awaiting_approval',
  'awaiting_retry',
  'compensating',
  'awaiting_worker',
  'lost',
  'pending',
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
  /** Those that have runs in this state, be it that some of them wait for no person. */
  readonly migrations: readonly MigrationSummary[];
}

/** Puts what the server lists into groups; a migration that was announced a moment ago comes with the next read. */
export function attentionGroups(
  migrations: readonly MigrationSummary[],
  { items, counts }: AttentionList,
): AttentionGroup[] {
  const byId = new Map(migrations.map((migration) => [migration.id, migration]));
  const waiting = items.flatMap(({ migrationId, candidate }): readonly WaitingRun[] => {
    const migration = byId.get(migrationId);
    return migration === undefined ? [] : [{ migration, candidate }];
  });
  return askingStates
    .map((state) => ({
      state,
      total: counts[state] ?? 0,
      runs: waiting.filter(({ candidate }) => candidate.runState === state),
      migrations: migrations.filter(({ counts: { runState } }) => (runState[state] ?? 0) > 0),
    }))
    .filter(({ total }) => total > 0);
}
