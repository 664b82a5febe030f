import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { pullRequestStep } from '@loom/worker-sdk/git';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildContext } from '../test-support/build-context.ts';
import { type ForgeWorld, openForgeWorld } from '../test-support/forge-world.ts';

// Real git against a real forge, on machines that do other things as well.
vi.setConfig({ testTimeout: 90_000 });

let world: ForgeWorld;

beforeAll(async () => {
  world = await openForgeWorld();
});
afterAll(() => world.close());

describe('a dry run of a step that changes a repository', () => {
  it('shows each step on top of the steps before it and writes nothing to the forge', async () => {
    const repository = 'acme/preview';
    const [base = ''] = await world.seed(repository, [
      {
        message: 'Start',
        files: {
          'values.yaml': 'version: 1\n',
          'old name.txt': 'a\nb\nc\nd\n',
          'tool.sh': '#!/bin/sh\n',
          'latin.txt': { base64: Buffer.from('caf\xe9\n', 'latin1').toString('base64') },
        },
      },
    ]);
    const asked = world.forge.requests.list().length;
    const seen: unknown[] = [];
    const step = (type: string, version: number) =>
      pullRequestStep({
        type,
        forge: world.client,
        repository: () => repository,
        async edit(workspace) {
          seen.push(await workspace.read('values.yaml'), workspace.baseCommit);
          await workspace.editYaml('values.yaml', ([document]) => document?.set(['version'], version));
          if (version === 2) {
            await workspace.rename('old name.txt', 'new name.txt');
            await workspace.write('logo.png', Buffer.from([137, 80, 78, 71, 0, 1]));
            await workspace.write('latin.txt', Buffer.from('caf\xe9!\n', 'latin1'));
          }
          if (version === 3) await workspace.delete('new name.txt');
          return { outputs: { version }, message: 'it is so already' };
        },
        title: () => `Use version ${version}`,
        body: () => '',
      });
    const context = buildContext({ isPreview: true });
    const next = { ...context };
    expect(await step('two', 2).run(context)).toMatchObject({
      status: 'succeeded',
      message: `Would open "Use version 2" in ${repository} (4 files)`,
      outputs: { version: 2 },
    });
    // Somebody pushes while the dry run goes on: it stays on the commit that it began with.
    await world.seed(repository, [{ message: 'Meanwhile', files: { 'values.yaml': 'version: 9\n' } }]);
    await step('three', 3).run(next);
    await expect(step('three', 3).run(next)).resolves.toMatchObject({
      message: `Nothing to change in ${repository}: it is so already`,
    });
    expect(seen.slice(0, 4)).toEqual(['version: 1\n', base, 'version: 2\n', base]);
    expect(context.changes).toEqual([
      { repo: repository, baseCommit: base, path: 'latin.txt', status: 'modified', note: 'a binary file' },
      { repo: repository, baseCommit: base, path: 'logo.png', status: 'new', note: 'a binary file' },
      {
        repo: repository,
        baseCommit: base,
        path: 'new name.txt',
        previousPath: 'old name.txt',
        status: 'renamed',
        before: 'a\nb\nc\nd\n',
        after: 'a\nb\nc\nd\n',
      },
      {
        repo: repository,
        baseCommit: base,
        path: 'values.yaml',
        status: 'modified',
        before: 'version: 1\n',
        after: 'version: 2\n',
      },
      { repo: repository, baseCommit: base, path: 'new name.txt', status: 'deleted', before: 'a\nb\nc\nd\n' },
      {
        repo: repository,
        baseCommit: base,
        path: 'values.yaml',
        status: 'modified',
        before: 'version: 2\n',
        after: 'version: 3\n',
      },
    ]);
    expect(context.bases).toEqual([{ repo: repository, branch: 'main', commit: base }]);
    const { readBase } = step('two', 2);
    const now = (branch: string) => readBase?.({ repo: repository, branch }, context.signal);
    expect(await now('main')).toBe((await world.git(repository, 'rev-parse', 'main')).trim());
    expect(await now('main')).not.toBe(base);
    expect(await now('none')).toBeUndefined();
    expect(await readBase?.({ repo: 'acme/none', branch: 'main' }, context.signal)).toBeUndefined();
    const written = world.forge.requests
      .list()
      .slice(asked)
      .filter(
        ({ method, path }) =>
          method !== 'GET' && !path.startsWith('/_forge') && !path.endsWith('/git-upload-pack'),
      );
    expect(written).toEqual([]);
    expect(await world.git(repository, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main\n');

    const clones = (): number => readdirSync(tmpdir()).filter((name) => name.startsWith('loom-git-')).length;
    expect(clones()).toBe(1);
    for (const held of context.preview?.session.values() ?? []) {
      await (held as { [Symbol.asyncDispose](): Promise<void> })[Symbol.asyncDispose]();
    }
    expect(clones()).toBe(0);
    await expect(step('two', 2).run(next)).rejects.toMatchObject({ failureClass: 'timeout' });
  });
});
