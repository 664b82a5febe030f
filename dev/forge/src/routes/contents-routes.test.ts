import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal, startTestForge, type TestForge } from '../forge.test-kit.ts';
import { seedRepository } from '../seed-repository.ts';

let kit: TestForge;
beforeAll(async () => {
  kit = await startTestForge();
});
afterAll(() => kit.stop());

async function prepare(repo: string) {
  await seedRepository(kit.forge, `acme/${repo}`, {
    commits: [
      {
        message: 'Start',
        files: {
          'README.md': '# Hello\n',
          'docs/a file.md': 'spaces\n',
          'docs/deep/über.md': 'umlaut\n',
          'run.sh': { content: '#!/bin/sh\n', mode: '100755' },
          link: { content: 'README.md', mode: '120000' },
          'image.bin': { base64: Buffer.from([0, 1, 2, 255]).toString('base64') },
        },
      },
    ],
  });
  return { owner: 'acme', repo };
}

const encode = (text: string) => Buffer.from(text).toString('base64');

test('files, folders, links and raw bytes are read', async () => {
  const target = await prepare('read');
  const { data: file } = await kit.octokit.repos.getContent({ ...target, path: 'docs/a file.md' });
  expect(file).toMatchObject({
    type: 'file',
    encoding: 'base64',
    content: `${encode('spaces\n')}\n`,
    path: 'docs/a file.md',
    name: 'a file.md',
  });
  const { data: folder } = await kit.octokit.repos.getContent({ ...target, path: 'docs' });
  expect(folder).toMatchObject([
    { type: 'file', path: 'docs/a file.md', size: 7 },
    { type: 'dir', path: 'docs/deep', size: 0 },
  ]);
  const { data: root } = await kit.octokit.repos.getContent({ ...target, path: '' });
  expect(Array.isArray(root) && root.map((entry) => `${entry.type} ${entry.name}`)).toEqual([
    'file README.md',
    'dir docs',
    'file image.bin',
    'symlink link',
    'file run.sh',
  ]);
  expect((await kit.octokit.repos.getContent({ ...target, path: 'link' })).data).toMatchObject({
    type: 'symlink',
    target: 'README.md',
  });
  const raw = await kit.octokit.repos.getContent({
    ...target,
    path: 'image.bin',
    mediaType: { format: 'raw' },
  });
  expect([...Buffer.from(raw.data as unknown as ArrayBuffer)]).toEqual([0, 1, 2, 255]);
  const umlaut = await kit.octokit.repos.getContent({ ...target, path: 'docs/deep/über.md' });
  expect(umlaut.data).toMatchObject({ path: 'docs/deep/über.md' });
});

test('every address in an answer leads somewhere', async () => {
  const target = await prepare('links');
  const { data } = await kit.octokit.repos.getContent({ ...target, path: 'docs/a file.md' });
  if (Array.isArray(data) || data.type !== 'file') throw new Error('not a file');
  const authorization = `Bearer ${kit.forge.token}`;
  for (const url of [data.url, data.git_url, data.html_url, data.download_url]) {
    const response = await fetch(url ?? '', { headers: { authorization } });
    expect([url, response.status]).toEqual([url, 200]);
  }
});

test('a file is made, changed with its sha, and deleted', async () => {
  const target = await prepare('write');
  const made = await kit.octokit.repos.createOrUpdateFileContents({
    ...target,
    path: 'new/file.txt',
    message: 'Make it',
    content: encode('one\n'),
    author: { name: 'Eve', email: 'eve@example.org', date: '2024-01-02T03:04:05Z' },
  });
  expect(made.status).toBe(201);
  expect(made.data).toMatchObject({
    content: { path: 'new/file.txt' },
    commit: { message: 'Make it', author: { name: 'Eve', date: '2024-01-02T03:04:05Z' } },
  });
  const sha = made.data.content?.sha ?? '';
  const file = { ...target, path: 'new/file.txt', message: 'Change it' };
  const content = encode('two\n');
  expect(await refusal(kit.octokit.repos.createOrUpdateFileContents({ ...file, content }))).toMatchObject({
    status: 422,
    message: 'Invalid request.\n\n"sha" wasn\'t supplied.',
  });
  expect(
    await refusal(kit.octokit.repos.createOrUpdateFileContents({ ...file, content, sha: 'f'.repeat(40) })),
  ).toMatchObject({ status: 409, message: `new/file.txt does not match ${'f'.repeat(40)}` });
  const changed = await kit.octokit.repos.createOrUpdateFileContents({ ...file, content, sha });
  expect(changed.status).toBe(200);
  const deleted = await kit.octokit.repos.deleteFile({
    ...file,
    message: 'Delete it',
    sha: changed.data.content?.sha ?? '',
  });
  expect(deleted.data).toMatchObject({ content: null, commit: { message: 'Delete it' } });
  expect((await refusal(kit.octokit.repos.getContent({ ...target, path: 'new/file.txt' }))).status).toBe(404);
  expect((await kit.octokit.repos.listCommits(target)).data.map(({ commit }) => commit.message)).toEqual([
    'Delete it',
    'Change it',
    'Make it',
    'Start',
  ]);
});

