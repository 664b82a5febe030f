import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { afterAll, expect, inject, onTestFinished, TestRunner } from 'vitest';
import { until } from '../support/until.ts';
import { watchPage } from './watch-page.ts';

export interface Look {
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
  /** Where the console is, when not at the server of all tests. */
  readonly baseURL?: string;
}

const browser = await chromium.connect(inject('browserEndpoint'));
afterAll(() => browser.close());

/** A page of its own, which is closed with the test that opens it, or with the file where none does. */
export async function openPage(
  path: string,
  { width = 1280, theme = 'light', baseURL = inject('consoleUrl') }: Look = {},
): Promise<Page> {
  const context = await browser.newContext({
    baseURL,
    viewport: { width, height: 900 },
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  if (TestRunner.getCurrentTest() !== undefined) onTestFinished(() => context.close());
  const page = await context.newPage();
  watchPage(page, new URL(baseURL).host);
  await page.goto(path);
  return page;
}

/**
 * Lets time pass on a page whose clock is installed, faster than it does, until something is so. Requests take the time
 * that they take.
 */
export async function hasten(page: Page, what: string, isSo: () => Promise<boolean>): Promise<void> {
  await until(what, async () => {
    if (await isSo()) return true;
    await page.clock.fastForward(3_000);
    return false;
  });
}

const axeSource = readFile('node_modules/axe-core/axe.min.js', 'utf8');

/** axe-core on the page as it is; a violation names the rule and the elements. */
export async function expectAccessible(page: Page): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(await axeSource);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { target: unknown }[] }[] }> };
    };
    const result = await axe.run();
    return result.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => String(node.target)).join(' | ')}`,
    );
  });
  expect(violations).toEqual([]);
}

export async function takePicture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(inject('artifacts'), `${name}.png`) });
}

/** Nothing sticks out, so that the page does not scroll sideways. */
export async function expectToFit(page: Page, what: string): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${what} scrolls sideways`).toBeLessThanOrEqual(0);
}

/** The state as it is at a desk and, in the other theme, on a phone, where nothing may stick out. */
export async function takePictures(page: Page, name: string): Promise<void> {
  await takePicture(page, name);
  await page.setViewportSize({ width: 375, height: 812 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectToFit(page, `${name} on a phone`);
  await expectAccessible(page);
  await takePicture(page, `${name}-375-dark`);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 900 });
}
