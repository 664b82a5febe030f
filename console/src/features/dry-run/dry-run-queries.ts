import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../shared/api-client.ts';
import type { DryRun, Inputs } from '../../shared/contract.ts';
import { bodyOf, readAgain } from '../../shared/kept-read.ts';
import { pace } from '../../shared/pace.ts';
import type { Target } from '../../shared/run-actions.ts';

const isRunning = pace<{ body: DryRun }>(({ body }) => body.state === 'running');

/** Asked for again while it runs; it never changes afterwards. */
export function dryRunQuery(dryRunId: string) {
  return queryOptions({
    queryKey: ['getDryRun', dryRunId],
    queryFn: ({ signal, ...context }) =>
      readAgain(context, (header) =>
        api.GET('/dry-runs/{dryRunId}', { params: { path: { dryRunId }, header }, signal }),
      ),
    select: bodyOf,
    staleTime: (query) => (query.state.data?.body.state === 'running' ? 0 : Number.POSITIVE_INFINITY),
    refetchInterval: (query) =>
      query.state.data !== undefined && query.state.data.body.state !== 'running' ? false : isRunning(query),
  });
}

const checkEveryMs = 60_000;

/** Where the branches are now that a dry run was made from; asked again while somebody looks at it. */
export function basesQuery(dryRunId: string) {
  return queryOptions({
    queryKey: ['checkBases', dryRunId],
    queryFn: ({ signal, ...context }) =>
      readAgain(context, (header) =>
        api.GET('/dry-runs/{dryRunId}/bases', { params: { path: { dryRunId }, header }, signal }),
      ),
    select: bodyOf,
    refetchInterval: checkEveryMs,
  });
}

export interface DryRunInput extends Target {
  readonly inputs: Inputs;
}

/** Answered with the result, or with a dry run that still runs. */
export async function startDryRun(
  { migrationId, candidateId, inputs }: DryRunInput,
  key: string,
): Promise<DryRun> {
  const call = api.POST('/migrations/{migrationId}/dry-run', {
    params: { path: { migrationId }, header: { 'Idempotency-Key': key } },
    body: { candidateId, inputs },
  });
  return (await answerOf(call)).body;
}
