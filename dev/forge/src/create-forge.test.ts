import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startHookReceiver, startTestForge } from './forge.test-kit.ts';
import { seedRepository } from './seed-repository.ts';

const run = promisify(execFile);
const target = { owner: 'acme', repo: 'app' };
vi.setConfig({ testTimeout: 60_000 });
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'loom-forge-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('all that a forge knew, the next one on its folder knows', async () => {
  const receiver = await startHookReceiver();
  const before = await startTestForge({ root });
  await seedRepository(before.forge, 'acme/app', {
    description: 'Kept',
    commits: [{ message: 'Start', files: { a: 'a' } }],
  });
  const { head } = await seedRepository(before.forge, 'acme/app', {
    branch: 'topic',
    from: 'main',
    commits: [{ message: 'T', files: { b: 'b' } }],
  });
  await before.octokit.repos.createWebhook({
    ...target,
    config: { url: receiver.url, content_type: 'json', secret: 's' },
    events: ['pull_request'],
  });
  await before.octokit.pulls.create({ ...target, head: 'topic', base: 'main', title: 'Kept' });
  await before.octokit.issues.addLabels({ ...target, issue_number: 1, labels: ['kept'] });
  await before.octokit.issues.createComment({ ...target, issue_number: 1, body: 'Kept' });
  await before.reviewer.pulls.createReview({ ...target, pull_number: 1, event: 'APPROVE' });
  await before.octokit.checks.create({ ...target, name: 'ci', head_sha: head, conclusion: 'success' });
  await before.octokit.repos.createCommitStatus({ ...target, sha: head, state: 'success' });
  const snapshot = async (kit: typeof before) => ({
    repository: (await kit.octokit.repos.get(target)).data.id,
    pull: (await kit.octokit.pulls.get({ ...target, pull_number: 1 })).data.id,
    labels: (await kit.octokit.issues.listLabelsOnIssue({ ...target, issue_number: 1 })).data.map(
      ({ id }) => id,
    ),
    comments: (await kit.octokit.issues.listComments({ ...target, issue_number: 1 })).data.map(
      ({ id, body }) => [id, body],
    ),
    reviews: (await kit.octokit.pulls.listReviews({ ...target, pull_number: 1 })).data.map(
      ({ id, state }) => [id, state],
    ),
    checks: (await kit.octokit.checks.listForRef({ ...target, ref: head })).data.check_runs.map(
      ({ id }) => id,
    ),
    statuses: (await kit.octokit.repos.getCombinedStatusForRef({ ...target, ref: head })).data.state,
    hooks: (await kit.octokit.repos.listWebhooks(target)).data.map(({ id, events }) => [id, events]),
  });
  await before.forge.webhooksIdle();
  const known = await snapshot(before);
  await before.forge.close();

  const after = await startTestForge({ root });
  expect(await snapshot(after)).toEqual(known);
  const hook_id = Number(known.hooks[0]?.[0]);
  expect(
    (await after.octokit.repos.listWebhookDeliveries({ ...target, hook_id })).data.map(({ event }) => event),
  ).toContain('ping');
  // Ids go on where they were, and hooks still fire, signed as before.
  const { data } = await after.octokit.issues.createComment({ ...target, issue_number: 1, body: 'New' });
  expect(data.id).toBeGreaterThan(Number(known.comments[0]?.[0]));
  await after.octokit.pulls.merge({ ...target, pull_number: 1 });
  await after.forge.webhooksIdle();
  expect(receiver.names()).toContain('pull_request.closed');
  expect(receiver.received.at(-1)?.headers['x-hub-signature-256']).toMatch(/^sha256=/);
  await after.stop();
  await receiver.stop();
});

test('what moved in git while the state was not written is caught up at the next start', async () => {
  const before = await startTestForge({ root });
  await seedRepository(before.forge, 'acme/app', { commits: [{ message: 'Start', files: { a: 'a' } }] });
  for (const branch of ['pushed', 'merged', 'deleted']) {
    await seedRepository(before.forge, 'acme/app', {
      branch,
      from: 'main',
      commits: [{ message: branch, files: { [branch]: 'x' } }],
    });
    await before.octokit.pulls.create({ ...target, head: branch, base: 'main', title: branch });
  }
  const stateFile = join(root, 'state/repositories/acme/app.json');
  const state = await readFile(stateFile, 'utf8');
  const { head } = await seedRepository(before.forge, 'acme/app', {
    branch: 'pushed',
    commits: [{ message: 'More', files: { more: 'x' } }],
  });
  const { data } = await before.octokit.pulls.merge({ ...target, pull_number: 2, merge_method: 'squash' });
  await before.octokit.git.deleteRef({ ...target, ref: 'heads/deleted' });
  await before.forge.close();
  // As if it had been killed after git had moved: the merge had been announced, the rest had not.
  const old = JSON.parse(state);
  old.pulls[1].pendingMerge = { sha: data.sha, by: 'ada' };
  await writeFile(stateFile, JSON.stringify(old));

  const after = await startTestForge({ root });
  const pull = async (pull_number: number) =>
    (await after.octokit.pulls.get({ ...target, pull_number })).data;
  expect(await pull(1)).toMatchObject({ state: 'open', head: { sha: head }, base: { sha: data.sha } });
  expect(await pull(2)).toMatchObject({
    state: 'closed',
    merged: true,
    merge_commit_sha: data.sha,
    merged_by: { login: 'ada' },
  });
  expect(await pull(3)).toMatchObject({ state: 'closed', merged: false });
  await after.stop();
});

