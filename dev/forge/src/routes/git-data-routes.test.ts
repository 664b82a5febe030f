import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal, startTestForge, type TestForge } from '../forge.test-kit.ts';
import { seedRepository } from '../seed-repository.ts';

let kit: TestForge;
beforeAll(async () => {
  kit = await startTestForge();
});
afterAll(() => kit.stop());

async function prepare(repo: string) {
  const seeded = await seedRepository(kit.forge, `acme/${repo}`, {
    commits: [
      {
        message: 'One',
        date: '2024-01-01T00:00:00Z',
        files: { 'a.txt': 'a\n', 'dir/b.txt': 'b\n', 'dir/run.sh': { content: 'x\n', mode: '100755' } },
      },
      {
        message: 'Two',
        date: '2024-01-02T00:00:00Z',
        author: { name: 'Eve', email: 'eve@example.org' },
        files: { 'c.txt': 'c\n' },
      },
      { message: 'Three', date: '2024-01-03T00:00:00Z', files: { 'a.txt': 'A\n' } },
    ],
  });
  return { target: { owner: 'acme', repo }, ...seeded };
}

test('refs are made, moved forward, forced, listed and deleted', async () => {
  const { target, commits, head } = await prepare('refs');
  const [first = '', second = ''] = commits;
  const made = await kit.octokit.git.createRef({ ...target, ref: 'refs/heads/feat/x', sha: first });
  expect(made.data).toMatchObject({ ref: 'refs/heads/feat/x', object: { type: 'commit', sha: first } });
  expect(
    await refusal(kit.octokit.git.createRef({ ...target, ref: 'refs/heads/feat/x', sha: first })),
  ).toMatchObject({ status: 422, message: 'Reference already exists' });
  // A branch cannot lie inside another.
  expect(
    (await refusal(kit.octokit.git.createRef({ ...target, ref: 'refs/heads/feat', sha: first }))).status,
  ).toBe(422);
  expect(
    (await kit.octokit.git.updateRef({ ...target, ref: 'heads/feat/x', sha: second })).data.object.sha,
  ).toBe(second);
  expect(
    await refusal(kit.octokit.git.updateRef({ ...target, ref: 'heads/feat/x', sha: first })),
  ).toMatchObject({ status: 422, message: 'Update is not a fast forward' });
  expect(
    (await kit.octokit.git.updateRef({ ...target, ref: 'heads/feat/x', sha: first, force: true })).data.object
      .sha,
  ).toBe(first);
  expect((await kit.octokit.git.getRef({ ...target, ref: 'heads/feat/x' })).data.object.sha).toBe(first);
  expect((await refusal(kit.octokit.git.getRef({ ...target, ref: 'heads/feat' }))).status).toBe(404);
  await kit.octokit.git.createRef({ ...target, ref: 'refs/tags/v1', sha: head });
  expect(
    (await kit.octokit.git.listMatchingRefs({ ...target, ref: 'heads/fe' })).data.map(({ ref }) => ref),
  ).toEqual(['refs/heads/feat/x']);
  expect((await kit.octokit.repos.getBranch({ ...target, branch: 'feat/x' })).data).toMatchObject({
    name: 'feat/x',
    commit: { sha: first },
    protected: false,
  });
  await kit.octokit.git.deleteRef({ ...target, ref: 'heads/feat/x' });
  expect(await refusal(kit.octokit.git.deleteRef({ ...target, ref: 'heads/feat/x' }))).toMatchObject({
    status: 422,
    message: 'Reference does not exist',
  });
  expect(
    (await refusal(kit.octokit.git.updateRef({ ...target, ref: 'heads/feat/x', sha: first }))).status,
  ).toBe(422);
  expect((await refusal(kit.octokit.git.deleteRef({ ...target, ref: 'heads/main' }))).status).toBe(422);
  expect((await refusal(kit.octokit.repos.getBranch({ ...target, branch: 'nowhere' }))).message).toBe(
    'Branch not found',
  );
});

test('bad ref names and objects that are not there are refused', async () => {
  const { target, head } = await prepare('bad-refs');
  for (const ref of [
    'main',
    'refs/x',
    'refs/heads/',
    'refs/heads/a..b',
    'refs/heads/-x~1',
    'refs/heads/x.lock',
    'refs/pull/1/head',
    'refs/heads/ x',
    'refs/heads/\u0000',
  ]) {
    expect([ref, (await refusal(kit.octokit.git.createRef({ ...target, ref, sha: head }))).status]).toEqual([
      ref,
      422,
    ]);
  }
  for (const sha of ['0'.repeat(40), 'main', '', '--all', head.slice(0, 8)]) {
    expect((await refusal(kit.octokit.git.createRef({ ...target, ref: 'refs/heads/x', sha }))).status).toBe(
      422,
    );
  }
});

