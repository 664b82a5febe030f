import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../shared/api-client.ts';
import type { CancelPreview } from '../../shared/contract.ts';
import { paceMs } from '../../shared/pace.ts';
import { isPassing } from '../../shared/problem.ts';
import type { Target } from '../../shared/run-actions.ts';

/** What a roll back would do now. Of a run that is over it stays so, so it is read once for each. */
export function rollBackPreviewQuery({ migrationId, candidateId }: Target, runId: string | undefined) {
  return queryOptions({
    queryKey: ['previewCompensate', migrationId, candidateId, runId],
    queryFn: async ({ signal }): Promise<CancelPreview> => {
      const call = api.POST('/migrations/{migrationId}/candidates/{candidateId}/compensate', {
        params: { path: { migrationId, candidateId }, query: { preview: true } },
        body: {},
        signal,
      });
      const { body } = await answerOf(call);
      if ('undone' in body) return body;
      throw new Error('The server rolled back where it was only asked what it would do.');
    },
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) => isPassing(state.error) && paceMs.recovering,
  });
}
