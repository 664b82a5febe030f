import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { expectAccessible, openPage, takePicture, takePictures } from './open-page.ts';

let page: Page;

beforeEach(async () => {
  page = await openPage('/');
  await title('Home').waitFor();
});

const title = (name: string) => page.getByRole('heading', { level: 1, name });
const themeMenu = () => page.getByRole('combobox', { name: 'Theme' });
const palette = () => page.getByRole('dialog', { name: 'Search or jump to' });
const help = () => page.getByRole('dialog', { name: 'Keys' });
const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
/** What has the focus, by what it is called. */
const focused = () =>
  page.evaluate(
    () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent,
  );

async function openPalette(text: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await palette().waitFor();
  await page.keyboard.type(text);
}

test('the theme follows the system until another is chosen, which outlasts a reload and a change of the system', async () => {
  const light = await ground();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(ground).not.toBe(light);
  const dark = await ground();

  await themeMenu().selectOption('Light theme');
  await expect.poll(ground).toBe(light);
  await page.reload();
  await title('Home').waitFor();
  expect(await ground()).toBe(light);
  expect(await themeMenu().inputValue()).toBe('light');

  await page.emulateMedia({ colorScheme: 'light' });
  await themeMenu().selectOption('Dark theme');
  await expect.poll(ground).toBe(dark);
  await page.reload({ waitUntil: 'commit' });
  await title('Home').waitFor();
  expect(await ground()).toBe(dark);
  await expectAccessible(page);

  await themeMenu().selectOption('System theme');
  await expect.poll(ground).toBe(light);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(ground).toBe(dark);
});

test('without colours of its own, the navigation marks the page on screen alone', async () => {
  await page.emulateMedia({ forcedColors: 'active' });
  const links = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
  const lines = () =>
    links.evaluateAll((found) => found.map((link) => getComputedStyle(link).borderBottomColor));
  await expect
    .poll(async () => {
      const [current, ...others] = await lines();
      return others.length > 0 && others.every((line) => line === others[0] && line !== current);
    })
    .toBe(true);
  await takePicture(page, 'navigation-forced-colors');
});

test('the palette changes the theme too, and the menu shows it', async () => {
  const light = await ground();
  await openPalette('dark theme');
  await page.getByRole('menuitem', { name: 'Dark theme' }).waitFor();
  await page.keyboard.press('Enter');
  await palette().waitFor({ state: 'hidden' });
  await expect.poll(ground).not.toBe(light);
  expect(await themeMenu().inputValue()).toBe('dark');
});

test('the palette is walked with the arrows, says when nothing fits, and gives the focus back', async () => {
  await page.getByRole('searchbox', { name: 'Search migrations' }).focus();
  await openPalette('qqqq');
  await palette().getByText('Nothing fits “qqqq”.').waitFor();
  await expectAccessible(page);
  await takePictures(page, 'palette-nothing');
  // The first empties the field, as fields for a search do.
  await page.keyboard.press('Escape');
  await expect.poll(() => palette().getByRole('searchbox').inputValue()).toBe('');
  await page.keyboard.press('Escape');
  await palette().waitFor({ state: 'hidden' });
  await expect.poll(focused).toBe('Search migrations');

  await openPalette('theme');
  const entries = palette().getByRole('menuitem');
  await entries.getByText('System theme').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  const at = palette().locator('[role=menuitem][data-focused]');
  await expect.poll(() => at.count()).toBe(1);
  await at.getByText('Dark theme').or(at.getByText('Light theme')).waitFor();
});

test('the palette leads to the migrations, workers and pages that it names', async () => {
  await openPalette('world');
  await palette()
    .getByRole('menuitem', { name: /^Hello, world/ })
    .click();
  await title('Hello, world').waitFor();
  await openPalette('app-chart');
  await palette().getByRole('menuitem', { name: 'app-chart Worker' }).click();
  await title('Workers').waitFor();
  await openPalette('keys');
  await palette().getByRole('menuitem', { name: 'Show the keys' }).click();
  await help().waitFor();
  await takePictures(page, 'keys');
  await help().getByRole('link', { name: 'All components in all states' }).click();
  await title('Components').waitFor();
  await help().waitFor({ state: 'hidden' });
});

test('single keys can be switched off and on again', async () => {
  await page.getByRole('button', { name: 'Keys' }).click();
  await help().getByRole('checkbox', { name: 'Single keys' }).uncheck();
  await page.keyboard.press('Escape');
  await help().waitFor({ state: 'hidden' });
  await page.reload();
  await title('Home').waitFor();
  await page.keyboard.press('?');
  // Keys are taken in their order: once the palette is open, the help would be.
  await openPalette('');
  expect(await help().count()).toBe(0);
  await page.keyboard.press('Escape');
  await palette().waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Keys' }).click();
  await help().getByRole('checkbox', { name: 'Single keys' }).check();
  await page.keyboard.press('Escape');
  await help().waitFor({ state: 'hidden' });
  await page.keyboard.press('?');
  await help().waitFor();
});

test('the navigation leads to each page, marks where one is, and begins at its content', async () => {
  const main = page.getByRole('navigation', { name: 'Main' });
  for (const name of ['Workers', 'Activity', 'Deliveries', 'Home']) {
    await main.getByRole('link', { name, exact: true }).click();
    await title(name).waitFor();
    await main.locator('[aria-current=page]').getByText(name, { exact: true }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('content');
    expect(await page.title()).toContain(name);
  }
  await page.getByRole('link', { name: 'Timeline of an id' }).waitFor({ state: 'hidden' });
  await page.goto('/activity');
  await page.getByRole('link', { name: 'Timeline of an id' }).click();
  await title('Timeline').waitFor();
  await page.getByRole('link', { name: 'Loom, home' }).click();
  await title('Home').waitFor();
});

test('an address that leads nowhere says so and leads home', async () => {
  await page.goto('/migrations/hello-world/nowhere');
  await title('There is no such page').waitFor();
  expect(await page.title()).toContain('Not found');
  await expectAccessible(page);
  await takePictures(page, 'not-found');
  await page.getByRole('link', { name: 'Go home' }).click();
  await title('Home').waitFor();
});
