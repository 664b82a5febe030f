import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { getCandidate } from '../support/api.ts';
import { openForge } from './open-forge.ts';
import { expectAccessible, openPage, takePicture, takePictures } from './open-page.ts';
import { api, untilDiscovered } from './stage.ts';

const run = promisify(execFile);

await untilDiscovered('app-chart');

test('a preview shows the differences of real repositories, side by side and unified, and changes nothing', async () => {
  const page = await openPage('/migrations/app-chart/candidates/billing/preview');
  await page.getByRole('heading', { level: 1, name: 'Preview of billing' }).waitFor();
  const run = page.getByRole('button', { name: /^(Preview|Run the preview|Run)/ }).first();
  if (await run.isVisible()) await run.click();
  await page
    .getByText(/steps? changes? \d+ files?/)
    .first()
    .waitFor({ timeout: 45_000 });
  await page.getByText('generate-chart').first().waitFor();
  await expectAccessible(page);
  await takePicture(page, 'preview-side-by-side');
  await page.getByRole('group', { name: 'Layout of the differences' }).getByText('Unified').click();
  await takePicture(page, 'preview-unified');
  expect((await getCandidate(api, 'app-chart', 'billing')).status).toBe('not_started');
}, 90_000);

test('the patch of a preview is applied by git to the real repository', async () => {
  const page = await openPage('/migrations/app-chart/candidates/returns/preview');
  await page
    .getByText(/steps? changes? \d+ files?/)
    .first()
    .waitFor({ timeout: 45_000 });
  await page.getByText('Nothing was pushed to its base since').waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Download patch' }).click();
  const entry = page.getByRole('menuitem').first();
  const repository = (await entry.innerText()).trim();
  const [download] = await Promise.all([page.waitForEvent('download'), entry.click()]);
  const folder = await mkdtemp(join(tmpdir(), 'loom-patch-'));
  try {
    const patch = join(folder, 'preview.patch');
    await download.saveAs(patch);
    expect(await readFile(patch, 'utf8')).toContain(`# A preview of Loom for ${repository}, made from `);
    const clone = join(folder, 'clone');
    const forge = inject('forgeUrl').replace('://', `://x:${inject('forgeToken')}@`);
    const from = `${forge}/${repository}.git`;
    await run('git', ['clone', '-q', from, clone]);
    await run('git', ['apply', '--check', patch], { cwd: clone });
    await run('git', ['apply', '--index', patch], { cwd: clone });
    const { stdout } = await run('git', ['status', '--porcelain'], { cwd: clone });
    expect(stdout).not.toBe('');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);

test('a preview says when its base has moved since, and is made again from there', async () => {
  const page = await openPage('/migrations/app-chart/candidates/returns/preview');
  await page.getByText('Nothing was pushed to its base since').waitFor({ timeout: 60_000 });
  const bases = page.getByText(/^Made .* from /);
  const [, owner = '', repo = ''] = /from ([^/\s]+)\/(\S+) /.exec(await bases.innerText()) ?? [];
  await openForge().repos.createOrUpdateFileContents({
    ...{ owner, repo, path: 'NOTES.md', message: 'Write notes' },
    content: Buffer.from('Somebody was faster.\n').toString('base64'),
  });
  await page.reload();
  await page.getByText('The base has moved').waitFor({ timeout: 30_000 });
  await expectAccessible(page);
  await takePictures(page, 'preview-base-moved');
  await page.getByRole('status').getByRole('button', { name: 'Preview again' }).click();
  await page.getByText('Nothing was pushed to its base since').waitFor({ timeout: 60_000 });
  await takePictures(page, 'preview-made-again');
}, 120_000);
