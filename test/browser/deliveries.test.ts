import { expect, test } from 'vitest';
import { startForSure } from '../support/api.ts';
import type { Dispatch } from '../support/contract-worker.ts';
import { until } from '../support/until.ts';
import { expectAccessible, openPage, takePictures } from './open-page.ts';
import { api, startWorker } from './stage.ts';

const CANDIDATES = ['pluto', 'ceres'] as const;
/** Two steps are with it, and it says nothing by itself. */
const worker = await startWorker({
  ...{ id: 'quiet', steps: ['push', 'wait'], candidates: CANDIDATES.map((id) => ({ id })) },
  onDispatch: () => ({ status: 202 }),
});

const dispatchOf = (id: string): Promise<Dispatch> =>
  until(
    `the dispatch of ${id}`,
    async () => worker.deliveries.find(({ candidate }) => candidate.id === id) ?? false,
  );

for (const id of CANDIDATES) await startForSure(api, worker.id, id);
const pushOfCeres = await dispatchOf('ceres');
const operation = { id: 'o-1', kind: 'git.push', at: new Date().toISOString(), durationMs: 7 };
await worker.callBack(pushOfCeres, {
  ...{ status: 'pending', message: 'Waits for the review of acme/ceres#7.' },
  metadata: { prUrl: 'https://forge.example/acme/ceres/pull/7' },
  operations: [
    { ...operation, result: 'ok', repository: 'acme/ceres', message: 'Sent to the branch loom/7.' },
  ],
});
await worker.callBack(pushOfCeres, { status: 'failed', message: 'Forged.' }, 'forged');
const page = await openPage('/deliveries?migrationId=quiet');

const row = (name: RegExp) => page.getByRole('row', { name });

test('what was said to a worker and by it is listed as it comes, and can be narrowed', async () => {
  await page.getByRole('heading', { level: 1, name: 'Deliveries' }).waitFor();
  await row(/Dispatch.*push, attempt 1.*pluto.*Accepted.*202/).waitFor();
  await row(/Callback.*push, attempt 1.*quiet.*ceres.*Accepted.*202/).waitFor();
  await expectAccessible(page);
  await takePictures(page, 'deliveries');
  await page.getByRole('combobox', { name: 'Fact' }).selectOption('Direction');
  await page.getByRole('combobox', { name: 'Direction to show' }).selectOption('In, from a worker');
  await page.getByRole('button', { name: 'Add filter' }).click();
  await row(/Dispatch/)
    .first()
    .waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Remove filter: Migration is quiet' }).click();
  await row(/Callback.*ceres.*not verified.*Refused.*401/).waitFor();
  await page.reload();
  await row(/Callback.*ceres.*not verified.*Refused.*401/).waitFor();
});

test('one is shown with its headers and bodies, without secrets', async () => {
  await page.goto('/deliveries?migrationId=quiet&direction=out');
  await row(/pluto/).getByRole('link', { name: 'Dispatch' }).click();
  const drawer = page.getByRole('dialog', { name: 'Dispatch of push for pluto' });
  const body = drawer.getByLabel('Body of the request');
  await body.getByText('"stepName": "push"').waitFor();
  expect(await body.textContent()).toContain('"callbackToken": "[redacted]"');
  await expectAccessible(page);
  await takePictures(page, 'delivery-drawer');
});

test('a dispatch is replayed under its key', async () => {
  const { idempotencyKey } = await dispatchOf('pluto');
  await page.getByRole('dialog').getByRole('button', { name: 'Replay…' }).click();
  const ask = page.getByRole('alertdialog', { name: 'Replay this delivery?' });
  await ask.getByText('Dispatch of push for pluto').waitFor();
  await expectAccessible(page);
  await takePictures(page, 'delivery-replay');
  await ask.getByRole('button', { name: 'Replay it' }).click();
  await page.getByText(/The engine dispatches it again\./).waitFor();
  await until(
    'the dispatch to come again',
    async () => worker.deliveries.filter((one) => one.idempotencyKey === idempotencyKey).length === 2,
  );
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await row(/pluto/).nth(1).waitFor();
});

