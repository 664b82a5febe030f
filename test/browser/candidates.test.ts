import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { cancel, getCandidate, startForSure } from '../support/api.ts';
import { until } from '../support/until.ts';
import { serveManyCandidates } from './many-candidates.ts';
import { expectAccessible, expectToFit, openPage, takePicture, takePictures } from './open-page.ts';
import { api, untilCandidateIs, untilDiscovered } from './stage.ts';

const MIGRATION = 'app-chart';
const CANDIDATE = 'shipping';

await untilDiscovered(MIGRATION);
let page = await openPage(`/migrations/${MIGRATION}`);

const searchOf = () => new URL(page.url()).searchParams;
const link = (id: string) =>
  page.getByRole('table', { name: 'Candidates' }).getByRole('link', { name: id, exact: true });

test('candidates are filtered by the values of labels, and by what a cell says', async () => {
  await link('billing').waitFor();
  await page.getByRole('button', { name: 'Value of label team' }).click();
  await page.getByRole('menuitemradio', { name: /^payments/ }).waitFor();
  await takePictures(page, 'candidates-label-values');
  await page.getByRole('menuitemradio', { name: /^payments/ }).click();
  await page.getByRole('button', { name: 'Remove filter: Label team is payments' }).waitFor();
  await link('shipping').waitFor({ state: 'detached' });
  expect(searchOf().getAll('label')).toEqual(['team=payments']);
  await page.reload();
  await page.getByRole('button', { name: 'Remove filter: Label team is payments' }).click();
  await link('shipping').waitFor();
});

test('several run states and whom they wait for narrow the list together', async () => {
  await startForSure(api, MIGRATION, CANDIDATE);
  await untilCandidateIs(MIGRATION, CANDIDATE, 'pending');
  await page.goto(`/migrations/${MIGRATION}?runState=paused&runState=pending`);
  await page.getByRole('button', { name: 'Remove filter: Run state is Paused or Pending' }).waitFor();
  await link(CANDIDATE).waitFor();
  await link('billing').waitFor({ state: 'detached' });
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: CANDIDATE, exact: true }) });
  await row.getByTitle(/^Filter by waiting on/).click();
  await page.getByRole('button', { name: /^Remove filter: Waiting on/ }).waitFor();
  await link(CANDIDATE).waitFor();
  expect(searchOf().getAll('runState')).toEqual(['paused', 'pending']);
  expect(searchOf().getAll('who')).toHaveLength(1);
  await expectAccessible(page);
  await takePictures(page, 'candidates-filtered');
  await page.getByRole('button', { name: 'Clear all' }).click();
  await link('billing').waitFor();
});

test('on a phone one that can be started again keeps its pull request beside what can be done', async () => {
  await until('the run to end', async () => {
    await cancel(api, MIGRATION, CANDIDATE);
    const { status, runState } = await getCandidate(api, MIGRATION, CANDIDATE);
    return status === 'not_started' && runState === undefined;
  });
  await page.goto(`/migrations/${MIGRATION}?q=${CANDIDATE}`);
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: CANDIDATE, exact: true }) });
  await row.getByRole('button', { name: `Start ${CANDIDATE}` }).waitFor();
  await page.setViewportSize({ width: 375, height: 812 });
  const parts = [
    row.getByRole('link', { name: /#\d+$/ }),
    row.getByRole('link', { name: `Preview ${CANDIDATE}` }),
    row.getByRole('button', { name: `Start ${CANDIDATE}` }),
  ];
  const boxOf = async (part: Locator) => (await part.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  // Rows are measured once they are there.
  await expect
    .poll(async () => {
      const whole = await boxOf(row);
      const [pull, preview, start] = await Promise.all(parts.map(boxOf));
      if (pull === undefined || preview === undefined || start === undefined) return 'nothing';
      const isInside = start.y + start.height <= whole.y + whole.height && start.x + start.width <= 375;
      const isApart = pull.y + pull.height <= start.y && preview.x + preview.width <= start.x;
      const isAligned = Math.abs(pull.x + pull.width - (start.x + start.width)) < 1;
      return { isInside, isApart, isAligned };
    })
    .toEqual({ isInside: true, isApart: true, isAligned: true });
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await row.scrollIntoViewIfNeeded();
    await expectToFit(page, 'the card');
    await expectAccessible(page);
    await takePicture(page, `candidate-startable-with-pull-request-375-${theme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 900 });
});

test('columns are chosen, metadata too, and remembered', async () => {
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'environments' }).waitFor();
  const entries = await page.getByRole('menuitemcheckbox').allInnerTexts();
  expect(entries).toEqual(expect.arrayContaining(['Step', 'Since', 'Attempt', 'team', 'environments']));
  await page.getByRole('menuitemcheckbox', { name: 'environments' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Last seen' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('columnheader', { name: 'environments' }).waitFor();
  await page.reload();
  await page.getByRole('columnheader', { name: 'environments' }).waitFor();
  await page.getByRole('columnheader', { name: 'Last seen' }).waitFor();
  await expectAccessible(page);
  const isInside = await page
    .getByRole('table', { name: 'Candidates' })
    .evaluate((table) => table.getBoundingClientRect().right < document.documentElement.clientWidth);
  expect(isInside, 'the table scrolls by itself').toBe(true);
  await page.setViewportSize({ width: 800, height: 900 });
  await page.getByRole('columnheader', { name: 'environments' }).waitFor();
  await expectToFit(page, 'a table with chosen columns at 800 px');
  await takePicture(page, 'candidates-columns-800');
  await page.setViewportSize({ width: 375, height: 812 });
  await page.locator('[data-further="environments"]:not(:empty)').first().waitFor();
  await page.setViewportSize({ width: 1280, height: 900 });
  await takePictures(page, 'candidates-columns');
});

test('a table that is wider than the page scrolls sideways under a head that stays in sight', async () => {
  page = await openPage('about:blank');
  await serveManyCandidates(page, MIGRATION);
  await page.goto(`/migrations/${MIGRATION}`);
  await link('org/repository-000000').waitFor();
  await page.getByRole('button', { name: 'Columns' }).click();
  for (const name of ['Attempt', 'Kind', 'Last seen', 'team'])
    await page.getByRole('menuitemcheckbox', { name, exact: true }).click();
  await page.keyboard.press('Escape');
  const table = page.getByRole('table', { name: 'Candidates' });
  const head = table.locator('thead');
  const body = table.locator('tbody');
  await table.getByRole('columnheader', { name: 'team' }).waitFor();
  await page.evaluate(() => window.scrollTo(0, 2_000));
  await expect.poll(async () => (await head.boundingBox())?.y).toBe(0);
  const moved = await body.evaluate((element) => {
    element.scrollLeft = 200;
    return element.scrollLeft;
  });
  expect(moved).toBeGreaterThan(0);
  await expect.poll(() => head.evaluate((element) => element.scrollLeft)).toBe(moved);
  const edgeOf = async (cells: Locator) => (await cells.last().boundingBox())?.x;
  await expect
    .poll(() => edgeOf(head.getByRole('columnheader')))
    .toBe(await edgeOf(body.getByRole('row').first().getByRole('cell')));
  const place = await body.boundingBox();
  const name = await body.getByRole('row').first().getByRole('link').first().boundingBox();
  expect(name?.x).toBeGreaterThan(place?.x ?? 0);
  await takePicture(page, 'candidates-wide');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
});
