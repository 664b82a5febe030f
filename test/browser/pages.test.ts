import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { expectAccessible, expectToFit, openPage, takePicture } from './open-page.ts';
import { PAGES } from './page-list.ts';
import { untilDiscovered } from './stage.ts';

const WIDTHS = [375, 768, 1280, 1920];
const MOST_SCRIPT_BYTES = 200_000;

const scriptBytes: Record<string, number> = {};
await untilDiscovered('app-chart', 'hello-world');
afterAll(async () => {
  await writeFile(
    join(inject('artifacts'), 'script-bytes.json'),
    `${JSON.stringify(scriptBytes, null, 2)}\n`,
  );
});

/** What has the focus, and whether somebody can see that it has. */
function focused(page: Page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return undefined;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const name = element.getAttribute('aria-label') ?? element.textContent.trim();
    return {
      name: `${element.tagName} ${name}`.slice(0, 60),
      isSeen: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1,
    };
  });
}

/** One visit for each page; what is asked of it needs no other. */
describe.each(Object.entries(PAGES))('%s', (name, { path, heading }) => {
  let page: Page;
  const scripts: Promise<number>[] = [];
  beforeAll(async () => {
    page = await openPage('about:blank');
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script')
        scripts.push(response.body().then((body) => gzipSync(body, { level: 9 }).length));
    });
    await page.goto(path);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await page.waitForLoadState('networkidle');
  });
  afterAll(() => page?.context().close());

  test('its first load takes less than 200 kB of compressed script', async () => {
    const bytes = (await Promise.all(scripts)).reduce((sum, size) => sum + size, 0);
    scriptBytes[name] = bytes;
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(MOST_SCRIPT_BYTES);
  });

  test.each(['light', 'dark'] as const)(
    'it is whole, accessible and fits every width in the %s theme',
    async (theme) => {
      await page.emulateMedia({ colorScheme: theme });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await expectAccessible(page);
        await expectToFit(page, `${name} at ${width} px`);
        await takePicture(page, `${name}-${width}-${theme}`);
      }
    },
  );

  test('it fits a screen magnified four times, and is told apart without colours of its own', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 320, height: 900 });
    await expectToFit(page, `${name} at 320 px`);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ forcedColors: 'active' });
    await expectAccessible(page);
    await takePicture(page, `${name}-forced-colors`);
    await page.emulateMedia({ forcedColors: 'none' });
  });

  test('it is walked by the tab key, the focus is always seen, and tables have names', async () => {
    await page.keyboard.press('Tab');
    expect((await focused(page))?.name).toBe('A Skip to content');
    const unseen: string[] = [];
    for (let steps = 0; steps < 25; steps += 1) {
      await page.keyboard.press('Tab');
      const now = await focused(page);
      if (now === undefined) break;
      if (!now.isSeen) unseen.push(now.name);
    }
    expect(unseen).toEqual([]);
    const nameless = await page.evaluate(
      () =>
        [...document.querySelectorAll('table')].filter(
          (table) =>
            (table.getAttribute('aria-label') ?? table.caption?.textContent ?? '').trim() === '' &&
            // A difference has no head; its file names it.
            table.closest('article') === null,
        ).length,
    );
    expect(nameless).toBe(0);
  });
});
