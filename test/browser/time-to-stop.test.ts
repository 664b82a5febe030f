import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createApi, getCandidate, startForSure } from '../support/api.ts';
import { type ContractWorker, startContractWorker } from '../support/contract-worker.ts';
import { until } from '../support/until.ts';
import { connectBrowser, expectAccessible, openPage, takePictures } from './open-page.ts';

const ID = 'slow-to-stop';
const api = createApi(inject('consoleUrl'));
let browser: Browser;
let page: Page;
let worker: ContractWorker | undefined;
let hasStopped = false;
beforeAll(async () => {
  browser = await connectBrowser();
  worker = await startContractWorker({
    serverUrl: inject('consoleUrl'),
    id: ID,
    steps: [{ name: 'migrate', cancelGraceSeconds: 120 }],
    candidates: [{ id: 'ledger' }],
    onDispatch: () => ({ status: 202 }),
    onCancel: () => (hasStopped ? 200 : 202),
  });
});
afterAll(async () => {
  await worker?.stop();
  await browser?.close();
});

test('a cancel says how long its worker may take to stop, the run waits for it and ends then', async () => {
  await startForSure(api, ID, 'ledger');
  await until('the step', async () => (await getCandidate(api, ID, 'ledger')).runState === 'in_progress');
  page = await openPage(browser, `/migrations/${ID}/candidates/ledger`);
  await page.getByText('2 min after a cancel').waitFor();
  await page.getByRole('button', { name: 'Cancel the run…' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Cancel the run of ledger?' });
  await dialog.getByText(/is told to stop migrate; the run ends within 2 min \d+ s at most\./).waitFor();
  await expectAccessible(page);
  await takePictures(page, 'run-cancel-time-to-stop');
  await dialog.getByRole('button', { name: 'Cancel the run' }).click();

  await page
    .getByText(/Waits until slow-to-stop has stopped step "migrate", at most 120 s/)
    .first()
    .waitFor();
  await expectAccessible(page);
  await takePictures(page, 'run-cancelling');
  expect((await getCandidate(api, ID, 'ledger')).runState).toBe('cancelling');
  hasStopped = true;
  await page
    .getByText(/the last run was cancelled/)
    .first()
    .waitFor({ timeout: 20_000 });
  await page.context().close();
});
