import { infiniteQueryOptions } from '@tanstack/react-query';
import { api } from '../../shared/api-client.ts';
import { readPageAgain } from '../../shared/kept-read.ts';
import { pace } from '../../shared/pace.ts';
import { isPassing } from '../../shared/problem.ts';
import type { TimelineSearch } from './timeline-search.ts';

const pageLimit = 100;
/** Something that went on so short ago may go on. */
const recentMs = 10 * 60_000;

export function timelineQuery({ id = '', source = [], outcome = [] }: TimelineSearch) {
  return infiniteQueryOptions({
    queryKey: ['getTimeline', id, source, outcome],
    enabled: id !== '',
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, ...context }) => {
      const chosen = { source: [...source], outcome: [...outcome] };
      return readPageAgain(context, (header, place) =>
        api.GET('/timeline', {
          params: {
            query: { id, ...chosen, limit: pageLimit, ...place },
            header,
          },
          signal,
        }),
      );
    },
    retry: (failures, error) => failures < 2 && isPassing(error),
    getNextPageParam: (last) => last.body.nextCursor,
    select: ({ pages }) => ({
      subject: pages[0]?.body.subject,
      total: pages[0]?.body.total ?? 0,
      isCut: pages[0]?.body.isCut ?? false,
      items: pages.flatMap(({ body }) => body.items),
    }),
    refetchInterval: pace(({ pages }) => {
      const last = pages.at(-1)?.body.items.at(-1);
      return last !== undefined && Date.now() - Date.parse(last.at) < recentMs;
    }),
  });
}
