import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { expectAccessible, openPage, takePictures } from './open-page.ts';
import { api, startWorker } from './stage.ts';

const MIGRATION = 'chatter';
/** A page holds 100. */
const EVENTS = 104;

const path = { params: { path: { migrationId: MIGRATION } } };
const pause = (reason: string) => api.POST('/migrations/{migrationId}/pause', { ...path, body: { reason } });
const resume = () => api.POST('/migrations/{migrationId}/resume', { ...path, body: {} });

await startWorker({ id: MIGRATION, steps: ['talk'], candidates: [] });
for (let count = 0; count < EVENTS / 2; count += 1) {
  await pause(`Round ${count + 1}.`);
  await resume();
}
const page = await openPage(`/activity?migrationId=${MIGRATION}`);

const events = () => page.getByRole('table', { name: 'Events, the newest first' });
const rows = () => events().getByRole('row');
const chip = (phrase: string) => page.getByRole('button', { name: `Remove filter: ${phrase}` });
const live = (isOn: boolean) => page.getByRole('button', { name: 'Live', exact: true, pressed: isOn });
const searchOf = () => Object.fromEntries(new URL(page.url()).searchParams);

test('older events are loaded until there are none', async () => {
  await events().getByText('Round 52.').waitFor();
  expect(await events().getByText('Round 1.', { exact: true }).count()).toBe(0);
  const older = page.getByRole('button', { name: 'Load older events' });
  await older.click();
  await events().getByText('Round 1.', { exact: true }).waitFor();
  await events().getByText('migration.announced').waitFor();
  await older.waitFor({ state: 'hidden' });
  // What was loaded stays when newer ones come.
  await pause('One more.');
  await resume();
  await events().getByText('One more.').waitFor();
  await events().getByText('Round 1.', { exact: true }).waitFor();
});

test('a fact is chosen and typed, or picked where it stands, and each filter stands in the address', async () => {
  await page.getByRole('combobox', { name: 'Fact' }).selectOption('Type');
  await page.getByRole('textbox', { name: 'Type to show' }).fill('migration.announced');
  await page.getByRole('button', { name: 'Add filter' }).click();
  await chip('Type is migration.announced').waitFor();
  await expect.poll(() => rows().count()).toBe(2);
  await chip('Type is migration.announced').click();
  await events().getByRole('button', { name: 'migration.paused' }).first().click();
  await chip('Type is migration.paused').waitFor();
  await events().getByText('migration.resumed').first().waitFor({ state: 'hidden' });
  expect(searchOf()).toEqual({ migrationId: MIGRATION, type: 'migration.paused' });
  await page.reload();
  await events().getByText('One more.').waitFor();
  expect(await events().getByText('migration.resumed').count()).toBe(0);
  await page.goBack();
  await chip('Type is migration.paused').waitFor({ state: 'hidden' });
  await events().getByText('migration.resumed').first().waitFor();
  await page.goForward();
  await chip('Type is migration.paused').waitFor();
});

test('an event is shown raw, and who did it is picked', async () => {
  const row = rows().filter({ hasText: 'One more.' });
  await row.getByRole('button', { name: 'Details' }).click();
  await row
    .getByText(/"?reason"?/)
    .first()
    .waitFor();
  await expectAccessible(page);
  await takePictures(page, 'activity-details');
  await row.getByTitle('Only local').click();
  await chip('Actor is local').waitFor();
  await row.getByRole('button', { name: 'Details' }).waitFor();
  await page.getByRole('button', { name: 'Clear all' }).click();
  await expect.poll(searchOf).toEqual({});
});

test('nothing that fits is said, and leads back to all', async () => {
  await page.goto('/activity?actor=nobody-at-all');
  await page.getByText('No event fits these filters').waitFor();
  await expectAccessible(page);
  await takePictures(page, 'activity-none-fit');
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await rows().nth(1).waitFor();
});

test('what comes is not shown while the list stands still, and is shown at once when it follows again', async () => {
  await page.clock.install();
  await page.goto(`/activity?migrationId=${MIGRATION}`);
  await events().getByText('One more.').waitFor();
  await live(true).click();
  await live(false).waitFor();
  let asked = 0;
  page.on('request', (request) => {
    if (request.url().includes('/api/v1/events')) asked += 1;
  });
  await pause('While nobody looked.');
  await resume();
  for (let seconds = 0; seconds < 60; seconds += 5) await page.clock.runFor(5_000);
  expect(asked).toBe(0);
  expect(await events().getByText('While nobody looked.').count()).toBe(0);
  await live(false).click();
  await live(true).waitFor();
  await until('what came meanwhile', async () => {
    await page.clock.runFor(1_000);
    return events().getByText('While nobody looked.').isVisible();
  });
});
