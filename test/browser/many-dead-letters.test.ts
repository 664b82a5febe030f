import { afterAll, expect, test } from 'vitest';
import { expectAccessible, openPage, takePictures } from './open-page.ts';
import { api, startWorker } from './stage.ts';

const WORKER = 'mailroom';
/** A page holds 50. */
const COUNT = 55;

const { instanceId } = await startWorker({ id: WORKER, steps: ['sort'], candidates: [] });
for (let count = 0; count < COUNT; count += 1) {
  const { response } = await api.POST('/registry/dead-letters', {
    body: {
      ...{ workerApp: WORKER, instanceId, source: 'forge', webhookId: `heap-${count}` },
      why: `No pull request belongs to heap-${count}.`,
      ...{ headers: { 'x-github-event': 'pull_request' }, payload: '{"action":"closed"}' },
    },
  });
  if (response.status !== 202) throw new Error(`The report was answered ${response.status}.`);
}
const page = await openPage('/dead-letters?kind=webhook');
afterAll(async () => {
  for (;;) {
    const { data } = await api.GET('/dead-letters', { params: { query: { limit: 50 } } });
    const own = (data?.items ?? []).filter(({ workerApp }) => workerApp === WORKER);
    if (own.length === 0) break;
    for (const { id } of own)
      await api.POST('/dead-letters/{deadLetterId}/drop', { params: { path: { deadLetterId: id } } });
  }
});

const rows = () => page.getByRole('row', { name: /^No pull request belongs to heap-/ });
const more = () => page.getByRole('button', { name: 'Load more' });

test('more dead letters than a page holds are loaded when they are asked for, by keyboard too', async () => {
  await more().waitFor();
  await expect.poll(() => rows().count()).toBe(50);
  await page.getByText(`50 of ${COUNT}`, { exact: true }).waitFor();
  await expectAccessible(page);
  await more().scrollIntoViewIfNeeded();
  await takePictures(page, 'dead-letters-many');
  await more().press('Enter');
  await expect.poll(() => rows().count()).toBe(COUNT);
  await more().waitFor({ state: 'hidden' });
  // The first and the last are on screen once.
  await page.getByRole('link', { name: 'No pull request belongs to heap-0.' }).waitFor();
  await page.getByRole('link', { name: `No pull request belongs to heap-${COUNT - 1}.` }).waitFor();
});

test('one of the last is dropped, and the others stay loaded', async () => {
  await page.getByRole('link', { name: 'No pull request belongs to heap-0.' }).click();
  const drawer = page.getByRole('dialog', { name: `webhook heap-0 of ${WORKER}` });
  await drawer.getByRole('button', { name: 'Drop…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Drop it' }).click();
  await drawer.waitFor({ state: 'hidden' });
  await expect.poll(() => rows().count()).toBe(COUNT - 1);
});
