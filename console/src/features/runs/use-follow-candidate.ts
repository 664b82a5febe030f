import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Candidate } from '../../shared/contract.ts';
import { migrationQuery } from '../../shared/migration-queries.ts';
import { waitsOnPerson } from '../../shared/moving.ts';
import type { Target } from '../../shared/run-actions.ts';
import { operationsKey, runsQuery } from './run-queries.ts';

/** The candidate is read often; what else the page shows is read again as soon as it has changed. */
export function useFollowCandidate(target: Target, candidate: Candidate): void {
  const client = useQueryClient();
  const { data, refetch } = useQuery(runsQuery(target, waitsOnPerson(candidate)));
  const before = useRef(candidate);
  useEffect(() => {
    const changed = before.current;
    before.current = candidate;
    if (changed === candidate || changed.id !== candidate.id) return;
    const kept = [
      runsQuery(target, false).queryKey,
      operationsKey(target),
      migrationQuery(target.migrationId).queryKey,
    ];
    for (const queryKey of kept) void client.invalidateQueries({ queryKey }, { cancelRefetch: false });
  }, [client, target, candidate]);
  // A run that was started elsewhere appears in the list as soon as the candidate names it.
  const isMissing =
    data !== undefined &&
    candidate.runId !== undefined &&
    data.items.every((run) => run.runId !== candidate.runId);
  useEffect(() => {
    if (isMissing) void refetch({ cancelRefetch: false });
  }, [isMissing, refetch]);
}
