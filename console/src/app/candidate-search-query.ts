import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../shared/api-client.ts';
import type { FoundCandidate } from '../shared/contract.ts';
import { mostCandidates } from './palette-sections.ts';

const longestText = 200;
/** Over all migrations there has to be something to look for. */
const fewestLetters = 2;

/** Some candidates that contain the text: of one migration, else of any. */
export function candidateSearchQuery(migrationId: string | undefined, text: string) {
  const q = text.slice(0, longestText);
  return queryOptions({
    queryKey: ['searchCandidates', migrationId ?? '', q],
    queryFn: ({ signal }) =>
      migrationId === undefined ? searchAll(q, signal) : searchIn(migrationId, q, signal),
    enabled: migrationId !== undefined || q.length >= fewestLetters,
    staleTime: 10_000,
  });
}

async function searchAll(q: string, signal: AbortSignal): Promise<readonly FoundCandidate[]> {
  const call = api.GET('/candidates', { params: { query: { q, limit: mostCandidates } }, signal });
  return (await answerOf(call)).body.items;
}

async function searchIn(
  migrationId: string,
  q: string,
  signal: AbortSignal,
): Promise<readonly FoundCandidate[]> {
  const query = { limit: mostCandidates, ...(q !== '' && { q }) };
  const call = api.GET('/migrations/{migrationId}/candidates', {
    params: { path: { migrationId }, query },
    signal,
  });
  const { items } = (await answerOf(call)).body;
  return items.map((candidate) => ({ migrationId, migrationName: migrationId, candidate }));
}
