import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../shared/api-client.ts';

const shown = 8;

/** Some candidates of a migration that contain the text. */
export function candidateSearchQuery(migrationId: string, text: string) {
  return queryOptions({
    queryKey: ['searchCandidates', migrationId, text],
    queryFn: async ({ signal }) => {
      const query = { limit: shown, ...(text !== '' && { q: text.slice(0, 200) }) };
      const call = api.GET('/migrations/{migrationId}/candidates', {
        params: { path: { migrationId }, query },
        signal,
      });
      return (await answerOf(call)).body.items;
    },
    staleTime: 10_000,
  });
}
