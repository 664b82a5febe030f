import { queryOptions } from '@tanstack/react-query';
import { api } from './api-client.ts';
import { bodyOf, readAgain } from './kept-read.ts';
import { pace } from './pace.ts';

export function candidateQuery(migrationId: string, candidateId: string) {
  return queryOptions({
    queryKey: ['getCandidate', migrationId, candidateId],
    queryFn: ({ signal, ...context }) =>
      readAgain(context, (header) =>
        api.GET('/migrations/{migrationId}/candidates/{candidateId}', {
          params: { path: { migrationId, candidateId }, header },
          signal,
        }),
      ),
    select: bodyOf,
    refetchInterval: pace(({ body }) => body.status === 'running' || body.runState !== undefined),
  });
}
