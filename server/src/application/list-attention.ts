import type { CandidateSummary } from '../domain/candidate.ts';
import type { RunState, WhoActs } from '../domain/run-state.ts';
import { allMigrations } from './all-migrations.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { FoundCandidate } from './search-candidates.ts';

export interface Attention {
  /** The longest wait first. */
  readonly items: readonly FoundCandidate[];
  /** Of every migration together, by run state; none of what waits for no person. */
  readonly counts: Readonly<Partial<Record<RunState, number>>>;
}

/** Run states in which a person may have to act. A pause is somebody's decision already. */
const MAY_WAIT: readonly RunState[] = [
  'awaiting_approval',
  'awaiting_retry',
  'compensating',
  'awaiting_worker',
  'lost',
  'pending',
];
const PERSONS: readonly WhoActs[] = ['reviewer', 'operator'];

/** Every run that waits on a person, over all migrations, from the indexes of the store. */
export const listAttention =
  ({ store }: { readonly store: MigrationStore }) =>
  async ({ limit }: { readonly limit: number }): Promise<Attention> => {
    const counts: Partial<Record<RunState, number>> = {};
    const waiting: FoundCandidate[] = [];
    for (const migration of await allMigrations(store)) {
      const { runState } = await store.countCandidates(migration.id);
      for (const state of MAY_WAIT) {
        if ((runState[state] ?? 0) === 0) continue;
        const page = await store.listCandidates({
          migrationId: migration.id,
          runStates: [state],
          // A run that waits for its worker needs a person to look at the worker.
          who: state === 'awaiting_worker' ? [] : PERSONS,
          labels: [],
          sort: 'since',
          limit,
        });
        if (page.kind !== 'page' || page.total === 0) continue;
        counts[state] = (counts[state] ?? 0) + page.total;
        waiting.push(...page.items.map((candidate) => ({ migration, candidate })));
      }
    }
    waiting.sort((one, other) => compareSince(one.candidate, other.candidate));
    return { items: waiting.slice(0, limit), counts };
  };

function compareSince(
  { since: one = '' }: CandidateSummary,
  { since: other = '' }: CandidateSummary,
): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
