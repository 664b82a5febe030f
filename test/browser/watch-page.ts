import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, expect, inject } from 'vitest';

/** What each page of this file's tests said, for whoever asks why a test failed. */
const pages = new Map<Page, string[]>();
/** What fails a test by itself, whatever it asserts. */
const wrong: string[] = [];

const expectNothingWrong = () => expect(wrong.splice(0), 'wrong on the page').toEqual([]);

/** Fails the test when the console throws or asks another host, and keeps what is to be seen of the page when it fails. */
export function watchPage(page: Page, host: string): void {
  const said: string[] = [];
  pages.set(page, said);
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) said.push(`${message.type()}: ${message.text()}`);
  });
  page.on('requestfailed', (request) =>
    said.push(`no answer: ${request.url()} ${request.failure()?.errorText ?? ''}`),
  );
  page.on('pageerror', (error) => {
    said.push(`thrown: ${error.stack ?? error.message}`);
    wrong.push(`The console throws: ${error.message}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.host !== host)
      wrong.push(`The console asks another host: ${url.href}`);
  });
}

afterEach(async ({ task }) => {
  const open = [...pages].filter(([page]) => !page.isClosed());
  if (task.result?.state === 'fail' || wrong.length > 0)
    await Promise.all(open.map(([page, said], index) => keep(page, said, `${task.name} ${index + 1}`)));
  expectNothingWrong();
});
afterAll(expectNothingWrong);

/** A picture, and in words where the page was, what it showed and what the browser had said. */
async function keep(page: Page, said: readonly string[], what: string): Promise<void> {
  const folder = join(inject('artifacts'), 'failed');
  await mkdir(folder, { recursive: true });
  const path = join(folder, what.replaceAll(/\W+/g, '-').slice(0, 120));
  await page.screenshot({ path: `${path}.png`, fullPage: true }).catch(() => undefined);
  const shown = await page
    .locator('body')
    .ariaSnapshot()
    .catch((error: unknown) => String(error));
  await writeFile(`${path}.txt`, [page.url(), ...said, '', shown, ''].join('\n'));
}
