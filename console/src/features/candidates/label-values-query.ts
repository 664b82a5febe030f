import { queryOptions } from '@tanstack/react-query';
import { api } from '../../shared/api-client.ts';
import { bodyOf, readAgain } from '../../shared/kept-read.ts';

const valuesOffered = 50;
const staleAfterMs = 30_000;

/** The values of each label key that occur, the most frequent first. */
export function labelValuesQuery(migrationId: string) {
  return queryOptions({
    queryKey: ['listLabelValues', migrationId],
    queryFn: ({ signal, ...context }) =>
      readAgain(context, (header) =>
        api.GET('/migrations/{migrationId}/labels', {
          params: { path: { migrationId }, query: { limit: valuesOffered }, header },
          signal,
        }),
      ),
    select: bodyOf,
    staleTime: staleAfterMs,
  });
}
