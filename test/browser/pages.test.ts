import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createApi, listAll } from '../support/api.ts';
import { until } from '../support/until.ts';
import { connectBrowser, expectAccessible, openPage, takePicture } from './open-page.ts';
import { PAGES } from './page-list.ts';

const WIDTHS = [375, 768, 1280, 1920];

let browser: Browser;
beforeAll(async () => {
  browser = await connectBrowser();
  const api = createApi(inject('consoleUrl'));
  await until(
    'discovery',
    async () =>
      (await listAll(api, 'app-chart')).length === 13 && (await listAll(api, 'hello-world')).length === 6,
  );
});
afterAll(() => browser?.close());

for (const theme of ['light', 'dark'] as const) {
  for (const [name, { path, heading }] of Object.entries(PAGES)) {
    test(`${name} is whole, accessible and fits every width in the ${theme} theme`, async () => {
      const page = await openPage(browser, path, { theme });
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      await page.waitForLoadState('networkidle');
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await expectAccessible(page);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow, `${name} at ${width} px scrolls sideways`).toBeLessThanOrEqual(0);
        await takePicture(page, `${name}-${width}-${theme}`);
      }
      await page.context().close();
    });
  }
}

test('a page that does not exist says so', async () => {
  const page = await openPage(browser, '/nowhere');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await expectAccessible(page);
  await page.context().close();
});
