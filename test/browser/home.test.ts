import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { startForSure } from '../support/api.ts';
import { expectAccessible, openPage, takePictures } from './open-page.ts';
import { api, startWorker, untilCandidateIs } from './stage.ts';

const CANDIDATES = ['amber', 'coral', 'jade', 'onyx', 'opal', 'pearl', 'ruby'];

/** Each run fails at its first attempt and would succeed at its second. */
const worker = await startWorker({
  ...{ id: 'jewels', steps: ['polish'], candidates: CANDIDATES.map((id) => ({ id })) },
  onDispatch: ({ attempt, candidate: { id } }) => {
    const scratched = { status: 'failed', message: `${id} is scratched.`, failureClass: 'invalid' };
    const body = { eventId: randomUUID(), ...(attempt === 1 ? scratched : { status: 'succeeded' }) };
    return { status: 200, body };
  },
});
for (const id of CANDIDATES) await startForSure(api, worker.id, id);
for (const id of CANDIDATES) await untilCandidateIs(worker.id, id, 'awaiting_retry');
const page = await openPage('/');

const migrations = () => page.getByRole('table', { name: 'Migrations' });
const row = () => migrations().getByRole('row', { name: /^jewels/ });

test('a failed step is retried from home, and is off the list when its run has gone on', async () => {
  const group = page.locator('section', { has: page.getByRole('heading', { level: 3, name: /^Retry/ }) });
  await group
    .last()
    .getByRole('button', { name: /^Show \d+ more$/ })
    .click();
  const retry = page.getByRole('button', { name: 'Retry polish of opal' });
  await retry.waitFor();
  await page.getByText('opal is scratched.').waitFor();
  await takePictures(page, 'home-all-that-waits');
  await retry.dblclick();
  await page.getByText('Retrying opal.').waitFor();
  await retry.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Retry polish of ruby' }).waitFor();
  const attempts = worker.deliveries.filter(({ candidate }) => candidate.id === 'opal');
  expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2]);
});

test('who retries by the keyboard goes on at the next row', async () => {
  const retry = page.getByRole('button', { name: 'Retry polish of jade' });
  await retry.press('Enter');
  await retry.waitFor({ state: 'hidden' });
  await expect.poll(() => page.evaluate(() => document.activeElement?.ariaLabel)).toMatch(/^Retry .+ of /);
  await takePictures(page, 'home-retried-by-keyboard');
});

test('the counts of a migration lead to what they count', async () => {
  await row().getByRole('link', { name: '5 awaiting retry' }).click();
  await page.getByText('5 candidates of 7').waitFor();
  expect(new URL(page.url()).searchParams.getAll('runState')).toEqual(['awaiting_retry']);
  await page.goBack();
  await row().getByRole('link', { name: 'Healthy' }).click();
  await page.getByRole('heading', { level: 1, name: 'Workers' }).waitFor();
  expect(new URL(page.url()).hash).toBe('#jewels');
  await page.goBack();
});

test('migrations are narrowed to those that fail, which outlasts a reload', async () => {
  const other = migrations().getByRole('link', { name: 'Hello, world' });
  await other.waitFor();
  await page.getByRole('button', { name: /^Failing \d+$/ }).click();
  await other.waitFor({ state: 'hidden' });
  await row().waitFor();
  expect(new URL(page.url()).search).toBe('?is=failing');
  await page.reload();
  await row().waitFor();
  await expectAccessible(page);
  await takePictures(page, 'home-narrowed');
  await page.getByRole('button', { name: /^Failing \d+$/, pressed: true }).click();
  await other.waitFor();
});

test('migrations are looked for by name, and an empty answer leads back to all', async () => {
  const search = page.getByRole('searchbox', { name: 'Search migrations' });
  await search.fill('jewel');
  await migrations().getByRole('link', { name: 'Hello, world' }).waitFor({ state: 'hidden' });
  await row().waitFor();
  await page.reload();
  await row().waitFor();
  expect(await search.inputValue()).toBe('jewel');
  expect(await migrations().getByRole('link', { name: 'Hello, world' }).count()).toBe(0);
  await search.fill('jewels of nobody');
  await page.getByText('No migration contains “jewels of nobody”').waitFor();
  await expectAccessible(page);
  await takePictures(page, 'home-none-found');
  await page.getByRole('button', { name: 'Show all' }).click();
  await migrations().getByRole('link', { name: 'Hello, world' }).waitFor();
  await expect.poll(() => new URL(page.url()).search).toBe('');
});
