import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../shared/api-client.ts';
import type { CancelPreview } from '../../shared/contract.ts';
import { paceMs } from '../../shared/pace.ts';
import type { Target } from '../../shared/run-actions.ts';

/** What a cancel would do now. The run moves on while a person reads, so it is read again. */
export function cancelPreviewQuery({ migrationId, candidateId }: Target, compensate: boolean) {
  return queryOptions({
    queryKey: ['previewCancel', migrationId, candidateId, compensate],
    queryFn: async ({ signal }): Promise<CancelPreview> => {
      const call = api.POST('/migrations/{migrationId}/candidates/{candidateId}/cancel', {
        params: { path: { migrationId, candidateId }, query: { preview: true } },
        body: { compensate },
        signal,
      });
      const { body } = await answerOf(call);
      if ('undone' in body) return body;
      throw new Error('The server cancelled where it was only asked what it would do.');
    },
    placeholderData: keepPreviousData,
    gcTime: 0,
    refetchInterval: paceMs.recovering,
  });
}
