import type { CandidateSummary } from '../domain/candidate.ts';
import { type Outcome, succeed } from '../domain/problem.ts';
import type { CandidateQuery } from './ports/candidate-pages.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import { listCandidates } from './read-candidates.ts';

const ROWS_AT_ONCE = 200;

/** Every candidate that matches, in order. Rows that change meanwhile are there once, as they were when read. */
export const exportCandidates =
  ({ store }: { readonly store: MigrationStore }) =>
  async (query: Omit<CandidateQuery, 'limit' | 'cursor'>): Promise<Outcome<readonly CandidateSummary[]>> => {
    const rows: CandidateSummary[] = [];
    let cursor: string | undefined;
    do {
      const page = await listCandidates({ store })({ ...query, limit: ROWS_AT_ONCE, cursor });
      if (!page.ok) return page;
      rows.push(...page.value.items);
      cursor = page.value.nextCursor;
    } while (cursor !== undefined);
    return succeed(rows);
  };
