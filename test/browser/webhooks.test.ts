import { expect, test } from 'vitest';
import type { DispatchAnswer } from '../support/contract-worker.ts';
import { expectAccessible, openPage, takePictures } from './open-page.ts';
import { api, startWorker } from './stage.ts';

const WORKER = 'postman';
const LETTERS = ['letter-1', 'letter-2'] as const;
/** What the worker says to a webhook that it is given once more. */
let answer: DispatchAnswer = { status: 202 };
const redelivered: unknown[] = [];

/** A worker that could not use two webhooks. */
const worker = await startWorker({
  ...{ id: WORKER, steps: ['deliver'], candidates: [] },
  onRequest: (path, body) => {
    if (path !== '/redeliver-webhook') return { status: 404 };
    redelivered.push(body);
    return answer;
  },
});
for (const webhookId of LETTERS) {
  await api.POST('/registry/dead-letters', {
    body: {
      ...{ workerApp: WORKER, instanceId: worker.instanceId, source: 'forge', webhookId },
      why: `The payload of ${webhookId} is not one of a pull request.`,
      ...{ headers: { 'x-github-event': 'pull_request' }, payload: '{"action":"closed"}' },
    },
  });
}
const page = await openPage('/dead-letters');

const row = (id: string) => page.getByRole('row', { name: new RegExp(id) });
const drawer = (id: string) => page.getByRole('dialog', { name: `webhook ${id} of ${WORKER}` });
const open = (id: string) =>
  row(id)
    .getByRole('link', { name: /is not one of a pull request/ })
    .click();

test('a webhook that its worker cannot use stays, and says why', async () => {
  await open('letter-1');
  await drawer('letter-1').getByText('x-github-event').first().waitFor();
  answer = { status: 409, body: { detail: 'There is no such pull request any more.' } };
  await drawer('letter-1').getByRole('button', { name: 'Requeue' }).click();
  const refused = drawer('letter-1').getByRole('alert');
  await refused.getByText('It was not requeued and stays here').waitFor();
  await refused.getByText(/There is no such pull request any more\./).waitFor();
  await expectAccessible(page);
  await takePictures(page, 'webhook-refused');
});

test('one that its worker can use is handed over once, and is no dead letter any more', async () => {
  redelivered.length = 0;
  answer = { status: 202 };
  await drawer('letter-1').getByRole('button', { name: 'Requeue' }).dblclick();
  await page.getByText(`Requeued webhook letter-1 of ${WORKER}.`).waitFor();
  await drawer('letter-1').waitFor({ state: 'hidden' });
  await row('letter-1').waitFor({ state: 'detached' });
  expect(redelivered).toMatchObject([
    { source: 'forge', webhookId: 'letter-1', payload: '{"action":"closed"}' },
  ]);
  await row('letter-2').waitFor();
});

test('dead letters are narrowed to a kind in the address, and one that is gone says so', async () => {
  await page.goto('/dead-letters?kind=step');
  await page.getByText('No dead letter fits these filters').waitFor();
  await page.getByText(/^0 of \d+ dead letters?$/).waitFor();
  await expectAccessible(page);
  await takePictures(page, 'dead-letters-none-fit');
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await row('letter-2').waitFor();
  await page.goto('/dead-letters?kind=webhook');
  await row('letter-2').waitFor();
  await open('letter-2');
  await drawer('letter-2').getByRole('button', { name: 'Drop…' }).click();
  const ask = page.getByRole('alertdialog', { name: 'Drop the webhook?' });
  await ask.getByRole('button', { name: 'Keep it' }).click();
  await ask.waitFor({ state: 'hidden' });
  await drawer('letter-2').getByRole('button', { name: 'Drop…' }).click();
  await ask.getByRole('button', { name: 'Drop it' }).click();
  await page.getByText(`Dropped webhook letter-2 of ${WORKER}.`).waitFor();
  expect(new URL(page.url()).searchParams.get('kind')).toBe('webhook');
  await page.goBack();
  await page.getByRole('dialog').getByText('It is no dead letter any more').waitFor();
  await expectAccessible(page);
  await takePictures(page, 'dead-letter-gone');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
});
