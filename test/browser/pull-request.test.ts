import { expect, test } from 'vitest';
import { getCandidate, startForSure } from '../support/api.ts';
import { until } from '../support/until.ts';
import { openForge, pullRequestAt } from './open-forge.ts';
import { expectAccessible, openPage, takePictures } from './open-page.ts';
import { api, untilDiscovered } from './stage.ts';

const MIGRATION = 'app-chart';
const CANDIDATE = 'tracking';
const RUN = `/migrations/${MIGRATION}/candidates/${CANDIDATE}`;
const octokit = openForge();

await untilDiscovered(MIGRATION);
await startForSure(api, MIGRATION, CANDIDATE);
const page = await openPage(RUN);

const says = (text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 30_000 });

async function openPull() {
  const { prUrl } = await getCandidate(api, MIGRATION, CANDIDATE);
  if (prUrl === undefined) throw new Error('There is no pull request yet.');
  return pullRequestAt(prUrl);
}

test('a pull request is shown with its checks and reviews, and what git did for it', async () => {
  await until(
    'a pull request',
    async () => (await getCandidate(api, MIGRATION, CANDIDATE)).prUrl !== undefined,
  );
  const at = await openPull();
  const { data: pull } = await octokit.pulls.get(at);
  const check = { owner: at.owner, repo: at.repo, head_sha: pull.head.sha, status: 'completed' } as const;
  await octokit.checks.create({ ...check, name: 'unit tests', conclusion: 'failure' });
  await octokit.checks.create({ ...check, name: 'lint', conclusion: 'success' });
  await octokit.pulls.createReview({ ...at, event: 'COMMENT', body: 'Why this version?' });

  const card = page.getByRole('region', { name: `Pull request #${pull.number}` }).first();
  await card.getByText('Checks: 1 failed, 1 passed').waitFor({ timeout: 30_000 });
  await card.getByText('unit tests').waitFor();
  await card.getByText('Commented').waitFor();
  await card.getByText(`No conflicts with ${pull.base.ref}`).waitFor();
  await page
    .getByText(/^Git and forge, \d+ operations$/)
    .first()
    .click();
  await page.getByText('forge pull request create').first().waitFor();
  await page.getByRole('region', { name: 'About this run' }).getByText('Copy trace id').waitFor();
  await expectAccessible(page);
  await takePictures(page, 'run-pull-request');
});

test('a closed pull request fails the step; the retry stands beside the attempt before it', async () => {
  await octokit.pulls.update({ ...(await openPull()), state: 'closed' });
  await says(/was closed without merging/);
  await page
    .getByRole('region', { name: 'Actions' })
    .getByRole('button', { name: /^Retry/ })
    .click();
  const dialog = page.getByRole('dialog', { name: /^Retry / });
  await dialog.getByRole('button', { name: 'Retry' }).click();
  await page.getByRole('heading', { name: 'Attempt 2' }).waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Compare attempts' }).click();
  const comparison = page.getByRole('region', { name: 'Comparison of two attempts' });
  await comparison
    .getByRole('row', { name: /^Outcome/ })
    .getByText('Failed')
    .waitFor();
  await comparison.getByText('changed', { exact: true }).first().waitFor();
  expect(new URL(page.url()).searchParams.get('compare')).toBe('1-2');
  await page.reload();
  await comparison.waitFor();
  await expectAccessible(page);
  await takePictures(page, 'run-compare-attempts');
  await page.getByRole('button', { name: 'Compare attempts' }).click();
  await comparison.waitFor({ state: 'hidden' });
});

test('a run that vanishes while it is open is said, and shown again when it is back', async () => {
  await page.goto(RUN);
  await page.getByRole('region', { name: 'Actions' }).waitFor();
  await page.route(`**/api/v1${RUN}`, (route) =>
    route.fulfill({
      status: 404,
      contentType: 'application/problem+json',
      body: JSON.stringify({ type: '/problems/not-found', title: 'There is no such thing', status: 404 }),
    }),
  );
  await says(`${CANDIDATE} is not there any more`);
  await expectAccessible(page);
  await takePictures(page, 'run-vanished');
  await page.unroute(`**/api/v1${RUN}`);
  await page.getByRole('region', { name: 'Actions' }).waitFor({ timeout: 30_000 });
  await page.goto(`${RUN}?run=01931f6a-2c9b-7d53-9b3a-1f2f3a4b5c6d`);
  await says('This run is not known');
  await page.getByRole('link', { name: 'Show the newest run' }).last().click();
  await page.getByRole('region', { name: 'Actions' }).waitFor();
});
