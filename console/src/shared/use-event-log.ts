import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { catchUp, type EventLog, type ReadEvents, reachBack } from './event-log.ts';
import { pace } from './pace.ts';
import { useLoadOlder } from './use-load-older.ts';

interface EventLogOptions {
  readonly queryKey: readonly unknown[];
  readonly read: (signal: AbortSignal) => ReadEvents;
  readonly isRunning: boolean;
}

/** A log that follows what happens; older events are read when they are asked for. */
export function useEventLog({ queryKey, read, isRunning }: EventLogOptions) {
  const client = useQueryClient();
  const wantsOlder = useRef(false);
  const query = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const log = await catchUp(client.getQueryData<EventLog>(queryKey), read(signal));
      if (!wantsOlder.current) return log;
      wantsOlder.current = false;
      return reachBack(log, read(signal));
    },
    refetchInterval: pace(() => isRunning),
  });
  const loadOlder = useLoadOlder(wantsOlder, query.refetch);
  return { query, loadOlder };
}
