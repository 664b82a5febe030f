import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { candidateAt, getCandidate, startForSure } from '../support/api.ts';
import { until } from '../support/until.ts';
import { expectAccessible, openPage, takePictures } from './open-page.ts';
import { api, startWorker } from './stage.ts';

const MIGRATION = 'orchard';
const TREES = { apple: 'rose', cherry: 'rose', fig: 'mulberry', lemon: 'rue', pear: 'rose', quince: 'rose' };
const candidates = Object.entries(TREES).map(([id, family]) => ({ id, labels: { family } }));

/** Its steps stay with the worker, so that what was started goes on. Asked to look again, it misses one and finds one. */
const worker = await startWorker({
  ...{ id: MIGRATION, steps: ['dig', 'plant'], candidates, labelKeys: ['family'] },
  requiredInputs: [{ name: 'depth', label: 'Depth', type: 'number', required: true, default: 40 }],
  capabilities: { discover: true },
  onDispatch: () => ({ status: 202 }),
  onRequest: async (path, _, asked) => {
    if (path !== '/discover') return { status: 404 };
    const found = candidates.filter(({ id }) => id !== 'fig');
    await asked.submit([...found, { id: 'medlar', labels: { family: 'rose' } }], true);
    return { status: 202 };
  },
});
const page = await openPage(`/migrations/${MIGRATION}`);

const table = () => page.getByRole('table', { name: 'Candidates' });
const link = (id: string) => table().getByRole('link', { name: id, exact: true });
const pick = (id: string) => page.getByRole('checkbox', { name: `Select ${id}` });
const search = () => page.getByRole('searchbox', { name: 'Search candidates' });
const searchOf = () => Object.fromEntries(new URL(page.url()).searchParams);
const shown = () => table().getByRole('rowheader').getByRole('link').allInnerTexts();
const runsOf = async (id: string) =>
  (await api.GET('/migrations/{migrationId}/candidates/{candidateId}/runs', candidateAt(MIGRATION, id))).data
    ?.total;
const outcome = (dialog: Locator, id: string) =>
  dialog.getByRole('list', { name: 'Outcomes' }).getByRole('listitem').filter({ hasText: id });

async function chooseFrom(menu: string, entry: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: menu }).click();
  await page.getByRole('menu').getByText(entry).click();
}

test('search and order stand in the address, and survive a reload and the way back', async () => {
  await link('quince').waitFor();
  await table().getByRole('columnheader', { name: 'Candidate' }).getByRole('button').click();
  await expect.poll(shown).toEqual(['quince', 'pear', 'lemon', 'fig', 'cherry', 'apple']);
  await search().fill('p');
  await expect.poll(shown).toEqual(['pear', 'apple']);
  expect(searchOf()).toEqual({ sort: '-id', q: 'p' });
  await page.reload();
  await expect.poll(shown).toEqual(['pear', 'apple']);
  expect(await search().inputValue()).toBe('p');
  await link('pear').click();
  await page.getByRole('heading', { level: 1, name: 'pear' }).waitFor();
  await page.goBack();
  await expect.poll(shown).toEqual(['pear', 'apple']);
  expect(await search().inputValue()).toBe('p');
  await page.getByRole('button', { name: 'Remove filter: Contains “p”' }).click();
  await link('fig').waitFor();
  await chooseFrom('Sort', 'Name, A to Z');
  await expect.poll(shown).toEqual(['apple', 'cherry', 'fig', 'lemon', 'pear', 'quince']);
  await expect.poll(searchOf).toEqual({});
});

test('a value is filtered by where it stands, or by what is typed', async () => {
  await page.getByTitle('Filter by family mulberry').click();
  await page.getByText('1 candidate of 6').waitFor();
  expect(await shown()).toEqual(['fig']);
  await page.getByRole('button', { name: /^Value of label family/ }).click();
  await page.getByRole('menuitemradio', { name: 'Another value…' }).click();
  await page.getByRole('textbox', { name: 'Value of label family' }).fill('rue');
  await page.getByRole('button', { name: 'Add label filter' }).click();
  await page.getByRole('button', { name: 'Remove filter: Label family is rue' }).waitFor();
  await expect.poll(shown).toEqual(['lemon']);
  await table().getByTitle('Filter by not started').click();
  await page.getByRole('button', { name: 'Remove filter: Status is Not started' }).waitFor();
  await page.getByRole('button', { name: 'Not started' }).first().click();
  await page
    .getByRole('button', { name: 'Remove filter: Status is Not started' })
    .waitFor({ state: 'hidden' });
  await search().fill('nothing like this');
  await page.getByText('No candidate fits these filters').waitFor();
  await expectAccessible(page);
  await takePictures(page, 'candidates-none-fit');
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await link('quince').waitFor();
});

