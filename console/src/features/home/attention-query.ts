import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '../../shared/api-client.ts';
import type { AttentionList, MigrationSummary } from '../../shared/contract.ts';
import { type Kept, readKept } from '../../shared/kept-read.ts';
import { allMigrationsQuery } from '../../shared/migration-queries.ts';
import { isMoving } from '../../shared/moving.ts';
import { pace } from '../../shared/pace.ts';
import { type AttentionGroup, attentionGroups } from './attention.ts';

const runsPerRead = 100;

interface Attention {
  readonly list: Kept<AttentionList>;
  readonly groups: readonly AttentionGroup[];
  readonly isMoving: boolean;
}

/** Every run that waits on a person, over all migrations. */
export const attentionQuery = queryOptions({
  queryKey: ['attention'],
  queryFn: async ({ client, queryKey, signal }): Promise<Attention> => {
    const migrations = await readMigrations(client);
    const previous = client.getQueryData<Attention>(queryKey)?.list;
    const list = await readKept<AttentionList>(previous, (header) =>
      api.GET('/attention', { params: { query: { limit: runsPerRead }, header }, signal }),
    );
    return { list, groups: attentionGroups(migrations, list.body), isMoving: migrations.some(isMoving) };
  },
  select: (attention) => attention.groups,
  refetchInterval: pace((attention) => attention.groups.length > 0 && attention.isMoving),
});

/** The home page polls the migrations anyway; what it read within the last moments is good enough. */
async function readMigrations(client: QueryClient): Promise<readonly MigrationSummary[]> {
  return (await client.ensureQueryData(allMigrationsQuery)).items;
}
