import { randomUUID } from 'node:crypto';
import { pullRequestStep } from '@loom/worker-sdk/git';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StepOutcome } from '../step-context.ts';
import { buildContext, type RecordedContext } from '../test-support/build-context.ts';
import { type ForgeWorld, openForgeWorld } from '../test-support/forge-world.ts';

// Real git against a real forge, on machines that do other things as well.
vi.setConfig({ testTimeout: 90_000 });

let world: ForgeWorld;
let repository: string;

beforeAll(async () => {
  world = await openForgeWorld();
});
afterAll(() => world.close());

const step = () => bumpStep(world.client);

function bumpStep(forge: ForgeWorld['client']) {
  return pullRequestStep({
    type: 'bump',
    forge,
    repository: () => repository,
    async edit(workspace) {
      let before: unknown;
      await workspace.editYaml('deploy/values.yaml', ([document]) => {
        before = document?.get(['version']);
        document?.set(['version'], 2);
      });
      return { outputs: { before } };
    },
    title: () => 'Use version 2',
    body: () => 'Version 1 ends in spring.',
    labels: ['loom'],
  });
}

async function newRepository(): Promise<string> {
  repository = `acme/app-${randomUUID().slice(0, 8)}`;
  await world.seed(repository, [
    {
      message: 'Start',
      files: {
        'deploy/values.yaml': '# values\nname: app\nversion: 1 # old\nreplicas: 2\n',
        'run.sh': { content: '#!/bin/sh\n', mode: '100755' },
      },
    },
  ]);
  return repository;
}

async function pulls() {
  const [owner = '', repo = ''] = repository.split('/');
  const { data } = await world.client.octokit.pulls.list({ owner, repo, state: 'all', per_page: 100 });
  return data;
}

async function onlyPull() {
  const [pull, ...others] = await pulls();
  expect(others).toEqual([]);
  if (pull === undefined) throw new Error('There is no pull request');
  return pull;
}

async function merge(number: number, method: 'merge' | 'squash' | 'rebase' = 'merge') {
  const [owner = '', repo = ''] = repository.split('/');
  return world.client.octokit.pulls.merge({ owner, repo, pull_number: number, merge_method: method });
}

async function close(number: number) {
  const [owner = '', repo = ''] = repository.split('/');
  await world.client.octokit.pulls.update({ owner, repo, pull_number: number, state: 'closed' });
}

function stateOf(outcome: StepOutcome) {
  if (outcome.status !== 'pending')
    throw new Error(`The step is ${outcome.status}, not pending: ${outcome.message}`);
  return outcome.state;
}

function poll(context: RecordedContext, outcome: StepOutcome): Promise<StepOutcome> {
  const { poll: look } = step();
  if (look === undefined) throw new Error('The step cannot be polled');
  return look(context, stateOf(outcome));
}

