import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '../../shared/api-client.ts';
import type { CandidateList, MigrationSummary } from '../../shared/contract.ts';
import { type Kept, readKept } from '../../shared/kept-read.ts';
import { allMigrationsQuery } from '../../shared/migration-queries.ts';
import { pace } from '../../shared/pace.ts';
import { type AttentionGroup, type AttentionPages, asked, attentionGroups, pageKey } from './attention.ts';

const runsPerList = 25;

interface Attention {
  readonly pages: AttentionPages;
  readonly groups: readonly AttentionGroup[];
}

/** Every run that waits on a person, read one list after the other: only those that the counts say are not empty. */
export const attentionQuery = queryOptions({
  queryKey: ['attention'],
  queryFn: async ({ client, queryKey, signal }): Promise<Attention> => {
    const migrations = await readMigrations(client);
    const previous = client.getQueryData<Attention>(queryKey)?.pages;
    const pages = new Map<string, Kept<CandidateList>>();
    for (const { migration, state } of asked(migrations)) {
      const key = pageKey(migration.id, state);
      const page = await readKept<CandidateList>(previous?.get(key), (header) =>
        api.GET('/migrations/{migrationId}/candidates', {
          params: {
            path: { migrationId: migration.id },
            query: { runState: state, sort: 'since', limit: runsPerList },
            header,
          },
          signal,
        }),
      );
      pages.set(key, page);
    }
    return { pages, groups: attentionGroups(migrations, pages) };
  },
  select: (attention) => attention.groups,
  refetchInterval: pace((attention) => attention.groups.length > 0),
});

/** The home page polls the migrations anyway; what it read within the last moments is good enough. */
async function readMigrations(client: QueryClient): Promise<readonly MigrationSummary[]> {
  return (await client.ensureQueryData(allMigrationsQuery)).items;
}
