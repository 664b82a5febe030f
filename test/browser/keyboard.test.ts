import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectAccessible, openPage } from './open-page.ts';
import { untilDiscovered } from './stage.ts';

await untilDiscovered('app-chart', 'hello-world');

async function open(path: string, heading: string): Promise<Page> {
  const page = await openPage(path);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  await page.waitForLoadState('networkidle');
  return page;
}

test('the skip link leads past the navigation', async () => {
  const page = await open('/activity', 'Activity');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
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
});

test('the keys are told, and what was opened closes with escape', async () => {
  const page = await open('/workers', 'Workers');
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys' });
  await help.waitFor();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });
});

test('an instance of a worker is opened and left by the keyboard alone', async () => {
  const page = await open('/workers', 'Workers');
  const first = page.getByRole('table', { name: 'Instances of app-chart' }).getByRole('link');
  const name = await first.innerText();
  await page.keyboard.press('j');
  await expect.poll(() => first.evaluate((link) => link === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog', { name });
  await drawer.waitFor();
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'hidden' });
});
