import { useMemo } from 'react';
import { EventTable } from '../../shared/event-table.tsx';
import { QueryView } from '../../shared/query-view.tsx';
import type { Target } from '../../shared/run-actions.ts';
import { useEventLog } from '../../shared/use-event-log.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { candidateEventsReader } from './run-queries.ts';

interface RunEventsProps {
  readonly target: Target;
  readonly runId: string | undefined;
  readonly isRunning: boolean;
}

/** The raw events of the run, or of the candidate before its first one. */
export function RunEvents({ target, runId, isRunning }: RunEventsProps) {
  const read = useMemo(() => candidateEventsReader(target, runId), [target, runId]);
  const { query, loadOlder } = useEventLog({
    queryKey: ['listCandidateEvents', target.migrationId, target.candidateId, runId ?? 'all'],
    read,
    isRunning,
  });
  return (
    <QueryView query={query} what="the events" lines={8}>
      {(log) =>
        log.items.length === 0 ? (
          <EmptyState title="No events yet">
            Everything that happens to the candidate is recorded here.
          </EmptyState>
        ) : (
          <EventTable log={log} onLoadOlder={loadOlder} />
        )
      }
    </QueryView>
  );
}
