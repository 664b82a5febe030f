import type { operations } from '@loom/api';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../shared/api-client.ts';
import type { DeadLetter } from '../../shared/contract.ts';
import { bodyOf, readAgain, readPageAgain } from '../../shared/kept-read.ts';
import { pace } from '../../shared/pace.ts';
import type { DeadLetterSearch } from './dead-letter-search.ts';

type Kind = NonNullable<NonNullable<operations['listDeadLetters']['parameters']['query']>['kind']>;

const pageLimit = 50;

export function deadLettersQuery({ migrationId, kind }: Omit<DeadLetterSearch, 'letter'>) {
  const filters = {
    ...(migrationId !== undefined && { migrationId }),
    // Which kinds there are is for the server to say.
    ...(kind !== undefined && { kind: kind as Kind }),
  };
  return infiniteQueryOptions({
    queryKey: ['listDeadLetters', filters],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, ...context }) =>
      readPageAgain(context, (header, place) =>
        api.GET('/dead-letters', {
          params: { query: { ...filters, limit: pageLimit, ...place }, header },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.body.nextCursor,
    select: ({ pages }) => ({
      items: pages.flatMap(({ body }) => body.items),
      total: pages[0]?.body.total ?? 0,
    }),
    refetchInterval: pace(() => false),
  });
}

export function deadLetterQuery(deadLetterId: string) {
  return queryOptions({
    queryKey: ['getDeadLetter', deadLetterId],
    queryFn: ({ signal, ...context }) =>
      readAgain<DeadLetter>(context, (header) =>
        api.GET('/dead-letters/{deadLetterId}', { params: { path: { deadLetterId }, header }, signal }),
      ),
    select: bodyOf<DeadLetter>,
  });
}

function parametersOf(deadLetterId: string, key: string) {
  return { path: { deadLetterId }, header: { 'Idempotency-Key': key } };
}

export async function requeueDeadLetter(deadLetterId: string, key: string) {
  const call = api.POST('/dead-letters/{deadLetterId}/requeue', { params: parametersOf(deadLetterId, key) });
  return (await answerOf(call)).body;
}

export async function dropDeadLetter(deadLetterId: string, key: string) {
  const call = api.POST('/dead-letters/{deadLetterId}/drop', { params: parametersOf(deadLetterId, key) });
  return (await answerOf(call)).body;
}