test('a commit is built from blobs and trees, as workers do without a clone', async () => {
  const { target, head } = await prepare('build');
  const blob = await kit.octokit.git.createBlob({
    ...target,
    content: Buffer.from([0, 200, 10]).toString('base64'),
    encoding: 'base64',
  });
  const text = await kit.octokit.git.createBlob({ ...target, content: 'grüße\n' });
  const back = await kit.octokit.git.getBlob({ ...target, file_sha: text.data.sha });
  expect(Buffer.from(back.data.content, 'base64').toString()).toBe('grüße\n');
  const parent = await kit.octokit.git.getCommit({ ...target, commit_sha: head });
  const tree = await kit.octokit.git.createTree({
    ...target,
    base_tree: parent.data.tree.sha,
    tree: [
      { path: 'bin/blob', mode: '100644', type: 'blob', sha: blob.data.sha },
      { path: 'inline.txt', mode: '100644', type: 'blob', content: 'inline\n' },
      { path: 'a.txt', mode: '100644', type: 'blob', sha: null },
      { path: 'copy', mode: '040000', type: 'tree', sha: await shaOf(target, 'dir') },
    ],
  });
  const commit = await kit.octokit.git.createCommit({
    ...target,
    message: 'Built\n',
    tree: tree.data.sha,
    parents: [head],
  });
  expect(commit.data).toMatchObject({
    message: 'Built',
    parents: [{ sha: head }],
    author: { name: 'loom-bot' },
  });
  await kit.octokit.git.updateRef({ ...target, ref: 'heads/main', sha: commit.data.sha });
  const whole = await kit.octokit.git.getTree({ ...target, tree_sha: 'main', recursive: 'true' });
  expect(whole.data.tree.map((entry) => `${entry.mode} ${entry.path}`)).toEqual([
    '040000 bin',
    '100644 bin/blob',
    '100644 c.txt',
    '040000 copy',
    '100644 copy/b.txt',
    '100755 copy/run.sh',
    '040000 dir',
    '100644 dir/b.txt',
    '100755 dir/run.sh',
    '100644 inline.txt',
  ]);
});

async function shaOf(target: { owner: string; repo: string }, path: string): Promise<string> {
  const { data } = await kit.octokit.git.getTree({ ...target, tree_sha: 'main' });
  return data.tree.find((entry) => entry.path === path)?.sha ?? '';
}

test('a tree can do without a base, replace a folder by a file, and drop a folder', async () => {
  const { target, head } = await prepare('trees');
  const alone = await kit.octokit.git.createTree({
    ...target,
    tree: [{ path: 'only.txt', mode: '100644', content: 'x' }],
  });
  expect(alone.data.tree.map(({ path }) => path)).toEqual(['only.txt']);
  const replaced = await kit.octokit.git.createTree({
    ...target,
    base_tree: head,
    tree: [{ path: 'dir', mode: '100644', content: 'now a file' }],
  });
  expect(replaced.data.tree.map(({ path, type }) => `${type} ${path}`)).toEqual([
    'blob a.txt',
    'blob c.txt',
    'blob dir',
  ]);
  const dropped = await kit.octokit.git.createTree({
    ...target,
    base_tree: head,
    tree: [{ path: 'dir', mode: '040000', sha: null }],
  });
  expect(dropped.data.tree.map(({ path }) => path)).toEqual(['a.txt', 'c.txt']);
});

test('trees and commits of objects that are not there, or of bad paths, are refused', async () => {
  const { target, head } = await prepare('bad-trees');
  const entry = { path: 'x', mode: '100644' as const };
  const none = '1'.repeat(40);
  const tree = (value: object, base_tree = head) =>
    refusal(
      kit.octokit.git.createTree({ ...target, base_tree, tree: [{ ...entry, content: 'x', ...value }] }),
    );
  expect((await tree({ path: '../x' })).status).toBe(422);
  expect((await tree({ path: '.git/config' })).status).toBe(422);
  expect((await tree({ sha: none })).status).toBe(422);
  expect((await tree({ sha: head })).status).toBe(422);
  expect((await tree({}, none)).status).toBe(422);
  expect((await refusal(kit.octokit.git.createTree({ ...target, tree: [{ ...entry }] }))).message).toContain(
    'tree.sha or tree.content',
  );
  expect(
    (await refusal(kit.octokit.git.createCommit({ ...target, message: 'M', tree: none, parents: [] })))
      .status,
  ).toBe(422);
  expect(
    (await refusal(kit.octokit.git.createCommit({ ...target, message: 'M', tree: head, parents: [] })))
      .status,
  ).toBe(422);
  expect((await refusal(kit.octokit.git.getBlob({ ...target, file_sha: head }))).status).toBe(404);
  expect((await refusal(kit.octokit.git.getTree({ ...target, tree_sha: 'nowhere' }))).status).toBe(404);
  expect((await refusal(kit.octokit.git.getCommit({ ...target, commit_sha: none }))).status).toBe(404);
  expect(
    (await refusal(kit.octokit.git.createBlob({ ...target, content: '***', encoding: 'base64' }))).status,
  ).toBe(422);
});

