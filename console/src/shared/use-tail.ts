import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import { pace } from './pace.ts';
import { followTail, type ReadTail, reachBack, type Tail } from './tail.ts';

interface TailOptions<Item> {
  readonly queryKey: readonly unknown[];
  readonly read: (signal: AbortSignal) => ReadTail<Item>;
  readonly pageLimit: number;
  /** Whether it follows what comes; otherwise it stays as it is. */
  readonly isLive: boolean;
}

/** A log that follows what comes; older entries are read when they are asked for. */
export function useTail<Item extends { readonly id: string }>({
  queryKey,
  read,
  pageLimit,
  isLive,
}: TailOptions<Item>) {
  const client = useQueryClient();
  const wantsOlder = useRef(false);
  const query = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const before = client.getQueryData<Tail<Item>>(queryKey);
      if (before !== undefined && wantsOlder.current) {
        wantsOlder.current = false;
        return reachBack(before, read(signal));
      }
      return followTail(before, read(signal), pageLimit);
    },
    refetchInterval: isLive ? pace(() => true) : false,
    refetchOnWindowFocus: isLive,
  });
  const { refetch } = query;
  const loadOlder = useCallback(async () => {
    wantsOlder.current = true;
    await refetch({ cancelRefetch: false });
    // The read that was under way may have passed the point where it looks for older ones.
    if (wantsOlder.current) await refetch({ cancelRefetch: false });
    wantsOlder.current = false;
  }, [refetch]);
  return { query, loadOlder };
}
