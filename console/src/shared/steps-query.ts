import { queryOptions } from '@tanstack/react-query';
import { api } from './api-client.ts';
import { bodyOf, readAgain } from './kept-read.ts';
import { pace } from './pace.ts';
import type { Target } from './run-actions.ts';

/** `runId` is left out for the newest run. */
export function stepsQuery(target: Target, runId: string | undefined) {
  return queryOptions({
    queryKey: ['listSteps', target.migrationId, target.candidateId, runId ?? 'newest'],
    queryFn: ({ signal, ...context }) =>
      readAgain(context, (header) =>
        api.GET('/migrations/{migrationId}/candidates/{candidateId}/steps', {
          params: { path: target, query: runId === undefined ? {} : { run: runId }, header },
          signal,
        }),
      ),
    select: bodyOf,
    refetchInterval: pace(({ body }) => body.status === 'running' || body.runState !== undefined),
  });
}
