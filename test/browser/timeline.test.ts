import { expect, test } from 'vitest';
import { candidateAt, startForSure } from '../support/api.ts';
import { until } from '../support/until.ts';
import { expectAccessible, openPage, takePictures } from './open-page.ts';
import { api, startWorker, untilCandidateIs } from './stage.ts';

const MIGRATION = 'voyage';

/** One run that has ended well, one that waits, and one that is not started. */
const worker = await startWorker({
  ...{ id: MIGRATION, steps: ['sail'] },
  candidates: [{ id: 'beagle' }, { id: 'fram' }, { id: 'endurance' }],
  onDispatch: (dispatch, self) => {
    if (dispatch.candidate.id === 'beagle')
      setImmediate(() => void self.report(dispatch, { status: 'succeeded', message: 'Arrived.' }));
    return { status: 202 };
  },
});
for (const id of ['beagle', 'fram']) await startForSure(api, MIGRATION, id);
await untilCandidateIs(MIGRATION, 'beagle', 'completed');
const page = await openPage('/timeline');

const entries = () => page.getByRole('list', { name: 'Timeline, the newest first' });
const shown = () =>
  page
    .getByRole('list', { name: /^Timeline,/ })
    .getByRole('listitem')
    .filter({ has: page.getByRole('button', { name: 'Raw data' }) });
const field = () => page.getByRole('searchbox', { name: /^Id of a run/ });
const toggle = (name: string) => page.getByRole('button', { name, exact: true });

async function show(id: string): Promise<void> {
  await field().fill(id);
  await page.getByRole('button', { name: 'Show', exact: true }).click();
}

async function runOf(id: string) {
  const { data } = await api.GET(
    '/migrations/{migrationId}/candidates/{candidateId}/runs',
    candidateAt(MIGRATION, id),
  );
  const run = data?.items[0];
  if (run === undefined) throw new Error(`${id} has no run.`);
  return run;
}

test('a timeline is opened by the id of a trace', async () => {
  await page.getByText('Paste an id').waitFor();
  const { traceId = '' } = await runOf('beagle');
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  await show(traceId);
  await page.getByText(/^A trace that started 1 run, of/).waitFor();
  await entries().getByText('The engine began the run.').waitFor();
  expect(new URL(page.url()).searchParams.get('id')).toBe(traceId);
});

test('it is opened by the id of a delivery', async () => {
  const query = { migrationId: MIGRATION, candidateId: 'beagle', direction: 'in' } as const;
  // Deliveries are written down in the background.
  const delivery = await until(
    'the delivery',
    async () => (await api.GET('/deliveries', { params: { query } })).data?.items[0],
  );
  await show(delivery.id);
  await page.getByText(/^A delivery, with its whole run, of/).waitFor();
  await entries()
    .getByText(/The callback of voyage about sail was accepted/)
    .waitFor();
  await page.getByRole('link', { name: 'beagle' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'beagle' }).waitFor();
  await page.goBack();
  await page.getByText(/^A delivery, with its whole run, of/).waitFor();
});

test('it is opened by the name of a candidate, and by the id of a run with the palette', async () => {
  await show(`${MIGRATION}/fram`);
  await page.getByText(/^Every run of fram/).waitFor();
  await page.getByRole('link', { name: 'Open the candidate' }).waitFor();
  const { runId } = await runOf('fram');
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Search or jump to' }).waitFor();
  await page.keyboard.type(runId);
  await page.getByRole('menuitem', { name: /Timeline of this id/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText(/^One run, of/).waitFor();
  expect(await field().inputValue()).toBe(runId);
});

test('outcomes narrow it, in the address, and when nothing fits the filters are cleared', async () => {
  const { runId } = await runOf('beagle');
  await page.goto(`/timeline?id=${runId}`);
  const began = entries().getByText('The engine began the run.');
  await began.waitFor();
  await toggle('Succeeded').click();
  await began.waitFor({ state: 'hidden' });
  await entries()
    .getByText(/The callback of voyage about sail was accepted/)
    .waitFor();
  await page.goBack();
  await began.waitFor();
  await page.goForward();
  await began.waitFor({ state: 'hidden' });
  await toggle('Git').click();
  await page.getByText('Nothing fits these filters').waitFor();
  await expectAccessible(page);
  await takePictures(page, 'timeline-none-fit');
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await began.waitFor();
  expect([...new URL(page.url()).searchParams.keys()]).toEqual(['id']);
});

test('it follows a run that goes on', async () => {
  const { runId } = await runOf('fram');
  await page.goto(`/timeline?id=${runId}`);
  await entries().getByText('The engine began the run.').waitFor();
  const dispatch = worker.deliveries.find(({ candidate }) => candidate.id === 'fram');
  if (dispatch === undefined) throw new Error('fram was not dispatched.');
  await worker.report(dispatch, { status: 'succeeded', message: 'Arrived in the ice.' });
  await entries().getByText('The run completed.').waitFor();
  await takePictures(page, 'timeline-followed');
});

test('of a run with more than a hundred entries the newest are there at once and go on on top; what came before is shown when it is asked for', async () => {
  await startForSure(api, MIGRATION, 'endurance');
  const { runId } = await runOf('endurance');
  const dispatch = await until('the dispatch', async () =>
    worker.deliveries.find(({ candidate }) => candidate.id === 'endurance'),
  );
  // What is known already changes nothing, and is a delivery all the same.
  const again = { status: 'pending', message: 'Still in the ice.', eventId: 'again' } as const;
  for (let count = 0; count < 110; count += 1) await worker.callBack(dispatch, again);
  const total = await until('the deliveries to be written down', async () => {
    const { data } = await api.GET('/timeline', { params: { query: { id: runId, limit: 1 } } });
    return data !== undefined && data.total > 110 && data.total;
  });
  await page.goto(`/timeline?id=${runId}`);
  const before = page.getByRole('button', { name: 'Show what came before' });
  await page.getByText(`100 of ${total}`, { exact: true }).waitFor();
  expect(await shown().count()).toBe(100);
  await shown()
    .first()
    .getByText(/The callback of voyage about sail/)
    .waitFor();
  await expectAccessible(page);
  await takePictures(page, 'timeline-newest');
  await before.scrollIntoViewIfNeeded();
  await takePictures(page, 'timeline-many');
  await before.press('Enter');
  await expect.poll(() => shown().count()).toBe(total);
  await before.waitFor({ state: 'hidden' });
  await worker.callBack(dispatch, again);
  await expect.poll(() => shown().count()).toBe(total + 1);
  await worker.report(dispatch, { status: 'succeeded', message: 'Crushed by the ice.' });
  await entries().getByText('Step sail succeeded: Crushed by the ice.').waitFor();
  await entries().getByText('The run completed.').waitFor();
});

test('it is told from its beginning where that is wanted, in the address, and stands still where that is', async () => {
  const { runId } = await runOf('endurance');
  await page.goto(`/timeline?id=${runId}`);
  const oldest = toggle('Oldest first');
  await oldest.click();
  await page.getByRole('list', { name: 'Timeline, the oldest first' }).waitFor();
  await shown().first().getByText('started a run.').waitFor();
  expect(await oldest.evaluate((button) => button === document.activeElement)).toBe(true);
  expect(new URL(page.url()).searchParams.get('order')).toBe('oldest');
  await page.reload();
  await page.getByRole('list', { name: 'Timeline, the oldest first' }).waitFor();
  await page.getByRole('button', { name: 'Show what came next' }).press('Enter');
  await page.getByText('The run completed.').waitFor();
  await toggle('Live').click();
  await expect.poll(() => new URL(page.url()).searchParams.get('live')).toBe('off');
});
