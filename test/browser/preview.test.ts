import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createApi, listAll } from '../support/api.ts';
import { until } from '../support/until.ts';
import { connectBrowser, expectAccessible, openPage, takePicture } from './open-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await connectBrowser();
  await until(
    'discovery',
    async () => (await listAll(createApi(inject('consoleUrl')), 'app-chart')).length === 13,
  );
});
afterAll(() => browser?.close());

test('a preview shows the differences of real repositories, side by side and unified, and changes nothing', async () => {
  const page = await openPage(browser, '/migrations/app-chart/candidates/billing/preview');
  await page.getByRole('heading', { level: 1, name: 'Preview of billing' }).waitFor();
  const run = page.getByRole('button', { name: /^(Preview|Run the preview|Run)/ }).first();
  if (await run.isVisible()) await run.click();
  await page
    .getByText(/steps? changes? \d+ files?/)
    .first()
    .waitFor({ timeout: 45_000 });
  await page.getByText('generate-chart').first().waitFor();
  await expectAccessible(page);
  await takePicture(page, 'preview-side-by-side');
  await page.getByRole('group', { name: 'Layout of the differences' }).getByText('Unified').click();
  await takePicture(page, 'preview-unified');
  const { data } = await createApi(inject('consoleUrl')).GET(
    '/migrations/{migrationId}/candidates/{candidateId}',
    {
      params: { path: { migrationId: 'app-chart', candidateId: 'billing' } },
    },
  );
  expect(data?.status).toBe('not_started');
  await page.context().close();
}, 90_000);
