import { readdirSync } from 'node:fs';
import { stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withWorkspace } from '@loom/worker-sdk/git';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openScratchFolder } from '../scratch-folder.ts';
import { buildContext } from '../test-support/build-context.ts';
import { type ForgeWorld, openForgeWorld } from '../test-support/forge-world.ts';

// Real git against a real forge, on machines that do other things as well.
vi.setConfig({ testTimeout: 90_000 });

let world: ForgeWorld;
const repository = 'acme/files';

beforeAll(async () => {
  world = await openForgeWorld();
  await world.seed(repository, [
    {
      message: 'Start',
      files: {
        '.gitignore': 'chart/\n',
        'run.sh': { content: '#!/bin/sh\n', mode: '100755' },
        'sub/plain.txt': 'plain\r\n',
        'inside.txt': { content: 'sub/plain.txt', mode: '120000' },
        'outside.txt': { content: '/etc/hostname', mode: '120000' },
        'outside-folder': { content: '../..', mode: '120000' },
        dangling: { content: '/tmp/loom-not-there/x', mode: '120000' },
      },
    },
  ]);
});
afterAll(() => world.close());

const activity = () => buildContext();

describe('a workspace', () => {
  it('lists, reads, writes, renames and deletes files and keeps their modes and bytes', async () => {
    await withWorkspace(world.client, activity(), repository, {}, async (workspace) => {
      expect(await workspace.list('sub')).toEqual(['sub/plain.txt']);
      expect(await workspace.read('sub/plain.txt')).toBe('plain\r\n');
      expect(await workspace.read('inside.txt')).toBe('plain\r\n');
      expect(await workspace.readIfPresent('nothing.txt')).toBeUndefined();
      await expect(workspace.read('nothing.txt')).rejects.toMatchObject({
        failureClass: 'invalid',
        message: `${repository} has no file nothing.txt`,
      });
      await workspace.write('run.sh', '#!/bin/sh\necho hi\n');
      await workspace.write('chart/new.sh', 'x\n', { isExecutable: true });
      await workspace.rename('sub/plain.txt', 'other/plain.txt');
      await workspace.delete('.gitignore');
      await workspace.delete('not-there');
      expect(await workspace.list('chart')).toEqual(['chart/new.sh']);
      const commit = await workspace.commit('Change');
      const tree = await workspace.git.raw([
        'ls-tree',
        '-r',
        '--format=%(objectmode) %(path)',
        String(commit),
      ]);
      expect(tree.trim().split('\n')).toEqual([
        '100755 chart/new.sh',
        '120000 dangling',
        '120000 inside.txt',
        '100644 other/plain.txt',
        '120000 outside-folder',
        '120000 outside.txt',
        '100755 run.sh',
      ]);
      expect(await workspace.commit('Nothing')).toBeUndefined();
    });
  });

  it('refuses to touch what is not a file of the repository', async () => {
    const paths = [
      '../escape.txt',
      'sub/../../escape.txt',
      '/etc/passwd',
      '.git/config',
      'sub/.GIT/config',
      '.git. /config',
      'a\\b',
      'a\0b',
      '',
      'outside.txt',
      'outside-folder/x.txt',
      'dangling',
    ];
    await withWorkspace(world.client, activity(), repository, {}, async (workspace) => {
      for (const path of paths) {
        const refused = { name: 'StepFailure', failureClass: 'invalid' };
        await expect(workspace.read(path), path).rejects.toMatchObject(refused);
        await expect(workspace.write(path, 'x'), path).rejects.toMatchObject(refused);
        await expect(workspace.rename('run.sh', path), path).rejects.toMatchObject(refused);
        await expect(workspace.delete(path), path).rejects.toMatchObject(refused);
      }
      expect(await workspace.changes()).toEqual([]);
    });
  });

  it('leaves nothing behind, also when its use fails, and hides the token from the clone', async () => {
    const { path: root, close } = await openScratchFolder();
    try {
      const use = withWorkspace(world.client, activity(), repository, {}, async (workspace) => {
        expect(readdirSync(root)).toHaveLength(1);
        const config = await workspace.git.raw(['config', '--list', '--show-origin']);
        expect(config).toContain('remote.origin.url');
        expect(config.replaceAll(/command line:.*\n/g, '')).not.toContain('Authorization');
        throw new Error('the edit failed');
      });
      await expect(use).rejects.toThrow('the edit failed');
      expect(readdirSync(root)).toEqual([]);
    } finally {
      await close();
    }
  });

  it('stops when its attempt is aborted', async () => {
    const controller = new AbortController();
    const context = buildContext({ signal: controller.signal });
    const slow = world.forge.faults.add({ kind: 'slow', path: '/acme/files.git/**', delayMs: 20_000 });
    const opening = withWorkspace(world.client, context, repository, {}, () => Promise.resolve());
    const reason = new Error('cancelled by a test');
    const ended = opening.catch((error: unknown) => error);
    await expect
      .poll(() => world.forge.faults.list().find(({ id }) => id === slow.id)?.hits, { timeout: 10_000 })
      .toBe(1);
    controller.abort(reason);
    expect(await ended).toBe(reason);
    world.forge.faults.remove(slow.id);
  });

  it.each([
    ['a repository that is not there', 'acme/nowhere', {}, 'invalid'],
    ['a branch that is not there', repository, { branch: 'nope' }, 'invalid'],
  ])('says so for %s', async (_case, name, options, failureClass) => {
    await expect(
      withWorkspace(world.client, activity(), name, options, () => Promise.resolve()),
    ).rejects.toMatchObject({
      failureClass,
    });
  });

  it('says so when the forge is away or refuses the token, and never shows the token', async () => {
    const away = world.clientWith({ gitUrl: 'http://127.0.0.1:9' });
    await expect(
      withWorkspace(away, activity(), repository, {}, () => Promise.resolve()),
    ).rejects.toMatchObject({
      failureClass: 'transport',
    });
    const context = buildContext();
    const refused = world.clientWith({ token: 'wrong-token-abcdef' });
    await expect(
      withWorkspace(refused, context, repository, {}, () => Promise.resolve()),
    ).rejects.toMatchObject({
      failureClass: 'fatal',
    });
    expect(JSON.stringify(context.operations)).not.toMatch(/wrong-token|Basic/);
    expect(context.operations).toMatchObject([{ kind: 'git.clone', result: 'failed', repository }]);
  });

  it('tries a clone again that failed on the way', async () => {
    world.forge.faults.add({ kind: 'bad-gateway', path: '/acme/files.git/**', when: 'before', count: 1 });
    await expect(
      withWorkspace(world.client, activity(), repository, {}, async (workspace) => workspace.baseBranch),
    ).resolves.toBe('main');
    world.forge.faults.clear();
  });

  it('does not follow a link that an edit made', async () => {
    await withWorkspace(world.client, activity(), repository, {}, async (workspace) => {
      const root = (await workspace.git.revparse(['--show-toplevel'])).trim();
      const target = join(root, '..', 'target.txt');
      await writeFile(target, 'safe');
      await symlink(target, join(root, 'planted'));
      await expect(workspace.write('planted', 'owned')).rejects.toMatchObject({ failureClass: 'invalid' });
      expect((await stat(target)).size).toBe(4);
    });
  });
});