test('history is filtered by path, author, time and start, and paged', async () => {
  const { target, commits } = await prepare('history');
  const messages = async (query: object) =>
    (await kit.octokit.repos.listCommits({ ...target, ...query })).data.map(({ commit }) => commit.message);
  expect(await messages({})).toEqual(['Three', 'Two', 'One']);
  expect(await messages({ path: 'a.txt' })).toEqual(['Three', 'One']);
  expect(await messages({ path: 'dir' })).toEqual(['One']);
  expect(await messages({ author: 'eve@example.org' })).toEqual(['Two']);
  expect(await messages({ since: '2024-01-02T00:00:00Z' })).toEqual(['Three', 'Two']);
  expect(await messages({ until: '2024-01-01T12:00:00Z' })).toEqual(['One']);
  expect(await messages({ sha: commits[1] })).toEqual(['Two', 'One']);
  expect(await messages({ per_page: 1, page: 2 })).toEqual(['Two']);
  expect((await refusal(kit.octokit.repos.listCommits({ ...target, since: 'yesterday-ish' }))).status).toBe(
    422,
  );
  expect((await refusal(kit.octokit.repos.listCommits({ ...target, sha: 'nowhere' }))).status).toBe(404);
  await kit.octokit.repos.createInOrg({ org: 'acme', name: 'void' });
  expect((await refusal(kit.octokit.repos.listCommits({ owner: 'acme', repo: 'void' }))).status).toBe(409);
});

test('a commit shows its files, and is found by branch, tag, short and full SHA', async () => {
  const { target, head } = await prepare('commit');
  await kit.octokit.git.createRef({ ...target, ref: 'refs/tags/v1', sha: head });
  for (const ref of [
    'main',
    'heads/main',
    'refs/heads/main',
    'v1',
    'tags/v1',
    head,
    head.slice(0, 8),
    'HEAD',
  ]) {
    const { data } = await kit.octokit.repos.getCommit({ ...target, ref });
    expect(data).toMatchObject({
      sha: head,
      stats: { additions: 1, deletions: 1, total: 2 },
      files: [{ filename: 'a.txt', status: 'modified', patch: '@@ -1 +1 @@\n-a\n+A' }],
    });
  }
  expect((await refusal(kit.octokit.repos.getCommit({ ...target, ref: 'nowhere' }))).status).toBe(422);
  expect((await refusal(kit.octokit.repos.getCommit({ ...target, ref: '--help' }))).status).toBe(422);
});

test('two branches are compared from where they parted', async () => {
  const { target, commits } = await prepare('compare');
  await seedRepository(kit.forge, 'acme/compare', {
    branch: 'topic',
    from: commits[1] ?? '',
    commits: [
      { message: 'Topic 1', files: { 't.txt': 't\n' } },
      { message: 'Topic 2', files: { 't.txt': 'tt\n' } },
    ],
  });
  const compare = async (basehead: string) =>
    (await kit.octokit.repos.compareCommitsWithBasehead({ ...target, basehead })).data;
  const data = await compare('main...topic');
  expect(data).toMatchObject({
    status: 'diverged',
    ahead_by: 2,
    behind_by: 1,
    total_commits: 2,
    merge_base_commit: { sha: commits[1] },
    files: [{ filename: 't.txt', status: 'added' }],
  });
  expect(data.commits.map(({ commit }) => commit.message)).toEqual(['Topic 1', 'Topic 2']);
  expect((await compare('acme:main...acme:main')).status).toBe('identical');
  expect((await compare(`${commits[0]}...main`)).status).toBe('ahead');
  expect((await compare(`main...${commits[0]}`)).status).toBe('behind');
  expect((await refusal(compare('main...nowhere'))).status).toBe(404);
  expect((await refusal(compare('main'))).status).toBe(404);
});

test('a tarball holds the files of the ref below one folder', async () => {
  const { target, head } = await prepare('tarball');
  const { data, url } = await kit.octokit.repos.downloadTarballArchive({ ...target, ref: 'main' });
  expect(url).toContain('/_codeload/acme/tarball/legacy.tar.gz/main');
  const { gunzipSync } = await import('node:zlib');
  const tar = gunzipSync(Buffer.from(data as ArrayBuffer)).toString('latin1');
  expect(tar).toContain(`acme-tarball-${head.slice(0, 7)}/dir/run.sh`);
  expect(
    (await refusal(kit.octokit.repos.downloadTarballArchive({ ...target, ref: 'nowhere' }))).status,
  ).toBe(404);
});
