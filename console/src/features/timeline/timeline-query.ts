import { infiniteQueryOptions } from '@tanstack/react-query';
import { api } from '../../shared/api-client.ts';
import { readPageAgain } from '../../shared/kept-read.ts';
import { pace } from '../../shared/pace.ts';
import { isPassing } from '../../shared/problem.ts';
import type { TimelineSearch } from './timeline-search.ts';

const pageLimit = 100;
/** Something that went on so short ago may go on. */
const recentMs = 10 * 60_000;

export function timelineQuery({ id = '', source = [], outcome = [], order: wanted, live }: TimelineSearch) {
  const order = wanted ?? 'newest';
  return infiniteQueryOptions({
    queryKey: ['getTimeline', id, source, outcome, order],
    enabled: id !== '',
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, ...context }) => {
      const chosen = { source: [...source], outcome: [...outcome] };
      return readPageAgain(context, (header, place) =>
        api.GET('/timeline', {
          params: {
            query: { id, ...chosen, order, limit: pageLimit, ...place },
            header,
          },
          signal,
        }),
      );
    },
    // Of the same id it stays until what was chosen is there, with the focus on what chose it.
    placeholderData: (before, query) => (query?.queryKey[1] === id ? before : undefined),
    retry: (failures, error) => failures < 2 && isPassing(error),
    getNextPageParam: (last) => last.body.nextCursor,
    select: ({ pages }) => ({
      subject: pages[0]?.body.subject,
      total: pages[0]?.body.total ?? 0,
      isCut: pages[0]?.body.isCut ?? false,
      items: pages.flatMap(({ body }) => body.items),
    }),
    refetchInterval:
      live === 'off'
        ? false
        : pace(({ pages }) => {
            const last = order === 'newest' ? pages[0]?.body.items[0] : pages.at(-1)?.body.items.at(-1);
            return last !== undefined && Date.now() - Date.parse(last.at) < recentMs;
          }),
    refetchOnWindowFocus: live !== 'off',
  });
}
