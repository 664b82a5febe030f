import type { components, paths } from '@loom/api';
import createClient from 'openapi-fetch';
import { until } from './until.ts';

type Schemas = components['schemas'];
export type CandidateSummary = Schemas['CandidateSummary'];

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

/** Asks once. */
export async function start(api: Api, migrationId: string, candidateId: string): Promise<number> {
  const { response } = await api.POST(
    '/migrations/{migrationId}/candidates/{candidateId}/start',
    candidateAt(migrationId, candidateId),
  );
  return response.status;
}

/**
 * Asks until it runs, as a caller does whose answer was lost. That a run is open, or completed, says that an earlier
 * request had been taken; `cancelling`, with the same status, says the opposite.
 */
export async function startForSure(api: Api, migrationId: string, candidateId: string): Promise<void> {
  const isTaken = async () => {
    const { response, error } = await api.POST(
      '/migrations/{migrationId}/candidates/{candidateId}/start',
      candidateAt(migrationId, candidateId),
    );
    if (response.status === 202 || /(run-open|already-completed)$/.test(error?.type ?? '')) return true;
    throw new Error(JSON.stringify(error));
  };
  await until(`start of ${candidateId}`, isTaken, { everyMs: 300, timeoutMs: 120_000 });
}

export async function getCandidate(
  api: Api,
  migrationId: string,
  candidateId: string,
): Promise<Schemas['Candidate']> {
  const { data, error } = await api.GET(
    '/migrations/{migrationId}/candidates/{candidateId}',
    candidateAt(migrationId, candidateId),
  );
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

export async function getSteps(
  api: Api,
  migrationId: string,
  candidateId: string,
  run?: string,
): Promise<Schemas['StepList']> {
  const { data, error } = await api.GET('/migrations/{migrationId}/candidates/{candidateId}/steps', {
    params: { path: { migrationId, candidateId }, query: run === undefined ? {} : { run } },
  });
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

export async function cancel(
  api: Api,
  migrationId: string,
  candidateId: string,
  reason?: string,
): Promise<number> {
  const { response } = await api.POST('/migrations/{migrationId}/candidates/{candidateId}/cancel', {
    ...candidateAt(migrationId, candidateId),
    body: { compensate: false, ...(reason === undefined ? {} : { reason }) },
  });
  return response.status;
}

/** Waits until every candidate is completed. */
export async function untilAllCompleted(
  api: Api,
  migrationId: string,
  timeoutMs = 60_000,
): Promise<readonly CandidateSummary[]> {
  let open: readonly CandidateSummary[] = [];
  try {
    return await until(
      `every run of ${migrationId} to complete`,
      async () => {
        const all = await listAll(api, migrationId);
        open = all.filter(({ status }) => status !== 'completed');
        return open.length === 0 && all;
      },
      { timeoutMs, everyMs: 250 },
    );
  } catch (error) {
    const some = open
      .slice(0, 5)
      .map(({ id, status, runState, step, reason }) => ({ id, status, runState, step, reason }));
    throw new Error(`${open.length} are open, such as ${JSON.stringify(some)}`, { cause: error });
  }
}
