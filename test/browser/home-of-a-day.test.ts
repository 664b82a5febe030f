import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createApi, getCandidate, startForSure } from '../support/api.ts';
import { type ContractWorker, type Dispatch, startContractWorker } from '../support/contract-worker.ts';
import { until } from '../support/until.ts';
import { cancelOpenRuns } from './cancel-open-runs.ts';
import { connectBrowser, openPage, takePictures } from './open-page.ts';

/** What becomes of each service, so that each kind of waiting is there. */
const BECOMES = {
  accounts: 'completed',
  billing: 'completed',
  catalog: 'completed',
  checkout: 'awaiting_approval',
  ledger: 'awaiting_approval',
  notifications: 'pending',
  orders: 'pending',
  search: 'awaiting_retry',
  shipping: undefined,
} as const;
type Service = keyof typeof BECOMES;
const SERVICES = Object.keys(BECOMES) as readonly Service[];

let browser: Browser;
let page: Page;
let worker: ContractWorker;
const api = createApi(inject('consoleUrl'));

function answer({ stepName, candidate }: Dispatch): object {
  const becomes = BECOMES[candidate.id as Service];
  if (stepName === 'test' && becomes === 'awaiting_retry')
    return { status: 'failed', message: '3 of 214 tests of acme/search fail on Node 22.', retryable: false };
  if (stepName !== 'merge' || becomes !== 'pending') return { status: 'succeeded' };
  const number = SERVICES.indexOf(candidate.id as Service) + 40;
  return {
    status: 'pending',
    message: `Waiting for the merge of acme/${candidate.id}#${number}`,
    metadata: { who: 'reviewer', prUrl: `https://git.example/acme/${candidate.id}/pull/${number}` },
  };
}

beforeAll(async () => {
  browser = await connectBrowser();
  worker = await startContractWorker({
    ...{ serverUrl: inject('consoleUrl'), id: 'node-22', name: 'Services on Node 22' },
    steps: ['change', 'test', 'merge', { name: 'check', kind: 'review' }],
    candidates: SERVICES.map((id) => ({ id })),
    onDispatch: (dispatch) => ({ status: 200, body: { eventId: randomUUID(), ...answer(dispatch) } }),
  });
  for (const id of SERVICES) if (BECOMES[id] !== undefined) await startForSure(api, worker.id, id);
  for (const id of SERVICES) {
    const becomes = BECOMES[id];
    if (becomes === undefined) continue;
    const waits = becomes === 'completed' ? 'awaiting_approval' : becomes;
    await until(`${id} to be ${waits}`, async () => {
      return (await getCandidate(api, worker.id, id)).runState === waits;
    });
    if (becomes !== 'completed') continue;
    const { response } = await api.POST('/migrations/{migrationId}/candidates/{candidateId}/approve-step', {
      params: { path: { migrationId: worker.id, candidateId: id } },
      body: { stepName: 'check', decision: 'approved' },
    });
    if (!response.ok) throw new Error(`The approval was answered ${response.status}.`);
    await until(`${id} to be completed`, async () => {
      return (await getCandidate(api, worker.id, id)).status === 'completed';
    });
  }
  page = await openPage(browser, '/');
});
afterAll(async () => {
  await browser?.close();
  await cancelOpenRuns(api, worker.id);
  await worker?.stop();
});

test('home of a day of work says what waits for whom and why, and how far it is', async () => {
  const attention = page.locator('section', { has: page.getByRole('heading', { name: 'Needs attention' }) });
  await attention.getByText('3 of 214 tests of acme/search fail on Node 22.').first().waitFor();
  for (const id of ['checkout', 'ledger'])
    await attention.getByRole('button', { name: `Decide on check of ${id}` }).waitFor();
  await attention.getByRole('button', { name: 'Retry test of search' }).waitFor();

  const row = page
    .getByRole('table', { name: 'Migrations' })
    .getByRole('row', { name: /Services on Node 22/ });
  expect(await row.textContent()).toMatch(/3 of 9 · 33 % · 1 failing/);
  // The picture of the README.
  await takePictures(page, 'home-of-a-day');
});
