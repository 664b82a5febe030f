import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { candidateAt, startForSure } from '../support/api.ts';
import type { Dispatch } from '../support/contract-worker.ts';
import { openPage, takePictures } from './open-page.ts';
import { api, startWorker, untilCandidateIs } from './stage.ts';

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

const worker = await startWorker({
  ...{ id: 'node-22', name: 'Services on Node 22' },
  steps: ['change', 'test', 'merge', { name: 'check', kind: 'review' }],
  candidates: SERVICES.map((id) => ({ id })),
  onDispatch: (dispatch) => ({ status: 200, body: { eventId: randomUUID(), ...answer(dispatch) } }),
});
for (const id of SERVICES) if (BECOMES[id] !== undefined) await startForSure(api, worker.id, id);
for (const id of SERVICES) {
  const becomes = BECOMES[id];
  if (becomes === undefined) continue;
  await untilCandidateIs(worker.id, id, becomes === 'completed' ? 'awaiting_approval' : becomes);
  if (becomes !== 'completed') continue;
  const { response } = await api.POST('/migrations/{migrationId}/candidates/{candidateId}/approve-step', {
    ...candidateAt(worker.id, id),
    body: { stepName: 'check', decision: 'approved' },
  });
  if (!response.ok) throw new Error(`The approval was answered ${response.status}.`);
  await untilCandidateIs(worker.id, id, 'completed');
}
const page = await openPage('/');

test('home of a day of work says what waits for whom and why, and how far it is', async () => {
  const attention = page.locator('section', { has: page.getByRole('heading', { name: 'Needs attention' }) });
  await attention.getByText('3 of 214 tests of acme/search fail on Node 22.').first().waitFor();
  for (const id of ['checkout', 'ledger'])
    await attention.getByRole('button', { name: `Decide on check of ${id}` }).waitFor();
  await attention.getByRole('button', { name: 'Retry test of search' }).waitFor();
  for (const name of ['acme/notifications#45', 'acme/orders#46'])
    await attention.getByRole('link', { name: `Open pull request ${name}` }).waitFor();

  const row = page
    .getByRole('table', { name: 'Migrations' })
    .getByRole('row', { name: /Services on Node 22/ });
  expect(await row.textContent()).toMatch(/3 of 9 · 33 % · 1 failing/);
  // The picture of the README, with all of it in sight.
  await page.setViewportSize({ width: 1280, height: 980 });
  await takePictures(page, 'home-of-a-day');
});
