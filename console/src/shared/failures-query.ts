import { queryOptions } from '@tanstack/react-query';
import { api } from './api-client.ts';
import { bodyOf, readAgain } from './kept-read.ts';
import { pace } from './pace.ts';

/** More kinds of failure than anybody looks through. */
const mostShown = 100;

/** What candidates fail with now, the most frequent first. */
export function failuresQuery(migrationId: string) {
  return queryOptions({
    queryKey: ['listFailures', migrationId],
    queryFn: ({ signal, ...context }) =>
      readAgain(context, (header) =>
        api.GET('/migrations/{migrationId}/failures', {
          params: { path: { migrationId }, query: { limit: mostShown }, header },
          signal,
        }),
      ),
    select: bodyOf,
    refetchInterval: pace(({ body }) => body.items.length > 0),
  });
}
