import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedis, findTemporal, getFreePorts, startRedis, startServer, startTemporal } from '@loom/stack';
import type { Locator, Page } from 'playwright-core';
import { afterAll, expect, inject, onTestFinished, test } from 'vitest';
import { until } from '../support/until.ts';
import { openBadProxy, type Treatment } from './bad-proxy.ts';
import { expectAccessible, hasten, openPage, takePictures } from './open-page.ts';
import { untilDiscovered } from './stage.ts';

const proxy = await openBadProxy(inject('consoleUrl'));
afterAll(() => proxy.stop());
await untilDiscovered('hello-world');

/** A page whose time can be hastened. */
async function open(path: string, baseURL = proxy.url): Promise<Page> {
  const page = await openPage('about:blank', { baseURL });
  onTestFinished(() => proxy.treat('pass'));
  await page.clock.install();
  await page.goto(path);
  return page;
}

const seen = (page: Page, place: Locator) => hasten(page, 'what is to be seen', () => place.isVisible());
const gone = (page: Page, place: Locator) => hasten(page, 'what is to go', () => place.isHidden());

const migration = (page: Page) => page.getByRole('link', { name: 'Hello, world' });

const failures: readonly { treatment: Treatment; stale: RegExp; failed: RegExp }[] = [
  { treatment: 'reset', stale: /The server does not answer\. It was last heard/, failed: /does not answer/ },
  {
    treatment: 'gateway',
    stale: /The server does not answer\. It was last heard/,
    failed: /does not answer/,
  },
  {
    treatment: 'cut',
    stale: /Shown as it was .* broke off in the middle/,
    failed: /broke off in the middle/,
  },
  { treatment: 'garbage', stale: /Shown as it was .* cannot be read/, failed: /cannot be read/ },
  { treatment: 'page', stale: /Shown as it was .* cannot be read/, failed: /cannot be read/ },
  { treatment: 'problem', stale: /Shown as it was .* Redis is away/, failed: /redis is away/i },
];

test.each(failures)(
  'what is on screen stays and says how old it is: $treatment',
  async ({ treatment, stale }) => {
    const page = await open('/activity');
    const event = page.getByRole('button', { name: 'Details' }).first();
    await event.waitFor();
    proxy.treat(treatment);
    const note = page.getByRole('status').filter({ hasText: stale }).first();
    await seen(page, note);
    expect(await event.isVisible()).toBe(true);
    await expectAccessible(page);
    await takePictures(page, `stale-${treatment}`);
    proxy.treat('pass');
    await gone(page, note);
  },
);

test.each(failures)(
  'a page that cannot be read says why, and comes by itself: $treatment',
  async ({ treatment, failed }) => {
    proxy.treat(treatment);
    const page = await open('/');
    await page.getByRole('alert').filter({ hasText: failed }).first().waitFor();
    await page.getByRole('button', { name: 'Try again' }).first().waitFor();
    await expectAccessible(page);
    await takePictures(page, `failed-${treatment}`);
    proxy.treat('pass');
    await seen(page, migration(page));
    await gone(page, page.getByRole('alert').first());
  },
);

test('a slow server is waited for with the page in outline', async () => {
  proxy.treat('slow');
  const page = await open('/migrations/hello-world');
  await page.getByText('Loading the migration').waitFor();
  await takePictures(page, 'loading');
  proxy.treat('pass');
  await page.getByRole('heading', { level: 1, name: 'Hello, world' }).waitFor();
  await page.getByRole('link', { name: 'margaret', exact: true }).waitFor();
});

test('a run that vanishes while it is open is said to be gone, and comes back by itself', async () => {
  const page = await open('/migrations/hello-world/candidates/margaret');
  await page.getByRole('heading', { level: 1, name: 'margaret' }).waitFor();
  const start = page.getByRole('button', { name: 'Start…' });
  await start.waitFor();
  proxy.treat('gone', /candidates\/margaret/);
  const note = page.getByText('margaret is not there any more');
  await seen(page, note);
  await expectAccessible(page);
  await takePictures(page, 'vanished');
  proxy.treat('pass');
  await gone(page, note);
  await start.waitFor();
});

test('a page that nobody sees reads seldom, and at once when it is seen again', async () => {
  const page = await open('/activity');
  await page.getByRole('button', { name: 'Details' }).first().waitFor();
  const turn = (state: DocumentVisibilityState) =>
    page.evaluate((to) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => to });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      return Date.now();
    }, state);
  const read = () => proxy.asked.filter((path) => path.startsWith('/api/v1/events')).length;
  const atFirst = read();
  await hasten(page, 'two reads more', async () => read() >= atFirst + 2);
  await turn('hidden');
  const before = read();
  for (let seconds = 0; seconds < 30; seconds += 5) await page.clock.fastForward(5_000);
  // What was about to be read when nobody saw it any more still is.
  expect(read() - before).toBeLessThanOrEqual(1);
  const unseen = read();
  const turnedAt = await turn('visible');
  await until('a read', async () => read() > unseen);
  // By itself it would have read again half a minute later.
  expect((await page.evaluate(() => Date.now())) - turnedAt).toBeLessThan(15_000);
});

test('a page whose script cannot be loaded says so under its own name, and opens by itself', async () => {
  const page = await open('/');
  await migration(page).waitFor();
  await page.route(/\/(assets\/|favicon)/, (route) => route.abort());
  await page.getByRole('link', { name: 'Workers' }).click();
  await seen(page, page.getByRole('heading', { level: 1, name: 'Workers' }));
  await seen(page, page.getByText('The server cannot be reached'));
  await seen(page, page.getByText('The server does not answer.'));
  expect(await migration(page).count()).toBe(0);
  expect(await page.title()).toBe('Workers · Loom');
  await expectAccessible(page);
  await takePictures(page, 'page-not-loaded');
  await page.unroute(/\/(assets\/|favicon)/);
  await seen(page, page.getByRole('heading', { level: 2 }).first());
  await gone(page, page.getByText('The server cannot be reached'));
});

test('a dialog whose script cannot be loaded says so, and opens by itself', async () => {
  const page = await open('/migrations/hello-world/candidates/margaret');
  const start = page.getByRole('button', { name: 'Start…' });
  await start.waitFor();
  await page.route(/\/(assets\/|favicon)/, (route) => route.abort());
  await start.click();
  await seen(page, page.getByText('The server does not answer.'));
  await page.unroute(/\/(assets\/|favicon)/);
  await seen(page, page.getByRole('dialog', { name: /^Start/ }));
  await gone(page, page.getByText('The server does not answer.'));
});

test('a server that is killed and started again is missed and found', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'loom-killed-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const redis = await startRedis({ source: await findRedis() });
  onTestFinished(() => redis.stop());
  const temporal = await startTemporal({ binary: await findTemporal() });
  onTestFinished(() => temporal.stop());
  const [port = 0] = await getFreePorts(1);
  const start = () =>
    startServer({
      redisUrl: redis.url,
      temporalAddress: temporal.address,
      port,
      logFile: join(dir, 'server.log'),
    });
  const first = await start();
  onTestFinished(() => first.stop());
  const page = await open('/', first.url);
  await page.getByText('No migration is announced yet').waitFor();
  await takePictures(page, 'home-empty');
  await first.kill('SIGKILL');
  const banner = page.getByText('The server does not answer.');
  await seen(page, banner);
  await page.getByRole('link', { name: 'Workers' }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await takePictures(page, 'server-killed');
  const second = await start();
  onTestFinished(() => second.stop());
  await gone(page, banner);
  await seen(page, page.getByText('No worker has announced itself yet'));
});