test('a changed file keeps its mode', async () => {
  const target = await prepare('mode');
  const { data } = await kit.octokit.repos.getContent({ ...target, path: 'run.sh' });
  const sha = Array.isArray(data) ? '' : data.sha;
  await kit.octokit.repos.createOrUpdateFileContents({
    ...target,
    path: 'run.sh',
    message: 'M',
    content: encode('#!/bin/bash\n'),
    sha,
  });
  const tree = await kit.octokit.git.getTree({ ...target, tree_sha: 'main' });
  expect(tree.data.tree.find((entry) => entry.path === 'run.sh')?.mode).toBe('100755');
});

test('an empty repository gets its first commit, other missing branches are a 404', async () => {
  await kit.octokit.repos.createInOrg({ org: 'acme', name: 'fresh' });
  const target = { owner: 'acme', repo: 'fresh' };
  expect(await refusal(kit.octokit.repos.getContent({ ...target, path: '' }))).toMatchObject({
    status: 404,
    message: 'This repository is empty.',
  });
  const file = { ...target, path: 'a.txt', message: 'First', content: encode('a') };
  expect(
    (await refusal(kit.octokit.repos.createOrUpdateFileContents({ ...file, branch: 'nowhere' }))).status,
  ).toBe(404);
  expect((await kit.octokit.repos.createOrUpdateFileContents(file)).status).toBe(201);
  expect((await kit.octokit.repos.getBranch({ ...target, branch: 'main' })).data.commit.commit.message).toBe(
    'First',
  );
});

test('paths that leave the repository, or do not fit its tree, change nothing', async () => {
  const target = await prepare('paths');
  const put = (path: string) =>
    refusal(
      kit.octokit.repos.createOrUpdateFileContents({ ...target, path, message: 'M', content: encode('x') }),
    );
  for (const path of ['.git/config', 'a/.GIT/hooks/x', '../x', 'a/../../x', 'a//b', 'README.md/x', 'docs'])
    expect([path, (await put(path)).status]).toEqual([path, 422]);
  expect(
    (
      await refusal(
        kit.octokit.repos.createOrUpdateFileContents({
          ...target,
          path: 'x',
          message: 'M',
          content: 'no base64!',
        }),
      )
    ).status,
  ).toBe(422);
  for (const path of ['../../etc/passwd', '.git/config', 'docs/../README.md'])
    expect([
      path,
      await kit.octokit.repos.getContent({ ...target, path }).then(
        (r) => r.url,
        (e) => e.status,
      ),
    ]).toEqual([path, 404]);
  expect(
    (await refusal(kit.octokit.repos.getContent({ ...target, path: 'README.md', ref: 'nowhere' }))).status,
  ).toBe(404);
  expect(
    (await refusal(kit.octokit.repos.getContent({ ...target, path: 'README.md', ref: '--output=/tmp/x' })))
      .status,
  ).toBe(404);
  expect((await kit.octokit.repos.listCommits(target)).data).toHaveLength(1);
});

test('writes to one file at once: one wins, the others are told', async () => {
  const target = await prepare('contended');
  const writes = await Promise.allSettled(
    Array.from({ length: 5 }, (_, index) =>
      kit.octokit.repos.createOrUpdateFileContents({
        ...target,
        path: 'same.txt',
        message: `M${index}`,
        content: encode(`${index}`),
      }),
    ),
  );
  expect(writes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});
