import type { components, paths } from '@loom/api';
import createClient from 'openapi-fetch';

export type CandidateSummary = components['schemas']['CandidateSummary'];

export function createApi(url: string) {
  return createClient<paths>({ baseUrl: `${url}/api/v1` });
}
export type Api = ReturnType<typeof createApi>;

export async function listAll(api: Api, migrationId: string): Promise<readonly CandidateSummary[]> {
  const items: CandidateSummary[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: 200, ...(cursor === undefined ? {} : { cursor }) };
    const { data, error } = await api.GET('/migrations/{migrationId}/candidates', {
      params: { path: { migrationId }, query },
    });
    if (data === undefined) throw new Error(JSON.stringify(error));
    items.push(...data.items);
    cursor = data.nextCursor;
  } while (cursor !== undefined);
  return items;
}

export const candidateAt = (migrationId: string, candidateId: string) => ({
  params: { path: { migrationId, candidateId } },
});
