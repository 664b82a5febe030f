import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../shared/api-client.ts';
import { bodyOf, readAgain } from '../../shared/kept-read.ts';
import { pace } from '../../shared/pace.ts';

/** Leases run out within half a minute, so this page always reads as if something ran. */
export const workersQuery = queryOptions({
  queryKey: ['listWorkers'],
  queryFn: ({ signal, ...context }) =>
    readAgain(context, (header) => api.GET('/workers', { params: { header }, signal })),
  select: bodyOf,
  refetchInterval: pace(() => true),
});

/** The contract gives no more at once. */
export const mostInFlight = 200;

/** What one instance is at, the longest first. */
export function inFlightQuery(workerApp: string, instanceId: string) {
  return queryOptions({
    queryKey: ['listInFlight', workerApp, instanceId],
    queryFn: ({ signal, ...context }) =>
      readAgain(context, (header) =>
        api.GET('/workers/{workerApp}/attempts', {
          params: { path: { workerApp }, query: { instance: instanceId, limit: mostInFlight }, header },
          signal,
        }),
      ),
    select: bodyOf,
    refetchInterval: pace(() => true),
  });
}

export interface DrainInput {
  readonly workerApp: string;
  readonly instanceId: string;
  readonly change: 'drain' | 'resume';
  readonly reason?: string;
}

export async function changeDrain(
  { workerApp, instanceId, change, reason }: DrainInput,
  key: string,
): Promise<void> {
  const params = { path: { workerApp, instanceId }, header: { 'Idempotency-Key': key } };
  const body = reason === undefined ? {} : { reason };
  await answerOf<unknown>(
    change === 'drain'
      ? api.POST('/workers/{workerApp}/instances/{instanceId}/drain', { params, body })
      : api.POST('/workers/{workerApp}/instances/{instanceId}/resume', { params, body }),
  );
}
