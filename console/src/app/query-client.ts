import { QueryClient } from '@tanstack/react-query';

/** Reads are tried again by the next poll, not within one, so that a failure is shown at once. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: false,
        networkMode: 'always',
        staleTime: 1_000,
        gcTime: 10 * 60_000,
        refetchIntervalInBackground: true,
        refetchOnReconnect: 'always',
      },
    },
  });
}
