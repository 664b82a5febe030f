import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createApi, listAll } from '../support/api.ts';
import { until } from '../support/until.ts';
import { connectBrowser, expectAccessible, openPage, takePicture } from './open-page.ts';
import { PAGES } from './page-list.ts';

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

const everyPage = Object.entries(PAGES);

async function open(path: string, heading: string, width?: number): Promise<Page> {
  const page = await openPage(browser, path, width === undefined ? {} : { width });
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  await page.waitForLoadState('networkidle');
  return page;
}

/** What has the focus, and whether somebody can see that it has. */
function focused(page: Page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return undefined;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return {
      name: `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent.trim()}`.slice(
        0,
        60,
      ),
      isSeen: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1,
    };
  });
}

test.each(everyPage)(
  '%s is walked by the tab key, the focus is always seen, and tables have names',
  async (_name, { path, heading }) => {
    const page = await open(path, heading);
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
    await page.context().close();
  },
);

test.each(everyPage)(
  '%s fits a screen magnified four times, and is told apart without colours of its own',
  async (name, { path, heading }) => {
    const page = await open(path, heading, 320);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, `${name} scrolls sideways at 320 px`).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ forcedColors: 'active' });
    await expectAccessible(page);
    await takePicture(page, `${name}-forced-colors`);
    await page.context().close();
  },
);

test('the skip link leads past the navigation', async () => {
  const page = await open('/activity', 'Activity');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
  await page.context().close();
});

test('a candidate is found, opened and left by the keyboard alone', async () => {
  const page = await open('/', 'Home');
  await page.keyboard.press('/');
  await page.keyboard.type('Hello');
  await page.getByRole('link', { name: 'A chart for each application' }).waitFor({ state: 'hidden' });
  // The first leaves the field, with what was typed; then j goes to the rows.
  await page.getByRole('searchbox').press('Tab');
  await page.keyboard.press('j');
  await page.getByRole('link', { name: 'Hello, world' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Hello, world' }).waitFor();
  await page.getByRole('link', { name: 'ada', exact: true }).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.getByText('1 candidate selected').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('1 candidate selected').waitFor({ state: 'hidden' });
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'ada' }).waitFor();
  await page.context().close();
});

test('the keys are told, and what was opened closes with escape', async () => {
  const page = await open('/workers', 'Workers');
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys' });
  await help.waitFor();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });
  await page.context().close();
});
