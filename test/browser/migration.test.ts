import { afterAll, expect, test } from 'vitest';
import { cancel, candidateAt, startForSure } from '../support/api.ts';
import { until } from '../support/until.ts';
import { expectAccessible, openPage, takePictures } from './open-page.ts';
import { api, untilDiscovered } from './stage.ts';

const MIGRATION = 'hello-world';
const FAILING = ['edsger', 'grace', 'margaret'];
const REVISED = 'tidy-up';

/** Rejects the greeting of each: two for the same, one for something else. */
async function makeFailures(): Promise<void> {
  for (const [index, candidateId] of FAILING.entries()) {
    await startForSure(api, MIGRATION, candidateId);
    const comment = index < 2 ? `Line ${index + 1} is too short.` : 'This is nobody we know.';
    await until(`rejection of ${candidateId}`, async () => {
      const { response } = await api.POST('/migrations/{migrationId}/candidates/{candidateId}/approve-step', {
        ...candidateAt(MIGRATION, candidateId),
        body: { stepName: 'check', decision: 'rejected', comment },
      });
      return response.status === 202;
    });
  }
  await until('failures', async () => {
    const { data } = await api.GET('/migrations/{migrationId}/failures', {
      params: { path: { migrationId: MIGRATION } },
    });
    return data?.items.reduce((sum, { count }) => sum + count, 0) === FAILING.length;
  });
}

/** As its worker would, first with some steps and then with others. */
async function announceTwice(): Promise<void> {
  const step = (name: string, config: Record<string, string>) => ({
    ...{ name, config, workerApp: REVISED, kind: 'dispatch' as const, compensable: false },
  });
  const about = { id: REVISED, name: 'Tidy up', workerApp: REVISED, instanceId: 'i-1' };
  const capabilities = { dryRun: false, compensate: false, cancel: false, discover: false };
  const answer = { workerUrl: 'http://127.0.0.1:9', protocolVersion: 1, singleInstance: false } as const;
  for (const steps of [
    [step('look', {}), step('sweep', { broom: 'short' }), step('dust', {})],
    [step('look', {}), step('dust', {}), step('sweep', { broom: 'long', bin: 'blue' }), step('shine', {})],
  ]) {
    const { response } = await api.POST('/registry/announce', {
      body: { ...about, ...answer, version: `1.${steps.length}.0`, steps, capabilities },
    });
    expect(response.status).toBe(200);
  }
}

await untilDiscovered(MIGRATION);
await makeFailures();
await announceTwice();
afterAll(async () => {
  for (const candidateId of FAILING) await cancel(api, MIGRATION, candidateId);
});

test('the progress shows how the migration went, to the eye, the keyboard and the ear', async () => {
  const page = await openPage(`/migrations/${MIGRATION}`);
  await page.getByRole('link', { name: 'Progress' }).click();
  const slider = page.getByRole('slider', { name: 'Candidates over time: point in time' });
  await slider.waitFor();
  await expect.poll(() => slider.getAttribute('aria-valuetext')).toMatch(/3 of them failing/);
  await slider.focus();
  await page.keyboard.press('ArrowLeft');
  await page.getByText('As a table').click();
  await page.getByRole('table', { name: /Candidates over time/ }).waitFor();
  await expectAccessible(page);
  await takePictures(page, 'migration-progress');
  await page.getByRole('button', { name: 'By day' }).click();
  await expect.poll(() => page.url()).toContain('by=day');
  await page.reload();
  await slider.waitFor();
  expect(await page.getByRole('button', { name: 'By day' }).getAttribute('aria-pressed')).toBe('true');
});

test('what fails the same way is one, and leads to the candidates that do', async () => {
  const page = await openPage(`/migrations/${MIGRATION}?tab=progress`);
  const cluster = page.getByRole('link', { name: '2 candidates at check' });
  await cluster.waitFor();
  await page.getByText('Rejected: This is nobody we know.').waitFor();
  await cluster.click();
  await page.getByRole('button', { name: 'Remove filter: Fails at check in the same way' }).waitFor();
  await page.getByText('2 candidates of 6').waitFor();
  await page.getByText(/says, for one of them: Rejected: Line \d is too short\./).waitFor();
  await expectAccessible(page);
  await takePictures(page, 'migration-failing-candidates');
  await page.reload();
  await page.getByText('2 candidates of 6').waitFor();
  await page.goBack();
  await cluster.waitFor();
  await page.getByRole('link', { name: 'Show all that fail' }).click();
  await page.getByText('3 candidates of 6').waitFor();
});

test('revisions show what one changed since another', async () => {
  const page = await openPage(`/migrations/${REVISED}?tab=revisions`);
  await page.getByRole('heading', { name: /^What [0-9a-f]{10} changed$/ }).waitFor();
  await page.getByText('config › broom').waitFor();
  for (const words of ['Added', 'Changed', 'from number 2 to 3', 'as number 4', '1.4.0'])
    await page.getByText(words, { exact: true }).first().waitFor();
  await expectAccessible(page);
  await takePictures(page, 'migration-revisions');
  await page.getByRole('link', { name: /^What changed in [0-9a-f]{10}$/ }).click();
  await expect
    .poll(() => [...new URL(page.url()).searchParams.keys()].toSorted())
    .toEqual(['from', 'tab', 'to']);
  await page.reload();
  await page.getByText('config › broom').waitFor();
});

test('the overview says what a migration is, what it needs and what its worker can', async () => {
  const page = await openPage(`/migrations/${MIGRATION}`);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('link', { name: 'Overview and steps' }).click();
  await page.getByText('The smallest migration that has everything').waitFor();
  await page.getByText('Read the greeting.').first().waitFor();
  await page.getByText(/“Hello” when not given/).waitFor();
  await page.getByText('can undo finished steps').waitFor();
  await page.getByText('Candidates can be filtered by team.').waitFor();
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  const { data } = await api.GET('/migrations/{migrationId}', {
    params: { path: { migrationId: MIGRATION } },
  });
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(data?.revision);
});

test('home says how many fail, and what a fortnight brought', async () => {
  const page = await openPage('/');
  await page.getByText('3 failing').waitFor();
  await page
    .getByRole('img', { name: /completed in the last 14 days/i })
    .first()
    .waitFor();
  await expectAccessible(page);
  await takePictures(page, 'home-trends');
});
