import { afterAll, inject } from 'vitest';
import { cancel, createApi, getCandidate, listAll } from '../support/api.ts';
import {
  type ContractWorker,
  type ContractWorkerOptions,
  startContractWorker,
} from '../support/contract-worker.ts';
import { until } from '../support/until.ts';

/** Of the server that all tests share. */
export const api = createApi(inject('consoleUrl'));

/** A worker of this file's own. At the end what it left open is cancelled, and it goes. */
export async function startWorker(
  options: Omit<ContractWorkerOptions, 'serverUrl'>,
): Promise<ContractWorker> {
  const worker = await startContractWorker({ ...options, serverUrl: inject('consoleUrl') });
  afterAll(async () => {
    await cancelOpenRuns(worker.id);
    await worker.stop();
  });
  return worker;
}

/** Leaves no run that would wait for somebody on the pages that other files look at. */
export async function cancelOpenRuns(migrationId: string): Promise<void> {
  await until(`the open runs of ${migrationId} to end`, async () => {
    const open = (await listAll(api, migrationId)).filter(
      ({ status, runState }) => status === 'running' || runState !== undefined,
    );
    for (const { id, runState } of open) {
      if (runState !== 'cancelling') await cancel(api, migrationId, id, 'Its test is over.');
    }
    return open.length === 0;
  });
}

/** How many candidates the workers find that all tests share. */
const FOUND = { 'app-chart': 13, 'hello-world': 6, rename: 7 } as const;

export async function untilDiscovered(...migrationIds: readonly (keyof typeof FOUND)[]): Promise<void> {
  for (const id of migrationIds)
    await until(`discovery of ${id}`, async () => (await listAll(api, id)).length === FOUND[id]);
}

/** Waits for a status or for a run state. */
export async function untilCandidateIs(migrationId: string, id: string, state: string): Promise<void> {
  await until(`${id} to be ${state}`, async () => {
    const { status, runState } = await getCandidate(api, migrationId, id);
    return status === state || runState === state;
  });
}
