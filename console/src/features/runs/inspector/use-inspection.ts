import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { api } from '../../../shared/api-client.ts';
import type { InspectionKind } from '../../../shared/contract.ts';
import { readKept } from '../../../shared/kept-read.ts';
import { pace } from '../../../shared/pace.ts';
import type { Target } from '../../../shared/run-actions.ts';
import { useLoadOlder } from '../../../shared/use-load-older.ts';
import { catchUp, type InspectionLog, type ReadInspection, reachBack } from './inspection-log.ts';

const entriesPerPage = 100;
/** Each read costs Temporal some calls. */
const atMostEveryMs = 3_000;

/** What the engine has of a run, as it goes on; older events are read when they are asked for. */
export function useInspection(target: Target, runId: string, kinds: readonly InspectionKind[]) {
  const client = useQueryClient();
  const wantsOlder = useRef(false);
  const queryKey = ['inspectRun', target.migrationId, target.candidateId, runId, ...kinds];
  const read =
    (signal: AbortSignal): ReadInspection =>
    (cursor, previous) =>
      readKept(previous, (header) =>
        api.GET('/migrations/{migrationId}/candidates/{candidateId}/runs/{runId}/inspection', {
          params: {
            path: { ...target, runId },
            query: {
              limit: entriesPerPage,
              kind: [...kinds],
              ...(cursor !== undefined && { cursor }),
            },
            header,
          },
          signal,
        }),
      );
  const pacing = pace<InspectionLog>(({ head }) => isOpen(head.body.state));
  const query = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const log = await catchUp(client.getQueryData<InspectionLog>(queryKey), read(signal));
      if (!wantsOlder.current) return log;
      wantsOlder.current = false;
      return reachBack(log, read(signal));
    },
    // Other kinds of the same run: what was shown stays until they are there.
    placeholderData: (shown, query) => (query?.queryKey[3] === runId ? shown : undefined),
    refetchInterval: (state) => Math.max(atMostEveryMs, pacing(state)),
  });
  const loadOlder = useLoadOlder(wantsOlder, query.refetch);
  return { query, loadOlder };
}

export function isOpen(state: string): boolean {
  return state === 'running' || state === 'paused';
}
