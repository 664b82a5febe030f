import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, expect, inject, test } from 'vitest';
import { MANY, serveManyCandidates } from './many-candidates.ts';
import { openPage } from './open-page.ts';
import { untilDiscovered } from './stage.ts';

const MIGRATION = '/migrations/app-chart';
/** Of the work of a plain table: about 12 of the 16.7 ms that a frame has on the machine that this was set on. */
const FRAME_BUDGET = 1.6;
/** Where a plain table takes `USUAL_PLAIN_MS` a frame or less; a slower machine has as much more. */
const FILTER_BUDGET_MS = 100;
const PAINT_BUDGET_MS = 4_000;
const USUAL_PLAIN_MS = 7;

const figures: Record<string, unknown> = {};
await untilDiscovered('app-chart');
afterAll(async () => {
  await writeFile(join(inject('artifacts'), 'speed.json'), `${JSON.stringify(figures, undefined, 2)}\n`);
});

/** How long this page's main thread has been at work, on its own clock: what else the machine does is not in it. */
async function createWorkClock(page: Page): Promise<() => Promise<number>> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1_000;
  };
}

/** Work in each frame of a plain table that is written anew: what this machine is like just now. */
async function plainTableMs(): Promise<number> {
  const page = await openPage('about:blank');
  const workedMs = await createWorkClock(page);
  const frames = 60;
  const before = await workedMs();
  await page.evaluate(async (count) => {
    const table = document.createElement('table');
    document.body.append(table);
    for (let frame = 0; frame < count; frame += 1) {
      const cells = Array.from({ length: 8 }, (_, cell) => `<td><span>${frame} ${cell}</span></td>`).join('');
      table.innerHTML = `<tr>${cells}</tr>`.repeat(40);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    table.remove();
  }, frames);
  const perFrameMs = ((await workedMs()) - before) / frames;
  await page.context().close();
  return perFrameMs;
}

/** By how much the machine is slower just now than the one that the times were set on. */
async function slownessNow(): Promise<number> {
  return Math.max(1, (await plainTableMs()) / USUAL_PLAIN_MS);
}

test(`${MANY} candidates scroll within the time that a frame has, and only those in sight are in the document`, async () => {
  const page = await openPage('about:blank');
  await serveManyCandidates(page, 'app-chart');
  await page.goto(MIGRATION);
  await page.getByText('100,000 candidates').waitFor();
  const workedMs = await createWorkClock(page);
  const plainBefore = await plainTableMs();
  const frames = 300;
  const before = await workedMs();
  const { deltas, mostRows, loaded } = await page.evaluate(async (count) => {
    const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    const times: number[] = [];
    let most = 0;
    let last = await nextFrame();
    for (let index = 0; index < count; index += 1) {
      // Two rows in each frame, which is faster than anybody reads.
      window.scrollBy(0, 116);
      const now = await nextFrame();
      times.push(now - last);
      last = now;
      most = Math.max(most, document.querySelectorAll('tbody tr').length);
    }
    return {
      deltas: times.toSorted((one, other) => one - other),
      mostRows: most,
      loaded: document.querySelector('caption')?.textContent ?? '',
    };
  }, frames);
  const perFrameMs = ((await workedMs()) - before) / frames;
  const plainMs = (plainBefore + (await plainTableMs())) / 2;
  figures['scroll: work per frame, ms'] = round(perFrameMs);
  figures['plain table: work per frame, ms'] = round(plainMs);
  figures['scroll: frame time p50, p95, p99, ms'] = [0.5, 0.95, 0.99].map((share) =>
    round(deltas[Math.floor(deltas.length * share)]),
  );
  expect(loaded).toMatch(/^[\d,]{3,} of 100,000 loaded/);
  expect(mostRows).toBeLessThan(60);
  expect(perFrameMs / plainMs).toBeLessThan(FRAME_BUDGET);
  await page.context().close();
});

const filters = [
  { name: 'chip', act: (page: Page) => page.getByRole('button', { name: /^Not started/ }).click() },
  { name: 'search', act: (page: Page) => page.getByRole('searchbox').fill('ledger') },
] as const;

test.each(filters)(
  'a filter by $name answers within 100 ms and the time that the server takes',
  async ({ name, act }) => {
    const page = await openPage('about:blank');
    await serveManyCandidates(page, 'app-chart');
    const slowness = await slownessNow();
    const budgetMs = FILTER_BUDGET_MS * slowness;
    const spans: number[] = [];
    // The quickest counts: what else the machine does is not the console's.
    for (let round = 0; round < 8 && (round < 3 || Math.min(...spans) >= budgetMs); round += 1) {
      await page.goto(MIGRATION);
      await page.getByText('100,000 candidates').waitFor();
      await page.waitForLoadState('networkidle');
      const span = watchFilter(page);
      await act(page);
      spans.push(await span);
    }
    figures[`filter by ${name}: beyond the server's time, ms`] = spans.map(round);
    figures[`filter by ${name}: slowness of the machine`] = round(slowness);
    expect(Math.min(...spans)).toBeLessThan(budgetMs);
    await page.context().close();
  },
);

/** From what a person does to the frame that shows the answer, without the time of the request. */
function watchFilter(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let actedAt: number | undefined;
        for (const type of ['click', 'input'])
          document.addEventListener(type, () => (actedAt ??= performance.now()), {
            capture: true,
            once: true,
          });
        const observer = new MutationObserver(() => {
          if (!document.body.textContent.includes('10,000 candidates of')) return;
          observer.disconnect();
          requestAnimationFrame(() => {
            const shownAt = performance.now();
            const request = performance
              .getEntriesByType('resource')
              .findLast((entry) => /candidates\?.*(status|q)=/.test(entry.name)) as PerformanceResourceTiming;
            resolve(request.startTime - (actedAt ?? 0) + (shownAt - request.responseEnd));
          });
        });
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
      }),
  );
}

