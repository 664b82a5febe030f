import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { api } from '../../shared/api-client.ts';
import type { CandidateSummary } from '../../shared/contract.ts';
import { readKept } from '../../shared/kept-read.ts';
import { pace } from '../../shared/pace.ts';
import { type CandidateFilters, queryOfFilters } from './candidate-filters.ts';
import { type CandidatePages, refreshPages, rowsOf, type Wish } from './candidate-pages.ts';

const pageLimit = 100;

interface Rows {
  readonly rows: readonly CandidateSummary[];
  readonly total: number;
  readonly hasMore: boolean;
}

function selectRows(pages: CandidatePages): Rows {
  return {
    rows: rowsOf(pages),
    total: pages.total,
    hasMore: pages.pages.at(-1)?.kept.body.nextCursor !== undefined,
  };
}

/** The candidates that fit the filters, as far as they were scrolled to. */
export function useCandidatePages(migrationId: string, filters: CandidateFilters, isUnderWay: boolean) {
  const client = useQueryClient();
  const filterKey = JSON.stringify(filters);
  const queryKey = useMemo(
    () => ['listCandidates', migrationId, filterKey] as const,
    [migrationId, filterKey],
  );
  // What was scrolled to is still there after coming back.
  const wish = useMemo<{ current: Wish }>(() => {
    const pages = client.getQueryData<CandidatePages>(queryKey)?.pages.length ?? 1;
    return { current: { pages, firstSeen: 0, lastSeen: 0 } };
  }, [client, queryKey]);

  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      refreshPages(
        client.getQueryData<CandidatePages>(queryKey),
        () => wish.current,
        (cursor, previous) =>
          readKept(previous, (header) =>
            api.GET('/migrations/{migrationId}/candidates', {
              params: {
                path: { migrationId },
                query: {
                  ...queryOfFilters(filters),
                  limit: pageLimit,
                  ...(cursor !== undefined && { cursor }),
                },
                header,
              },
              signal,
            }),
          ),
      ),
    select: selectRows,
    placeholderData: keepPreviousData,
    refetchInterval: pace(() => isUnderWay),
  });

  const { refetch } = query;
  const loadMore = useCallback(async () => {
    const loaded = client.getQueryData<CandidatePages>(queryKey)?.pages.length;
    if (loaded === undefined || wish.current.pages > loaded) return;
    const wished = loaded + 1;
    wish.current = { ...wish.current, pages: wished };
    const isThere = () => (client.getQueryData<CandidatePages>(queryKey)?.pages.length ?? 0) >= wished;
    await refetch({ cancelRefetch: false });
    // The read that was under way may have passed the point where it looks for missing pages.
    if (!isThere()) await refetch({ cancelRefetch: false });
    if (!isThere()) wish.current = { ...wish.current, pages: loaded };
  }, [client, queryKey, wish, refetch]);

  const seeRows = useCallback(
    (first: number, last: number) => {
      const firstSeen = Math.floor(first / pageLimit);
      wish.current = { ...wish.current, firstSeen, lastSeen: Math.floor(last / pageLimit) };
    },
    [wish],
  );

  return { query, loadMore, seeRows };
}