test('a test callback ends a step whose worker says nothing, and the list shows it live', async () => {
  await page.goto('/deliveries?migrationId=quiet&candidateId=pluto');
  await row(/Dispatch/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Send a test callback…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Send a test callback' });
  await dialog.getByRole('textbox', { name: /^Message/ }).fill('Pushed by hand.');
  await dialog.getByRole('textbox', { name: /^Outputs/ }).fill('{"branch": "loom/pluto"}');
  await expectAccessible(page);
  await takePictures(page, 'test-callback');
  await dialog.getByRole('button', { name: 'Send it' }).click();
  await page.getByText('Sent a test callback about push of pluto.').waitFor();
  await row(/Callback.*push, attempt 1.*Accepted/).waitFor();
  const next = await until(
    'the next step',
    async () =>
      worker.deliveries.find((one) => one.candidate.id === 'pluto' && one.stepName === 'wait') ?? false,
  );
  expect(next.outputs).toEqual({ push: { branch: 'loom/pluto' } });
});

test('a callback is replayed, and what is known changes nothing', async () => {
  await row(/Callback/)
    .getByRole('link', { name: 'Callback' })
    .click();
  await page.getByRole('dialog').getByRole('button', { name: 'Replay…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Replay it' }).click();
  await page.getByText(/It was known already, so nothing changed\./).waitFor();
  await page.getByRole('dialog').getByRole('link', { name: 'Timeline' }).click();
  await page.getByText('A person replayed a callback: duplicate.').waitFor();
});

test('a run has one timeline from all sources, which can be narrowed', async () => {
  const timeline = page.getByRole('list', { name: 'Timeline, the newest first' });
  await timeline.getByText('A person started a run.').waitFor();
  await timeline.getByText('The dispatch of push to quiet was accepted.').first().waitFor();
  await timeline.getByText(/A person sent a test callback for push: succeeded\./).waitFor();
  await expectAccessible(page);
  await takePictures(page, 'timeline');
  await page.getByRole('button', { name: 'Person' }).click();
  await timeline.getByText('The engine began the run.').waitFor({ state: 'hidden' });
  await page.reload();
  await timeline.getByText('A person started a run.').waitFor();
  expect(await timeline.getByText('The engine began the run.').count()).toBe(0);
  await timeline.getByText('Raw data').first().click();
  await expectAccessible(page);
});

test('it is found by a pull request that is pasted into the palette', async () => {
  await page.goto('/');
  await page.getByRole('button', { name: /^Search or jump to/ }).click();
  await page
    .getByRole('searchbox', { name: 'Search or jump to' })
    .fill('https://forge.example/acme/ceres/pull/7');
  await page.getByRole('menuitem', { name: /Timeline of this pull request/ }).click();
  await page.getByText(/^A pull request that 1 run named, of/).waitFor();
  await page.getByText('Push in acme/ceres.').waitFor();
  const said = page.getByText(/The callback of quiet about push was accepted/);
  await said.waitFor();
  await page.getByRole('searchbox').fill('nothing/like-this');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByText('Nothing is known of “nothing/like-this”').waitFor();
  await expectAccessible(page);
  await takePictures(page, 'timeline-unknown');
});

test('a run leads to its timeline', async () => {
  await page.goto('/migrations/quiet/candidates/pluto');
  await page.getByRole('link', { name: 'Timeline', exact: true }).click();
  await page.getByText(/^One run, of/).waitFor();
});

test('the activity is narrowed to what was said in a time', async () => {
  await page.goto('/activity?migrationId=quiet');
  const found = page.getByText('git push: Sent to the branch loom/7.');
  const fact = page.getByRole('combobox', { name: 'Fact' });
  await fact.selectOption('Text');
  await page.getByRole('textbox', { name: 'Text to show' }).fill('the BRANCH loom');
  await page.getByRole('button', { name: 'Add filter' }).click();
  await page.getByRole('button', { name: 'Remove filter: Text contains the BRANCH loom' }).waitFor();
  await found.waitFor();
  await fact.selectOption('Earliest time');
  await page.getByLabel('Earliest time to show').fill('2026-01-01T00:00');
  await page.getByRole('button', { name: 'Add filter' }).click();
  await page.getByRole('button', { name: /^Remove filter: Earliest time is 1 Jan 2026/ }).waitFor();
  await found.waitFor();
  await expectAccessible(page);
  await takePictures(page, 'activity-searched');
  await page.reload();
  await found.waitFor();
  await fact.selectOption('Latest time');
  await page.getByLabel('Latest time to show').fill('2026-01-02T00:00');
  await page.getByRole('button', { name: 'Add filter' }).click();
  await page.getByText('No event fits these filters').waitFor();
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await expect.poll(() => new URL(page.url()).search).toBe('');
});

test('older deliveries are loaded when they are asked for, and the list stands still until it follows again', async () => {
  const dispatch = await dispatchOf('ceres');
  // A page holds 50; what is known already changes nothing, and is a delivery all the same.
  const again = { status: 'pending', message: 'Still waits for its review.', eventId: 'again' } as const;
  for (let count = 0; count < 60; count += 1) await worker.callBack(dispatch, again);
  // They are written down beside their answers: a page that came sooner would be given the last of them live.
  const query = { migrationId: 'quiet', candidateId: 'ceres', limit: 60 };
  await until('60 deliveries', async () => {
    const { data } = await api.GET('/deliveries', { params: { query } });
    return data?.nextCursor !== undefined;
  });
  await page.goto('/deliveries?migrationId=quiet&candidateId=ceres');
  await row(/Callback/)
    .first()
    .waitFor();
  const older = page.getByRole('button', { name: 'Load older deliveries' });
  await older.click();
  await row(/Dispatch/).waitFor();
  await older.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Live', exact: true, pressed: true }).click();
  await page.getByRole('button', { name: 'Live', exact: true, pressed: false }).waitFor();
  expect(new URL(page.url()).searchParams.get('live')).toBe('off');
  await page.getByRole('button', { name: 'Clear all' }).click();
  await page
    .getByRole('button', { name: /^Remove filter/ })
    .first()
    .waitFor({ state: 'hidden' });
  expect([...new URL(page.url()).searchParams.keys()]).toEqual(['live']);
  await page.goto('/deliveries?run=01931f6a-2c9b-7d53-9b3a-1f2f3a4b5c6d');
  await page.getByText('No delivery fits these filters').waitFor();
  await expectAccessible(page);
  await takePictures(page, 'deliveries-none-fit');
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await row(/Callback/)
    .first()
    .waitFor();
});

test('the activity follows what happens, can stand still and can be exported', async () => {
  await page.goto('/activity?migrationId=quiet&type=delivery.replayed');
  await row(/delivery.replayed/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Live', exact: true, pressed: true }).click();
  await page.getByRole('button', { name: 'Live', exact: true, pressed: false }).waitFor();
  await expectAccessible(page);
  await takePictures(page, 'activity-filtered');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('events.csv');
});
