import { expect, inject, test } from 'vitest';
import { cancel, listAll, startForSure } from '../support/api.ts';
import { until } from '../support/until.ts';
import { expectAccessible, openPage, takePictures } from './open-page.ts';
import { api, untilDiscovered } from './stage.ts';

const API = () => `${inject('consoleUrl')}/api/v1`;
await untilDiscovered('hello-world');

async function instanceOf(workerApp: string): Promise<string> {
  const answer = await fetch(`${API()}/workers`);
  const { items } = (await answer.json()) as {
    items: { workerApp: string; instances: { instanceId: string; state: string }[] }[];
  };
  const app = items.find((one) => one.workerApp === workerApp);
  return app?.instances.find(({ state }) => state !== 'dead')?.instanceId ?? '';
}

const post = (path: string, body: object) =>
  fetch(`${API()}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('an instance is drained, is safe to stop, and is resumed: a run that waited goes on', async () => {
  const instanceId = await instanceOf('hello-world');
  const page = await openPage('/workers');
  await page.getByRole('button', { name: `Drain ${instanceId}` }).click();
  const dialog = page.getByRole('dialog', { name: `Drain ${instanceId}` });
  await dialog.getByText(/No other instance of hello-world lives/).waitFor();
  await dialog.getByRole('textbox', { name: /Reason/ }).fill('Its node is being replaced.');
  await expectAccessible(page);
  await takePictures(page, 'workers-drain-dialog');
  await dialog.getByRole('button', { name: 'Drain', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('Drained, safe to stop').first().waitFor({ timeout: 20_000 });

  const others = page.getByRole('heading', { level: 2, name: 'rename', exact: true });
  await others.waitFor();
  await page.getByRole('button', { name: 'With an instance draining 1' }).click();
  await others.waitFor({ state: 'hidden' });
  expect(new URL(page.url()).search).toBe('?is=draining');
  await takePictures(page, 'workers-narrowed');
  await page.getByRole('button', { name: 'With an instance draining 1', pressed: true }).click();
  await others.waitFor();

  const runPath = '/migrations/hello-world/candidates/margaret';
  await post(`${runPath}/start`, { inputs: { greeting: 'Hello' } });
  await page.getByText('1 run waits for it').first().waitFor({ timeout: 20_000 });
  await page.getByRole('link', { name: 'Home', exact: true }).click();
  const waiting = page.getByRole('listitem').filter({ hasText: 'margaret' });
  await waiting.getByRole('link', { name: 'Look at the worker' }).click();
  await page.getByText('1 run waits for it').first().waitFor();
  expect(new URL(page.url()).hash).toBe('#hello-world');
  await page.getByRole('link', { name: instanceId }).click();
  const drawer = page.getByRole('dialog', { name: instanceId });
  await drawer.getByText(/Its node is being replaced/).waitFor();
  await drawer.getByText('Nothing is with this instance now.').waitFor();
  await expectAccessible(page);
  await takePictures(page, 'workers-drained');
  await drawer.getByRole('button', { name: `Resume ${instanceId}` }).click();
  const resume = page.getByRole('dialog', { name: `Resume ${instanceId}` });
  await resume.getByRole('button', { name: 'Resume', exact: true }).click();
  await resume.waitFor({ state: 'hidden' });
  await page.goto(runPath);
  await page
    .getByText(/waits for a decision/)
    .first()
    .waitFor({ timeout: 20_000 });
  // Others look for it among those that have not started.
  await post(`${runPath}/cancel`, {});
  await page
    .getByRole('region', { name: 'Actions' })
    .getByRole('button', { name: 'Start…' })
    .waitFor({ timeout: 20_000 });
});

test('an instance says what it is at, each step with its run', async () => {
  await until('discovery', async () => (await listAll(api, 'app-chart')).length === 13);
  await startForSure(api, 'app-chart', 'audit-log');
  const page = await openPage('/workers');
  await page.getByRole('link', { name: await instanceOf('app-chart') }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('link', { name: 'audit-log' }).waitFor({ timeout: 30_000 });
  await expectAccessible(page);
  await takePictures(page, 'workers-in-flight');
  await drawer.getByRole('link', { name: 'audit-log' }).click();
  await page.getByRole('heading', { level: 1, name: 'audit-log' }).waitFor();
  await cancel(api, 'app-chart', 'audit-log');
});

test('each worker app says how its instances are', async () => {
  const page = await openPage('/workers');
  await page.getByRole('table', { name: 'Instances of app-chart' }).waitFor();
  await expectAccessible(page);
  await takePictures(page, 'workers');
  expect(await page.getByText(/\d+ ms/).count()).toBeGreaterThan(0);
});
