import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createApi, listAll } from '../support/api.ts';
import { until } from '../support/until.ts';
import { connectBrowser, expectAccessible, openPage, takePicture, takePictures } from './open-page.ts';

const RUN = '/migrations/hello-world/candidates/edsger';
let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await connectBrowser();
  const api = createApi(inject('consoleUrl'));
  await until('discovery', async () => (await listAll(api, 'hello-world')).length === 6);
});
afterAll(() => browser?.close());

const post = (path: string, body: object) =>
  fetch(`${inject('consoleUrl')}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const history = () => page.getByRole('table', { name: /Events of the history/ });

test('before the first run there is nothing to inspect', async () => {
  page = await openPage(browser, `${RUN}?view=inspector`);
  await page.getByText('No run yet').waitFor();
  await page.context().close();
});

test('the inspector follows a run live, in words, and links to Temporal', async () => {
  await post(`${RUN}/start`, { inputs: { greeting: 'Good evening' } });
  page = await openPage(browser, RUN);
  await page
    .getByText(/waits for a decision/)
    .first()
    .waitFor({ timeout: 20_000 });
  await page.getByRole('link', { name: 'Inspector' }).click();
  await page.getByText(/Waits for a callback or a person/).waitFor({ timeout: 20_000 });
  await history()
    .getByText(/^Step 1 \(.+\) was given to (the worker|hello-world)/)
    .first()
    .waitFor();
  await history().getByText('The run began.').waitFor();
  const link = await page.getByRole('link', { name: 'Open in Temporal' }).getAttribute('href');
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\/hello-world__edsger$/);
  // Temporal's own page knows the workflow under this address.
  expect((await fetch(link ?? '')).status).toBe(200);
  await expectAccessible(page);
  await takePictures(page, 'run-inspector');
  await page.setViewportSize({ width: 1920, height: 1080 });
  await takePicture(page, 'run-inspector-1920');
  await page.setViewportSize({ width: 768, height: 1024 });
  await takePicture(page, 'run-inspector-768');
  await page.setViewportSize({ width: 1280, height: 900 });

  await page.getByRole('button', { name: 'Engine tasks' }).click();
  await history().getByText('The engine took the run up.').first().waitFor();
  await page.reload();
  await history().getByText('The engine took the run up.').first().waitFor();
  expect(new URL(page.url()).searchParams.getAll('shows')).toContain('task');
  await page.getByRole('button', { name: 'Engine tasks' }).click();

  await post(`${RUN}/approve-step`, { stepName: 'check', decision: 'approved', by: 'grace' });
  await history().getByText('Step check was approved by grace.').waitFor({ timeout: 20_000 });
  await page.getByText(/The workflow is over/).waitFor({ timeout: 20_000 });
  await history().getByText('The run is over.').waitFor();
  await page.context().close();
});
