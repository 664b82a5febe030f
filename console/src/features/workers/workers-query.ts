import { queryOptions } from '@tanstack/react-query';
import { api } from '../../shared/api-client.ts';
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
