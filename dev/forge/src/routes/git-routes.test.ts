import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanGit, startTestForge, type TestForge, TOKEN, withToken } from '../forge.test-kit.ts';
import { seedRepository } from '../seed-repository.ts';

const run = promisify(execFile);
let kit: TestForge;
beforeAll(async () => {
  kit = await startTestForge();
});
afterAll(() => kit.stop());

const seed = (repository: string) =>
  seedRepository(kit.forge, repository, {
    commits: [
      {
        message: 'Start',
        files: { 'README.md': '# Hello\n', 'run.sh': { content: '#!/bin/sh\n', mode: '100755' } },
      },
    ],
  });

test('a repository is cloned, changed, pushed and cloned again', async () => {
  await seed('git/round-trip');
  const { git, dir } = await kit.clone('git/round-trip');
  expect((await stat(join(dir, 'run.sh'))).mode & 0o111).not.toBe(0);
  await git.checkoutLocalBranch('feature/one');
  await writeFile(join(dir, 'README.md'), '# Changed\n');
  await git.commit('Change the heading', ['README.md']);
  await git.push('origin', 'feature/one');

  const again = await kit.clone('git/round-trip');
  await again.git.checkout('feature/one');
  expect(await readFile(join(again.dir, 'README.md'), 'utf8')).toBe('# Changed\n');
  const { stdout } = await run('git', [
    '--git-dir',
    kit.forge.gitDir('git/round-trip'),
    'log',
    '-1',
    '--format=%s',
    'feature/one',
  ]);
  expect(stdout.trim()).toBe('Change the heading');
});

test('the first push to an empty repository decides its default branch', async () => {
  await kit.octokit.repos.createInOrg({ org: 'git', name: 'empty' });
  const dir = await kit.folder();
  const git = cleanGit(dir);
  await git.init(['--initial-branch=trunk']);
  await git.addConfig('user.name', 'W').addConfig('user.email', 'w@example.org');
  await writeFile(join(dir, 'a.txt'), 'a\n');
  await git.add('a.txt').commit('First');
  await git.push(withToken(kit.forge.cloneUrl('git/empty')), 'trunk');
  const { data } = await kit.octokit.repos.get({ owner: 'git', repo: 'empty' });
  expect(data.default_branch).toBe('trunk');
  expect((await kit.clone('git/empty')).dir).toBeTruthy();
});

test('a push that is larger than git sends in one piece arrives whole', async () => {
  await seed('git/large');
  const { git, dir } = await kit.clone('git/large');
  const bytes = randomBytes(5 * 1024 * 1024);
  await writeFile(join(dir, 'large.bin'), bytes);
  await git.add('large.bin').commit('Large').push();
  const again = await kit.clone('git/large');
  expect((await readFile(join(again.dir, 'large.bin'))).equals(bytes)).toBe(true);
});

test('a compressed request body is understood', async () => {
  const { head } = await seed('git/gzip');
  const line = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text;
  const wanted = `${line(`want ${head} no-progress\n`)}0000${line('done\n')}`;
  const response = await fetch(`${kit.forge.url}/git/gzip.git/git-upload-pack`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/x-git-upload-pack-request',
      'content-encoding': 'gzip',
    },
    body: gzipSync(wanted),
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/x-git-upload-pack-result');
  expect(Buffer.from(await response.arrayBuffer()).includes('PACK')).toBe(true);
});

test('forced pushes, tags and deletions arrive, and the default branch cannot be deleted', async () => {
  await seed('git/rewrite');
  const { git } = await kit.clone('git/rewrite');
  await git.checkoutLocalBranch('topic');
  await git.commit('One', ['--allow-empty']).push('origin', 'topic');
  await git.commit('Two', ['--allow-empty', '--amend']);
  await expect(git.push('origin', 'topic')).rejects.toThrow(/non-fast-forward|rejected/);
  await git.push(['--force-with-lease', 'origin', 'topic']);
  await git.addTag('v1');
  await git.pushTags();
  expect(
    (await kit.octokit.git.getRef({ owner: 'git', repo: 'rewrite', ref: 'tags/v1' })).data.object.type,
  ).toBe('commit');
  await git.push(['origin', '--delete', 'topic']);
  const { data } = await kit.octokit.repos.listBranches({ owner: 'git', repo: 'rewrite' });
  expect(data.map((branch) => branch.name)).toEqual(['main']);
  await expect(git.push(['origin', '--delete', 'main'])).rejects.toThrow(
    /deletion of the current branch|remote rejected/,
  );
});

