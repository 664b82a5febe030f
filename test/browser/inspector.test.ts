import { expect, test } from 'vitest';
import { cancel, getCandidate, startForSure } from '../support/api.ts';
import { until } from '../support/until.ts';
import { expectAccessible, openPage, takePicture, takePictures } from './open-page.ts';
import { api, untilDiscovered } from './stage.ts';

const MIGRATION = 'app-chart';
const CANDIDATE = 'login';
const RUN = `/migrations/${MIGRATION}/candidates/${CANDIDATE}`;

await untilDiscovered(MIGRATION);
await startForSure(api, MIGRATION, CANDIDATE);
await until(
  'a pull request',
  async () => (await getCandidate(api, MIGRATION, CANDIDATE)).prUrl !== undefined,
);
const page = await openPage(RUN);

const history = () => page.getByRole('table', { name: /Events of the history/ });
const only = (kind: string) => page.getByRole('button', { name: kind, exact: true });

test('the inspector says in words what the engine does with a run, and links to Temporal', async () => {
  await page.getByRole('link', { name: 'Inspector' }).click();
  await page
    .getByText(/Waits for a callback or a person. Timer: time limit of the step/)
    .waitFor({ timeout: 20_000 });
  await history()
    .getByText(/^Step 1 \(.+\) was given to app-chart, instance /)
    .first()
    .waitFor();
  await history()
    .getByText(/is pending/)
    .first()
    .waitFor({ timeout: 20_000 });
  await history().getByText('The run began.').waitFor();
  const link = await page.getByRole('link', { name: 'Open in Temporal' }).getAttribute('href');
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\/app-chart__login$/);
  await expectAccessible(page);
  await takePictures(page, 'run-inspector');
  await page.setViewportSize({ width: 1920, height: 1080 });
  await takePicture(page, 'run-inspector-1920');
  await page.setViewportSize({ width: 768, height: 1024 });
  await takePicture(page, 'run-inspector-768');
  await page.setViewportSize({ width: 1280, height: 900 });
});

test('kinds of events are picked in the address', async () => {
  await only('Engine tasks').click();
  await history().getByText('The engine took the run up.').first().waitFor();
  await history().getByText('The run began.').waitFor({ state: 'hidden' });
  await page.reload();
  await history().getByText('The engine took the run up.').first().waitFor();
  expect(new URL(page.url()).searchParams.getAll('shows')).toEqual(['task']);
  await takePicture(page, 'run-inspector-tasks');
  await only('Engine tasks').click();
  await history().getByText('The run began.').waitFor();
});

test('what happens is shown as it happens, to the end', async () => {
  expect(await cancel(api, MIGRATION, CANDIDATE)).toBe(202);
  await history().getByText('Cancel was asked.').waitFor({ timeout: 20_000 });
  await page.getByText(/The workflow is over/).waitFor({ timeout: 30_000 });
  await history().getByText('The run is over.').waitFor();
  await takePicture(page, 'run-inspector-over');
});
