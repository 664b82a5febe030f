import { queryOptions } from '@tanstack/react-query';
import { api } from './api-client.ts';
import type { DeadLetterList } from './contract.ts';
import { type Kept, readAgain } from './kept-read.ts';
import { pace } from './pace.ts';

/** How many dead letters there are. */
export const deadLetterCountQuery = queryOptions({
  queryKey: ['listDeadLetters', 'count'],
  queryFn: ({ signal, ...context }) =>
    readAgain<DeadLetterList>(context, (header) =>
      api.GET('/dead-letters', { params: { query: { limit: 1 }, header }, signal }),
    ),
  select: (kept: Kept<DeadLetterList>) => kept.body.total,
  refetchInterval: pace(() => false),
});
