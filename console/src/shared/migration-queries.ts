import { queryOptions } from '@tanstack/react-query';
import { api } from './api-client.ts';
import type { MigrationSummary } from './contract.ts';
import { bodyOf, type Kept, readAgain, readKept } from './kept-read.ts';
import { isMoving } from './moving.ts';
import { pace } from './pace.ts';

/** Something runs, or is claimed and about to. */
export function isUnderWay({ counts }: MigrationSummary): boolean {
  return counts.status.running > 0 || Object.values(counts.runState).some((count) => count > 0);
}

export function migrationQuery(migrationId: string) {
  return queryOptions({
    queryKey: ['getMigration', migrationId],
    queryFn: ({ signal, ...context }) =>
      readAgain(context, (header) =>
        api.GET('/migrations/{migrationId}', { params: { path: { migrationId }, header }, signal }),
      ),
    select: bodyOf,
    refetchInterval: pace((kept) => isMoving(kept.body)),
  });
}

type MigrationPage = Kept<{ items: MigrationSummary[]; nextCursor?: string; total: number }>;

interface AllMigrations {
  readonly pages: readonly MigrationPage[];
  readonly items: readonly MigrationSummary[];
}

const pageLimit = 200;

/** As people look for them: `Node 9` stands before `Node 26`. */
const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Every migration there is, by name, page after page; there are hundreds at most. */
export const allMigrationsQuery = queryOptions({
  queryKey: ['listMigrations'],
  queryFn: async ({ client, queryKey, signal }): Promise<AllMigrations> => {
    const previous = client.getQueryData<AllMigrations>(queryKey);
    const pages: MigrationPage[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: pageLimit, ...(cursor !== undefined && { cursor }) };
      const page: MigrationPage = await readKept(previous?.pages[pages.length], (header) =>
        api.GET('/migrations', { params: { query, header }, signal }),
      );
      pages.push(page);
      cursor = page.body.nextCursor;
    } while (cursor !== undefined);
    const isSame =
      previous?.pages.length === pages.length && pages.every((page, i) => page === previous.pages[i]);
    if (isSame) return previous;
    const items = pages.flatMap((page) => page.body.items);
    return { pages, items: items.sort((one, other) => byName.compare(one.name, other.name)) };
  },
  select: (all) => all.items,
  refetchInterval: pace((all) => all.items.some(isMoving)),
});
