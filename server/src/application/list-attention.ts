import type { CandidateSummary } from '../domain/candidate.ts';
import type { RunState } from '../domain/run-state.ts';
import { allMigrations } from './all-migrations.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { FoundCandidate } from './search-candidates.ts';

export interface Attention {
  /** The longest wait first. */
  readonly items: readonly FoundCandidate[];
  /** Of every migration together, by run state; where many wait, with those that try again by themselves. */
  readonly counts: Readonly<Partial<Record<RunState, number>>>;
}

/** Run states in which a person may have to act. A pause is somebody's decision already. */
const MAY_WAIT: readonly RunState[] = [
  'awaiting_approval',
  'awaiting_retry',
  'compensating',
  'awaiting_worker',
  'lost',
];

/** Every run that waits on a person, over all migrations, from the indexes of the store. */
export const listAttention =
  ({ store }: { readonly store: MigrationStore }) =>
  async ({ limit }: { readonly limit: number }): Promise<Attention> => {
    const counts: Partial<Record<RunState, number>> = {};
    const waiting: FoundCandidate[] = [];
    for (const migration of await allMigrations(store)) {
      const { runState } = await store.countCandidates(migration.id);
      for (const state of MAY_WAIT) {
        const count = runState[state] ?? 0;
        if (count === 0) continue;
        const found = await listWaiting(store, migration.id, state, limit);
        counts[state] = (counts[state] ?? 0) + (found.isAll ? found.items.length : count);
        waiting.push(...found.items.map((candidate) => ({ migration, candidate })));
      }
    }
    waiting.sort((one, other) => compareSince(one.candidate, other.candidate));
    const some = Object.entries(counts).filter(([, count]) => count > 0);
    return { items: waiting.slice(0, limit), counts: Object.fromEntries(some) };
  };

/** Goes on to the next page while those that need nobody fill it. */
async function listWaiting(
  store: MigrationStore,
  migrationId: string,
  runState: RunState,
  limit: number,
): Promise<{ readonly items: readonly CandidateSummary[]; readonly isAll: boolean }> {
  const waiting: CandidateSummary[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.listCandidates({
      migrationId,
      runStates: [runState],
      labels: [],
      sort: 'since',
      limit,
      cursor,
    });
    if (page.kind !== 'page') break;
    waiting.push(...page.items.filter(waits));
    cursor = page.nextCursor;
  } while (cursor !== undefined && waiting.length < limit);
  return { items: waiting, isAll: cursor === undefined };
}

/** A run that waits for its worker needs a person to look at the worker. */
function waits({ who, runState }: CandidateSummary): boolean {
  return who === 'reviewer' || who === 'operator' || runState === 'awaiting_worker';
}

function compareSince(
  { since: one = '' }: CandidateSummary,
  { since: other = '' }: CandidateSummary,
): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