const measured = [
  { name: 'home', path: '/', shown: 'Needs attention' },
  { name: 'candidates', path: MIGRATION, shown: '100,000 candidates' },
  { name: 'run', path: `${MIGRATION}/candidates/billing`, shown: 'protect-base' },
] as const;

test.each(measured)(
  '$name shows itself soon and stays put on a slow machine',
  async ({ name, path, shown }) => {
    const slowness = await slownessNow();
    const budgetMs = PAINT_BUDGET_MS * slowness;
    const all: Vitals[] = [];
    // The quickest counts: what else the machine does is not the console's. A shift counts always.
    const isLate = ({ largestContentfulPaintMs }: Vitals) => largestContentfulPaintMs >= budgetMs;
    while (all.length < 3 && all.every(isLate)) all.push(await loadSlowly(path, shown));
    figures[`${name}: on a CPU four times slower, 10 Mbit/s, 40 ms`] = { slowness: round(slowness), all };
    expect(Math.max(...all.map(({ layoutShift }) => layoutShift))).toBeLessThan(0.1);
    expect(Math.min(...all.map((vitals) => vitals.largestContentfulPaintMs))).toBeLessThan(budgetMs);
  },
);

type Vitals = Awaited<ReturnType<typeof readVitals>>;

/** The first load of a page, by a browser that has nothing of it yet. */
async function loadSlowly(path: string, shown: string): Promise<Vitals> {
  const page = await openPage('about:blank');
  await serveManyCandidates(page, 'app-chart');
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 40,
    downloadThroughput: 1_250_000,
    uploadThroughput: 1_250_000,
  });
  await page.goto(path);
  await page.getByText(shown).first().waitFor();
  await page.waitForLoadState('networkidle');
  const vitals = await readVitals(page);
  await page.context().close();
  return vitals;
}

/** As Lighthouse has them, from what the browser kept since the page began. */
function readVitals(page: Page) {
  return page.evaluate(async () => {
    const entriesOf = (type: string) =>
      new Promise<PerformanceEntry[]>((resolve) => {
        const observer = new PerformanceObserver((list) => {
          observer.disconnect();
          resolve(list.getEntries());
        });
        observer.observe({ type, buffered: true });
        // Nothing of this type was kept.
        setTimeout(() => resolve([]), 300);
      });
    const first = (await entriesOf('paint')).find(({ name }) => name === 'first-contentful-paint');
    const largest = (await entriesOf('largest-contentful-paint')).at(-1);
    const shifts = (await entriesOf('layout-shift')) as (PerformanceEntry & { value: number })[];
    const tasks = await entriesOf('longtask');
    return {
      firstContentfulPaintMs: Math.round(first?.startTime ?? Number.NaN),
      largestContentfulPaintMs: Math.round(largest?.startTime ?? Number.NaN),
      totalBlockingMs: Math.round(tasks.reduce((sum, { duration }) => sum + duration - 50, 0)),
      layoutShift: Math.round(shifts.reduce((sum, { value }) => sum + value, 0) * 1_000) / 1_000,
    };
  });
}

function round(value: number | undefined): number {
  return Math.round((value ?? Number.NaN) * 10) / 10;
}