test('refs that the forge keeps for pull requests cannot be pushed', async () => {
  await seed('git/hidden');
  const { git } = await kit.clone('git/hidden');
  await expect(git.push(['origin', 'HEAD:refs/pull/1/head'])).rejects.toThrow(/deny updating a hidden ref/);
});

test('nobody reads or writes without a token that the forge knows', async () => {
  await seed('git/closed');
  const url = kit.forge.cloneUrl('git/closed');
  await expect(cleanGit().clone(url, await kit.folder())).rejects.toThrow(
    /could not read Username|Authentication failed/,
  );
  await expect(cleanGit().clone(withToken(url, 'wrong'), await kit.folder())).rejects.toThrow(
    /Authentication failed/,
  );
  const challenge = await fetch(`${url}/info/refs?service=git-upload-pack`);
  expect(challenge.status).toBe(401);
  expect(challenge.headers.get('www-authenticate')).toContain('Basic');
  const bearer = await fetch(`${url}/info/refs?service=git-upload-pack`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  expect(bearer.status).toBe(200);
});

test('a repository that is not there, and the old dumb protocol, are refused', async () => {
  await expect(
    cleanGit().clone(withToken(kit.forge.cloneUrl('git/nothing')), await kit.folder()),
  ).rejects.toThrow(/not found/i);
  await seed('git/dumb');
  const headers = { authorization: `Bearer ${TOKEN}` };
  for (const path of ['info/refs', 'HEAD', 'objects/info/packs', 'config']) {
    const response = await fetch(`${kit.forge.url}/git/dumb.git/${path}`, { headers });
    expect(response.status).toBe(404);
  }
});

test('pushes to one repository at the same moment all arrive', async () => {
  await seed('git/busy');
  const clones = await Promise.all([1, 2, 3, 4, 5, 6].map(() => kit.clone('git/busy')));
  await Promise.all(
    clones.map(async ({ git }, index) => {
      await git.checkoutLocalBranch(`topic-${index}`);
      await git.commit(`Topic ${index}`, ['--allow-empty']);
      await git.push('origin', `topic-${index}`);
    }),
  );
  const { data } = await kit.octokit.repos.listBranches({ owner: 'git', repo: 'busy' });
  expect(data).toHaveLength(7);
});

test('a client that goes away in the middle of a push leaves the repository free', async () => {
  await seed('git/gone');
  const controller = new AbortController();
  const body = new ReadableStream({
    start(stream) {
      stream.enqueue(new TextEncoder().encode('0000'));
    },
  });
  const push = fetch(`${kit.forge.url}/git/gone.git/git-receive-pack`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/x-git-receive-pack-request' },
    body,
    duplex: 'half',
    signal: controller.signal,
  } as RequestInit);
  // The half-sent push does not hold the repository, before or after its client is gone.
  await kit.octokit.repos.update({ owner: 'git', repo: 'gone', description: 'still answers' });
  controller.abort();
  await expect(push).rejects.toThrow(/abort/);
  const { git } = await kit.clone('git/gone');
  await git.commit('After', ['--allow-empty']).push();
});

test('a shallow clone and a fetch of new commits work', async () => {
  await seed('git/shallow');
  const dir = await kit.folder();
  await cleanGit().clone(withToken(kit.forge.cloneUrl('git/shallow')), dir, [
    '--depth',
    '1',
    '--filter=blob:none',
  ]);
  const { head } = await seedRepository(kit.forge, 'git/shallow', {
    commits: [{ message: 'Next', files: { 'b.txt': 'b' } }],
  });
  const git = cleanGit(dir);
  await git.fetch();
  expect((await git.revparse(['origin/main'])).trim()).toBe(head);
});

test('git started as a plain process needs nothing but the address', async () => {
  await seed('git/plain');
  const dir = await kit.folder();
  await chmod(dir, 0o700);
  const child = spawn('git', ['clone', '--quiet', withToken(kit.forge.cloneUrl('git/plain')), dir], {
    stdio: 'ignore',
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code).toBe(0);
});