test('a merge that was announced but never made is forgotten', async () => {
  const before = await startTestForge({ root });
  await seedRepository(before.forge, 'acme/app', { commits: [{ message: 'Start', files: { a: 'a' } }] });
  await seedRepository(before.forge, 'acme/app', {
    branch: 'topic',
    from: 'main',
    commits: [{ message: 'T', files: { b: 'b' } }],
  });
  const { data } = await before.octokit.pulls.create({ ...target, head: 'topic', base: 'main', title: 'T' });
  await before.forge.close();
  const stateFile = join(root, 'state/repositories/acme/app.json');
  const state = JSON.parse(await readFile(stateFile, 'utf8'));
  state.pulls[0].pendingMerge = { sha: data.head.sha, by: 'ada' };
  await writeFile(stateFile, JSON.stringify(state));
  const after = await startTestForge({ root });
  expect((await after.octokit.pulls.get({ ...target, pull_number: 1 })).data.state).toBe('open');
  expect((await after.octokit.pulls.merge({ ...target, pull_number: 1 })).data.merged).toBe(true);
  await after.stop();
});

test('a broken state file stops the start and is named', async () => {
  const before = await startTestForge({ root });
  await before.octokit.repos.createInOrg({ org: 'acme', name: 'app' });
  await before.forge.close();
  const stateFile = join(root, 'state/repositories/acme/app.json');
  await writeFile(stateFile, '{"v":');
  await expect(startTestForge({ root })).rejects.toThrow(stateFile);
  await writeFile(stateFile, '{"v":99}');
  await expect(startTestForge({ root })).rejects.toThrow(/not a state file of this version/);
});

test('nothing temporary stays behind, and repositories are sound', async () => {
  const kit = await startTestForge({ root });
  await seedRepository(kit.forge, 'acme/app', { commits: [{ message: 'Start', files: { a: '1\n2\n3\n' } }] });
  await seedRepository(kit.forge, 'acme/app', {
    branch: 'topic',
    from: 'main',
    commits: [{ message: 'T', files: { b: 'b' } }],
  });
  await seedRepository(kit.forge, 'acme/app', { commits: [{ message: 'M', files: { c: 'c' } }] });
  await kit.octokit.pulls.create({ ...target, head: 'topic', base: 'main', title: 'T' });
  await kit.octokit.pulls.merge({ ...target, pull_number: 1, merge_method: 'rebase' });
  const { git } = await kit.clone('acme/app');
  await git.commit('Next', ['--allow-empty']).push();
  expect(await readdir(join(root, 'scratch'))).toEqual([]);
  expect(
    (await readdir(join(root, 'state/repositories/acme'))).filter((file) => file.endsWith('.tmp')),
  ).toEqual([]);
  const { stdout, stderr } = await run('git', [
    '--git-dir',
    kit.forge.gitDir('acme/app'),
    'fsck',
    '--strict',
  ]);
  expect(`${stdout}${stderr}`).not.toMatch(/error|missing|corrupt/);
  await kit.stop();
});

test('without tokens one is made up, and a taken port is an error', async () => {
  const kit = await startTestForge({ root, tokens: [] });
  expect(kit.forge.token).toMatch(/^forge_[0-9a-f]{40}$/);
  const port = Number(new URL(kit.forge.url).port);
  await expect(startTestForge({ port })).rejects.toThrow(/EADDRINUSE/);
  await kit.stop();
});

test('closing does not wait for clients that stay connected or hooks that never answer', async () => {
  const kit = await startTestForge({ root });
  const silent = await startHookReceiver(() => undefined);
  await seedRepository(kit.forge, 'acme/app', { commits: [{ message: 'Start', files: { a: 'a' } }] });
  await kit.octokit.repos.createWebhook({ ...target, config: { url: silent.url }, events: ['push'] });
  kit.forge.faults.add({ kind: 'slow', delayMs: 60_000, path: '/repos/acme/app' });
  const hanging = kit.octokit.repos.get(target).catch((error: unknown) => error);
  await vi.waitFor(() => expect(kit.forge.faults.list()).toMatchObject([{ hits: 1 }]));
  const startedAt = performance.now();
  await kit.forge.close();
  expect(performance.now() - startedAt).toBeLessThan(8000);
  expect(await hanging).toBeInstanceOf(Error);
  await silent.stop();
});
