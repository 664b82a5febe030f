import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { pace } from './pace.ts';
import { followTail, type ReadTail, reachBack, type Tail } from './tail.ts';
import { useLoadOlder } from './use-load-older.ts';

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
  const loadOlder = useLoadOlder(wantsOlder, query.refetch);
  return { query, loadOlder };
}
