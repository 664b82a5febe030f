import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '../../shared/api-client.ts';
import { bodyOf, readAgain, readPageAgain } from '../../shared/kept-read.ts';
import { pace } from '../../shared/pace.ts';

export type Resolution = 'hour' | 'day';

/** The counts of a migration over time. They are of hours and days, so that there is no haste. */
export function burndownQuery(migrationId: string, resolution: Resolution) {
  return queryOptions({
    queryKey: ['getBurndown', migrationId, resolution],
    queryFn: ({ signal, ...context }) =>
      readAgain(context, (header) =>
        api.GET('/migrations/{migrationId}/burndown', {
          params: { path: { migrationId }, query: { resolution }, header },
          signal,
        }),
      ),
    select: bodyOf,
    refetchInterval: pace(() => false),
  });
}

const revisionsPerPage = 50;

export function revisionsQuery(migrationId: string) {
  return infiniteQueryOptions({
    queryKey: ['listRevisions', migrationId],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, ...context }) =>
      readPageAgain(context, (header, place) =>
        api.GET('/migrations/{migrationId}/revisions', {
          params: { path: { migrationId }, query: { limit: revisionsPerPage, ...place }, header },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.body.nextCursor,
    select: ({ pages }) => ({
      items: pages.flatMap(({ body }) => body.items),
      total: pages[0]?.body.total ?? 0,
    }),
    refetchInterval: pace(() => false),
  });
}

/** Revisions never change, and so does what is between two. */
export function differenceQuery(migrationId: string, from: string, revision: string) {
  return queryOptions({
    queryKey: ['compareRevisions', migrationId, from, revision],
    queryFn: ({ signal, ...context }) =>
      readAgain(context, (header) =>
        api.GET('/migrations/{migrationId}/revisions/{revision}/difference', {
          params: { path: { migrationId, revision }, query: { from }, header },
          signal,
        }),
      ),
    select: bodyOf,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
