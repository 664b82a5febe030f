import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from './api-client.ts';

/** What the server says of itself; it does not change while it runs. */
export const healthQuery = queryOptions({
  queryKey: ['getHealth'],
  queryFn: async ({ signal }) =>
    (await answerOf(api.GET('/healthz', { baseUrl: location.origin, signal }))).body,
  staleTime: Number.POSITIVE_INFINITY,
});