test('what is shown is downloaded as CSV', async () => {
  await page.goto(`/migrations/${MIGRATION}?label=family%3Drose&sort=-id`);
  await page.getByText('4 candidates of 6').waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export CSV' }).click(),
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'loom-csv-'));
  try {
    const file = join(folder, 'candidates.csv');
    await download.saveAs(file);
    const [header, ...lines] = (await readFile(file, 'utf8')).trim().split('\r\n');
    expect(header).toMatch(/^id,kind,status,.*,label:family$/);
    expect(lines.map((line) => line.split(',')[0])).toEqual(['quince', 'pear', 'cherry', 'apple']);
    expect(lines.every((line) => line.endsWith(',rose'))).toBe(true);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('one is started from its row, and a double click starts it once', async () => {
  await page.goto(`/migrations/${MIGRATION}`);
  await page.getByRole('button', { name: 'Start quince' }).click();
  const dialog = page.getByRole('dialog', { name: 'Start quince' });
  await dialog.getByRole('textbox', { name: 'Depth' }).fill('55');
  await dialog.getByRole('button', { name: 'Start', exact: true }).dblclick();
  await page.getByText('Started quince.').waitFor();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Start quince' }).waitFor({ state: 'hidden' });
  await until('the dispatch', async () =>
    worker.deliveries.some(({ candidate }) => candidate.id === 'quince'),
  );
  expect(worker.deliveries.find(({ candidate }) => candidate.id === 'quince')?.inputs).toEqual({ depth: 55 });
  expect(await runsOf('quince')).toBe(1);
});

test('rows are selected together, each is started by itself, and each has its outcome', async () => {
  await page.getByRole('checkbox', { name: 'Select every loaded candidate that can be started' }).check();
  await page.getByText('5 candidates selected').waitFor();
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await page.getByText('5 candidates selected').waitFor({ state: 'hidden' });
  for (const id of ['apple', 'pear', 'quince']) await pick(id).check();
  const bar = page.getByRole('region', { name: 'Selected candidates' });
  await bar.getByText('3 candidates selected').waitFor();
  // A filter does not lose what was selected.
  await search().fill('apple');
  await link('pear').waitFor({ state: 'hidden' });
  await expectAccessible(page);
  await takePictures(page, 'candidates-selected');
  await bar.getByRole('button', { name: 'Start selected…' }).click();
  const ask = page.getByRole('dialog', { name: 'Start 2 candidates' });
  await ask.getByRole('list', { name: 'Cannot be started' }).getByText('a run is open').waitFor();
  await expectAccessible(page);
  await takePictures(page, 'bulk-start');

  // Somebody else is faster with one of them.
  await startForSure(api, MIGRATION, 'pear');
  await ask.getByRole('button', { name: 'Start 2 candidates' }).click();
  const dialog = page.getByRole('dialog', { name: 'Starting 2 candidates' });
  await dialog.getByText('1 of 2 started, 1 refused.').waitFor();
  await outcome(dialog, 'apple').getByText('Started').waitFor();
  await outcome(dialog, 'pear').getByText(/open/).first().waitFor();
  await dialog.getByRole('button', { name: 'Try 1 candidate again' }).waitFor();
  await expectAccessible(page);
  await takePictures(page, 'bulk-start-outcomes');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await dialog.waitFor({ state: 'hidden' });
  // What was not started stays selected.
  await bar.getByText('2 candidates selected').waitFor();
  await page.keyboard.press('Escape');
  await bar.waitFor({ state: 'hidden' });
  expect(await Promise.all(['apple', 'pear', 'cherry'].map(runsOf))).toEqual([1, 1, 0]);
  expect((await getCandidate(api, MIGRATION, 'apple')).runState).toBeDefined();
});

test('whom a run waits for is chosen from a menu', async () => {
  await page.goto(`/migrations/${MIGRATION}`);
  await chooseFrom('Waiting on', /worker/);
  // Several may be chosen, so it stays open.
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: /^Remove filter: Waiting on/ }).waitFor();
  await expect.poll(shown).toEqual(['apple', 'pear', 'quince']);
  expect(searchOf()).toEqual({ who: 'worker' });
});

test('the worker is asked to look for candidates, and what it finds appears', async () => {
  await page.goto(`/migrations/${MIGRATION}`);
  await link('apple').waitFor();
  await page.getByRole('button', { name: 'Discover now' }).click();
  await page.getByText('The worker looks for candidates; they appear as it finds them.').waitFor();
  await link('medlar').waitFor();
});

test('what a discovery did not see any more is told, and cannot be started', async () => {
  await page.getByRole('button', { name: '1 not seen by the last discovery' }).click();
  await page.getByText('1 candidate of 7').waitFor();
  await link('fig').waitFor();
  await table().getByText('not seen any more').waitFor();
  expect(await page.getByRole('button', { name: 'Start fig' }).count()).toBe(0);
  await expectAccessible(page);
  await takePictures(page, 'candidates-gone');
  await page.getByRole('button', { name: 'Remove filter: Not seen by the last discovery' }).click();
  await link('medlar').waitFor();
});
