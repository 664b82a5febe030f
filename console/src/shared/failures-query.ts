import { infiniteQueryOptions } from '@tanstack/react-query';
import { api } from './api-client.ts';
import { readPageAgain } from './kept-read.ts';
import { pace } from './pace.ts';

const clustersPerPage = 50;

/** What candidates fail with now, the most frequent first. */
export function failuresQuery(migrationId: string) {
  return infiniteQueryOptions({
    queryKey: ['listFailures', migrationId],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, ...context }) =>
      readPageAgain(context, (header, place) =>
        api.GET('/migrations/{migrationId}/failures', {
          params: { path: { migrationId }, query: { limit: clustersPerPage, ...place }, header },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.body.nextCursor,
    select: ({ pages }) => ({
      items: pages.flatMap(({ body }) => body.items),
      total: pages[0]?.body.total ?? 0,
    }),
    refetchInterval: pace(({ pages }) => pages.some(({ body }) => body.items.length > 0)),
  });
}
