import { queryOptions } from '@tanstack/react-query';
import { api } from '../../shared/api-client.ts';
import type { ReadEvents } from '../../shared/event-log.ts';
import { bodyOf, readAgain, readKept } from '../../shared/kept-read.ts';
import { pace } from '../../shared/pace.ts';
import type { Target } from '../../shared/run-actions.ts';

const runsShown = 50;

/** What waits on a person does not end by itself, so its runs are read at leisure. */
export function runsQuery(target: Target, isWaiting: boolean) {
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
    refetchInterval: pace(
      ({ body }) => !isWaiting && body.items[0] !== undefined && body.items[0].endedAt === undefined,
    ),
  });
}

const mostOperations = 200;

/** Of all runs of the candidate. */
export function operationsKey({ migrationId, candidateId }: Target) {
  return ['listEvents', 'operation', migrationId, candidateId];
}

/** What the attempts of a run did in git and on the forge, the newest first. */
export function operationsQuery({ migrationId, candidateId }: Target, run: string, isRunning: boolean) {
  return queryOptions({
    queryKey: [...operationsKey({ migrationId, candidateId }), run],
    queryFn: ({ signal, ...context }) =>
      readAgain(context, (header) =>
        api.GET('/events', {
          params: {
            query: { migrationId, candidateId, run, type: 'operation', limit: mostOperations },
            header,
          },
          signal,
        }),
      ),
    select: bodyOf,
    refetchInterval: pace(() => isRunning),
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
