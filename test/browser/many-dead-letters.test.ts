import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createApi } from '../support/api.ts';
import { type ContractWorker, startContractWorker } from '../support/contract-worker.ts';
import { connectBrowser, expectAccessible, openPage, takePictures } from './open-page.ts';

const WORKER = 'mailroom';
/** A page holds 50. */
const COUNT = 55;
const api = createApi(inject('consoleUrl'));
let browser: Browser;
let page: Page;
let worker: ContractWorker;

beforeAll(async () => {
  browser = await connectBrowser();
  worker = await startContractWorker({
    ...{ serverUrl: inject('consoleUrl'), id: WORKER, steps: ['sort'], candidates: [] },
  });
  for (let count = 0; count < COUNT; count += 1) {
    const { response } = await api.POST('/registry/dead-letters', {
      body: {
        ...{ workerApp: WORKER, instanceId: worker.instanceId, source: 'forge', webhookId: `heap-${count}` },
        why: `No pull request belongs to heap-${count}.`,
        ...{ headers: { 'x-github-event': 'pull_request' }, payload: '{"action":"closed"}' },
      },
    });
    if (response.status !== 202) throw new Error(`The report was answered ${response.status}.`);
  }
});
afterAll(async () => {
  await browser?.close();
  for (;;) {
    const { data } = await api.GET('/dead-letters', { params: { query: { limit: 50 } } });
    const own = (data?.items ?? []).filter(({ workerApp }) => workerApp === WORKER);
    if (own.length === 0) break;
    for (const { id } of own)
      await api.POST('/dead-letters/{deadLetterId}/drop', { params: { path: { deadLetterId: id } } });
  }
  await worker?.stop();
});

const rows = () => page.getByRole('row', { name: /^No pull request belongs to heap-/ });
const more = () => page.getByRole('button', { name: 'Load more' });

test('more dead letters than a page holds are loaded when they are asked for, by keyboard too', async () => {
  page = await openPage(browser, '/dead-letters?kind=webhook');
  await more().waitFor();
  await expect.poll(() => rows().count()).toBe(50);
  await page.getByText(`50 of ${COUNT}`, { exact: true }).waitFor();
  await expectAccessible(page);
  await more().scrollIntoViewIfNeeded();
  await takePictures(page, 'dead-letters-many');
  await more().press('Enter');
  await expect.poll(() => rows().count()).toBe(COUNT);
  await more().waitFor({ state: 'hidden' });
  // The first and the last are on screen once.
  await page.getByRole('link', { name: 'No pull request belongs to heap-0.' }).waitFor();
  await page.getByRole('link', { name: `No pull request belongs to heap-${COUNT - 1}.` }).waitFor();
});

test('one of the last is dropped, and the others stay loaded', async () => {
  await page.getByRole('link', { name: 'No pull request belongs to heap-0.' }).click();
  const drawer = page.getByRole('dialog', { name: `webhook heap-0 of ${WORKER}` });
  await drawer.getByRole('button', { name: 'Drop…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Drop it' }).click();
  await drawer.waitFor({ state: 'hidden' });
  await expect.poll(() => rows().count()).toBe(COUNT - 1);
  await page.context().close();
});
