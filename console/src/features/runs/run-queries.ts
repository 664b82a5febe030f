import { queryOptions } from '@tanstack/react-query';
import { api } from '../../shared/api-client.ts';
import type { ReadEvents } from '../../shared/event-log.ts';
import { bodyOf, readAgain, readKept } from '../../shared/kept-read.ts';
import { pace } from '../../shared/pace.ts';
import type { Target } from '../../shared/run-actions.ts';

const runsShown = 50;

export function runsQuery(target: Target) {
  return queryOptions({
    queryKey: ['listRuns', target.migrationId, target.candidateId],
    queryFn: ({ signal, ...context }) =>
      readAgain(context, (header) =>
        api.GET('/migrations/{migrationId}/candidates/{candidateId}/runs', {
          params: { path: target, query: { limit: runsShown }, header },
          signal,
        }),
      ),
    select: bodyOf,
    refetchInterval: pace(({ body }) => body.items[0] !== undefined && body.items[0].endedAt === undefined),
  });
}

const eventsPerPage = 100;

export function candidateEventsReader(target: Target, runId: string | undefined) {
  return (signal: AbortSignal): ReadEvents =>
    (cursor, previous) =>
      readKept(previous, (header) =>
        api.GET('/migrations/{migrationId}/candidates/{candidateId}/events', {
          params: {
            path: target,
            query: {
              limit: eventsPerPage,
              ...(runId !== undefined && { run: runId }),
              ...(cursor !== undefined && { cursor }),
            },
            header,
          },
          signal,
        }),
      );
}