describe('a step that changes a repository through a pull request', () => {
  it('opens one pull request with the change, waits for its merge and tells the merge commit (trap 14)', async () => {
    await newRepository();
    const context = buildContext();
    const waiting = await step().run(context);
    const pull = await onlyPull();
    expect(waiting).toMatchObject({
      status: 'pending',
      message: `Waiting for the merge of ${repository}#1`,
      metadata: { prUrl: pull.html_url, prNumber: 1, base: 'main' },
    });
    expect(pull).toMatchObject({ title: 'Use version 2', base: { ref: 'main' } });
    expect(pull.labels.map(({ name }) => name)).toEqual(['loom']);
    expect(pull.head.ref).toMatch(/^loom\/bump-version\/billing-[0-9a-f]{8}\/bump\/[0-9a-f]{12}$/);
    expect(await world.fileOn(repository, pull.head.ref, 'deploy/values.yaml')).toBe(
      '# values\nname: app\nversion: 2 # old\nreplicas: 2\n',
    );
    expect(await world.git(repository, 'log', '-1', '--format=%B', pull.head.ref)).toContain(
      `Loom-Step: ${context.idempotencyKey}`,
    );
    expect(await poll(context, waiting)).toMatchObject({
      status: 'pending',
      metadata: { pullRequest: { mergeable: 'yes' } },
    });

    const { data } = await merge(1);
    expect(await poll(context, waiting)).toMatchObject({
      status: 'merged',
      message: `${repository}#1 was merged into main by loom`,
      outputs: { before: 1, mergeCommit: data.sha, pullRequest: `${repository}#1` },
    });
    expect(await world.fileOn(repository, 'main', 'deploy/values.yaml')).toContain('version: 2 # old');
    expect(await world.git(repository, 'ls-tree', 'main', 'run.sh')).toMatch(/^100755/);
  });

  it('records every operation and never a credential', async () => {
    await newRepository();
    const context = buildContext();
    await step().run(context);
    expect(context.operations.map(({ kind, result }) => `${kind} ${result}`)).toEqual([
      'forge.pull_request.find ok',
      'git.clone ok',
      'git.commit ok',
      'git.push ok',
      'forge.pull_request.create ok',
      'forge.pull_request.label ok',
    ]);
    const text = JSON.stringify(context.operations);
    expect(text).not.toContain(world.forge.token);
    expect(text).not.toContain(Buffer.from(`x-access-token:${world.forge.token}`).toString('base64'));
    const tip = (await world.git(repository, 'rev-parse', (await onlyPull()).head.ref)).trim();
    expect(context.operations.find(({ kind }) => kind === 'git.push')).toMatchObject({
      repository,
      commit: tip,
    });
  });

  it('opens one pull request however often it is delivered, also at the same time', async () => {
    await newRepository();
    const context = buildContext();
    const first = await step().run(context);
    expect(await step().run(context)).toMatchObject({ status: 'pending', state: stateOf(first) });
    await onlyPull();

    await newRepository();
    const outcomes = await Promise.allSettled([
      step().run(context),
      step().run(context),
      step().run(context),
    ]);
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
    await step().run(context);
    await onlyPull();
  });

  it('goes on where a delivery was killed after the push', async () => {
    await newRepository();
    const context = buildContext();
    world.forge.faults.add({ kind: 'bad-gateway', method: 'POST', path: '/repos/*/*/pulls', when: 'before' });
    await expect(step().run(context)).rejects.toMatchObject({ failureClass: 'transport' });
    world.forge.faults.clear();
    expect(await pulls()).toEqual([]);
    const tip = await world.git(repository, 'for-each-ref', '--format=%(objectname)', 'refs/heads/loom');
    await step().run(context);
    expect((await onlyPull()).head.sha).toBe(tip.trim());
  });

  it('tells the outputs of the edit when it finds its pull request merged already (trap 13)', async () => {
    await newRepository();
    const context = buildContext();
    await step().run(context);
    await merge(1, 'squash');
    expect(await step().run(context)).toMatchObject({ status: 'merged', outputs: { before: 1 } });
    await onlyPull();
  });

  it('opens no pull request when there is nothing to change, and says so', async () => {
    await newRepository();
    await world.seed(repository, [{ message: 'By hand', files: { 'deploy/values.yaml': 'version: 2\n' } }]);
    expect(await step().run(buildContext())).toMatchObject({
      status: 'succeeded',
      message: `Nothing to change in ${repository}`,
      outputs: { before: 2 },
    });
    expect(await pulls()).toEqual([]);
    expect(await world.git(repository, 'for-each-ref', 'refs/heads/loom')).toBe('');
  });

  it('fails when the pull request is closed without merging, and does not open another one in that attempt (trap 13)', async () => {
    await newRepository();
    const context = buildContext();
    const waiting = await step().run(context);
    await close(1);
    const failure = {
      status: 'failed',
      failureClass: 'conflict',
      retryable: false,
      message: expect.stringMatching(/#1 was closed without merging( by loom)? at 2\d{3}-/),
    };
    expect(await poll(context, waiting)).toMatchObject(failure);
    expect(await step().run(context)).toMatchObject(failure);
    await onlyPull();
  });

  it('opens the closed pull request again on a retry, with the change made anew on the current base', async () => {
    await newRepository();
    const context = buildContext();
    await step().run(context);
    await close(1);
    await world.seed(repository, [
      {
        message: 'More',
        files: { 'deploy/values.yaml': '# values\nname: app\nversion: 1 # old\nreplicas: 3\n' },
      },
    ]);
    const retry = buildContext({ runId: context.runId, attempt: 2 });
    expect(await step().run(retry)).toMatchObject({ status: 'pending', metadata: { prNumber: 1 } });
    expect(await onlyPull()).toMatchObject({ state: 'open' });
    expect(await world.fileOn(repository, (await onlyPull()).head.ref, 'deploy/values.yaml')).toBe(
      '# values\nname: app\nversion: 2 # old\nreplicas: 3\n',
    );
    await close(1);
    expect(await step().run(retry)).toMatchObject({ status: 'failed' });
  });

  it('says that it has conflicts, and a retry after a close builds it on the current base', async () => {
    await newRepository();
    const context = buildContext();
    const waiting = await step().run(context);
    await world.seed(repository, [
      {
        message: 'Meanwhile',
        files: { 'deploy/values.yaml': '# values\nname: app\nversion: 1.5\nreplicas: 2\n' },
      },
    ]);
    expect(await poll(context, waiting)).toMatchObject({
      status: 'pending',
      message: expect.stringContaining(`${repository}#1 has conflicts with main`),
      metadata: { pullRequest: { mergeable: 'conflicts' } },
    });
    await expect(merge(1)).rejects.toMatchObject({ status: 405 });
    await close(1);
    const retry = buildContext({ runId: context.runId, attempt: 2 });
    const again = await step().run(retry);
    await merge(1);
    expect(await poll(retry, again)).toMatchObject({ status: 'merged', outputs: { before: 1.5 } });
    expect(await world.fileOn(repository, 'main', 'deploy/values.yaml')).toBe(
      '# values\nname: app\nversion: 2\nreplicas: 2\n',
    );
  });

  it('opens a new pull request on a retry when the branch of the closed one is gone', async () => {
    await newRepository();
    const context = buildContext();
    await step().run(context);
    await close(1);
    await world.git(repository, 'update-ref', '-d', `refs/heads/${(await onlyPull()).head.ref}`);
    expect(await step().run(buildContext({ runId: context.runId, attempt: 2 }))).toMatchObject({
      status: 'pending',
      metadata: { prNumber: 2 },
    });
    expect((await pulls()).map(({ number, state }) => [number, state])).toEqual([
      [2, 'open'],
      [1, 'closed'],
    ]);
  });

  it('keeps the work of people on its branch', async () => {
    await newRepository();
    const context = buildContext();
    await step().run(context);
    const { head } = await onlyPull();
    await world.seed(repository, [{ message: 'Fix a typo', files: { 'README.md': 'by hand\n' } }], head.ref);
    expect(await step().run(buildContext({ runId: context.runId, attempt: 2 }))).toMatchObject({
      status: 'pending',
    });
    expect(await world.fileOn(repository, head.ref, 'README.md')).toBe('by hand\n');
    await close(1);
    await expect(step().run(buildContext({ runId: context.runId, attempt: 3 }))).rejects.toMatchObject({
      failureClass: 'conflict',
      message: expect.stringContaining('has commits of'),
    });
  });

  it('fails with file and line when a file is malformed, and a retry after the fix goes on', async () => {
    await newRepository();
    await world.seed(repository, [
      { message: 'Oops', files: { 'deploy/values.yaml': 'name: app\nversion: 1: 2\n' } },
    ]);
    const context = buildContext();
    await expect(step().run(context)).rejects.toMatchObject({
      failureClass: 'invalid',
      message: expect.stringContaining(`deploy/values.yaml of ${repository}, line 2, column`),
    });
    await world.seed(repository, [
      { message: 'Fixed', files: { 'deploy/values.yaml': 'name: app\nversion: 1\n' } },
    ]);
    expect(await step().run(buildContext({ runId: context.runId, attempt: 2 }))).toMatchObject({
      status: 'pending',
    });
  });

  it('shows failed checks and requested changes while it waits', async () => {
    await newRepository();
    const context = buildContext();
    const waiting = await step().run(context);
    const [owner = '', repo = ''] = repository.split('/');
    const { head } = await onlyPull();
    await world.client.octokit.checks.create({
      owner,
      repo,
      name: 'test',
      head_sha: head.sha,
      status: 'completed',
      conclusion: 'failure',
    });
    await world.client.octokit.repos.createCommitStatus({
      owner,
      repo,
      sha: head.sha,
      state: 'success',
      context: 'lint',
    });
    expect(await poll(context, waiting)).toMatchObject({
      message: `Waiting for the merge of ${repository}#1 (failed checks: 1)`,
      metadata: {
        pullRequest: {
          number: 1,
          title: 'Use version 2',
          repository,
          state: 'open',
          base: 'main',
          checks: [
            { name: 'test', state: 'failed', url: expect.stringContaining('/commit/') },
            { name: 'lint', state: 'passed' },
          ],
          reviews: [],
          additions: 1,
          deletions: 1,
          changedFiles: 1,
        },
      },
    });
  });

  it('asks for an unchanged pull request with its ETag, and records it once', async () => {
    await newRepository();
    const context = buildContext();
    const waiting = await step().run(context);
    await poll(context, waiting);
    const before = context.operations.length;
    const asked = world.forge.requests.list().length;
    await poll(context, waiting);
    expect(context.operations.length).toBe(before);
    const again = world.forge.requests.list().slice(asked);
    expect(again.length).toBeGreaterThan(0);
    expect(again.map(({ status }) => status)).toEqual(again.map(() => 304));
  });
});

describe('undoing a step', () => {
  const undo = (context: RecordedContext) => {
    const { compensate } = step();
    if (compensate === undefined) throw new Error('The step cannot be undone');
    return compensate(buildContext({ runId: context.runId, phase: 'compensate' }));
  };

  it('says so when there is nothing to undo', async () => {
    await newRepository();
    expect(await undo(buildContext())).toMatchObject({
      status: 'succeeded',
      message: `Nothing to undo: no pull request was opened in ${repository}`,
    });
  });

  it('closes an open pull request and deletes its branch', async () => {
    await newRepository();
    const context = buildContext();
    await step().run(context);
    expect(await undo(context)).toMatchObject({ status: 'succeeded', message: `Closed ${repository}#1` });
    expect(await onlyPull()).toMatchObject({ state: 'closed' });
    expect(await world.git(repository, 'for-each-ref', 'refs/heads/loom')).toBe('');
    expect(await undo(context)).toMatchObject({ message: `Nothing to undo: ${repository}#1 was not merged` });
  });

  it.each(['merge', 'squash', 'rebase'] as const)(
    'reverts a change that was merged by %s',
    async (method) => {
      await newRepository();
      const context = buildContext();
      await step().run(context);
      const { head } = await onlyPull();
      await world.seed(repository, [{ message: 'A second commit', files: { 'NOTES.md': 'x\n' } }], head.ref);
      await merge(1, method);
      await world.seed(repository, [{ message: 'Later', files: { 'later.txt': 'x\n' } }]);
      const waiting = await undo(context);
      expect(waiting).toMatchObject({
        status: 'pending',
        message: `Waiting for the merge of ${repository}#2`,
      });
      expect(await undo(context)).toMatchObject({ status: 'pending', metadata: { prNumber: 2 } });
      await merge(2);
      expect(await poll(context, waiting)).toMatchObject({ status: 'merged' });
      expect(await world.fileOn(repository, 'main', 'deploy/values.yaml')).toContain('version: 1 # old');
      expect(await world.git(repository, 'ls-tree', '--name-only', 'main')).toBe(
        'deploy\nlater.txt\nrun.sh\n',
      );
      expect(await undo(context)).toMatchObject({ status: 'merged' });
      expect(await pulls()).toHaveLength(2);
    },
  );

  it('fails with the files in the way when the base went on', async () => {
    await newRepository();
    const context = buildContext();
    await step().run(context);
    await merge(1);
    await world.seed(repository, [{ message: 'On', files: { 'deploy/values.yaml': 'version: 3\n' } }]);
    await expect(undo(context)).rejects.toMatchObject({
      failureClass: 'conflict',
      message: expect.stringContaining('deploy/values.yaml changed on main since'),
    });
  });
});
