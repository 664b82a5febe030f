import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal, startTestForge, type TestForge } from '../forge.test-kit.ts';
import { seedRepository } from '../seed-repository.ts';

const run = promisify(execFile);
let kit: TestForge;
beforeAll(async () => {
  kit = await startTestForge();
});
afterAll(() => kit.stop());

const START = 'one\ntwo\nthree\n';

/** A repository with a branch `topic` that changes what `topicFiles` says. */
async function prepare(name: string, topicFiles: Record<string, string | null> = { 'new.txt': 'new\n' }) {
  const repository = `acme/${name}`;
  await seedRepository(kit.forge, repository, {
    commits: [
      {
        message: 'Start',
        files: { 'a.txt': START, 'b.txt': START, 'old.txt': 'the same words\nto be moved\n' },
      },
    ],
  });
  const topic = await seedRepository(kit.forge, repository, {
    branch: 'topic',
    from: 'main',
    commits: [{ message: 'Change on topic\n\nWhy it was changed.', files: topicFiles }],
  });
  return { owner: 'acme', repo: name, repository, topic: topic.head };
}

async function gitIn(repository: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('git', ['--git-dir', kit.forge.gitDir(repository), ...args]);
  return stdout.trim();
}

const moveMain = (repository: string, files: Record<string, string>) =>
  seedRepository(kit.forge, repository, { commits: [{ message: 'Meanwhile', files }] });

describe('opening', () => {
  test('a pull request tells all that GitHub tells of one', async () => {
    const { owner, repo, topic } = await prepare('open', {
      'a.txt': 'one\n2\nthree\n',
      'b.txt': null,
      'moved.txt': 'the same words\nto be moved\n',
      'old.txt': null,
    });
    const { data, status, headers } = await kit.octokit.pulls.create({
      owner,
      repo,
      head: 'topic',
      base: 'main',
      title: 'Change it',
      body: 'Because',
    });
    expect(status).toBe(201);
    expect(headers.location).toBe(data.url);
    expect(data).toMatchObject({
      number: 1,
      state: 'open',
      title: 'Change it',
      body: 'Because',
      draft: false,
      merged: false,
      mergeable: true,
      mergeable_state: 'clean',
      commits: 1,
      changed_files: 3,
      additions: 1,
      deletions: 4,
      user: { login: 'loom-bot', type: 'User' },
      head: { ref: 'topic', label: 'acme:topic', sha: topic, repo: { full_name: 'acme/open' } },
      base: { ref: 'main', label: 'acme:main' },
    });
    const { data: files } = await kit.octokit.pulls.listFiles({ owner, repo, pull_number: 1 });
    expect(
      files.map(({ filename, status: what, previous_filename }) => [filename, what, previous_filename]),
    ).toEqual([
      ['a.txt', 'modified', undefined],
      ['b.txt', 'removed', undefined],
      ['moved.txt', 'renamed', 'old.txt'],
    ]);
    expect(files[0]?.patch).toBe('@@ -1,3 +1,3 @@\n one\n-two\n+2\n three');
    expect(files[2]?.patch).toBeUndefined();
    const { data: commits } = await kit.octokit.pulls.listCommits({ owner, repo, pull_number: 1 });
    expect(commits.map(({ sha, commit }) => [sha, commit.message])).toEqual([
      [topic, 'Change on topic\n\nWhy it was changed.'],
    ]);
    const diff = await kit.octokit.pulls.get({ owner, repo, pull_number: 1, mediaType: { format: 'diff' } });
    expect(diff.data).toMatch(/rename from old.txt/);
    const page = await fetch(data.html_url);
    expect(page.status).toBe(200);
  });

  test('the same pull request is not opened twice', async () => {
    const { owner, repo } = await prepare('twice');
    const wanted = { owner, repo, head: 'topic', base: 'main', title: 'T' };
    await kit.octokit.pulls.create(wanted);
    expect(await refusal(kit.octokit.pulls.create(wanted))).toMatchObject({
      status: 422,
      message: 'Validation Failed',
      errors: [
        {
          resource: 'PullRequest',
          code: 'custom',
          message: 'A pull request already exists for acme:topic.',
        },
      ],
    });
    const { data } = await kit.octokit.pulls.list({ owner, repo, state: 'all', head: 'acme:topic' });
    expect(data).toHaveLength(1);
  });

  test('of many that ask at once exactly one is opened', async () => {
    const { owner, repo } = await prepare('race');
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, () =>
        kit.octokit.pulls.create({ owner, repo, head: 'topic', base: 'main', title: 'T' }),
      ),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test("what cannot be compared is refused in GitHub's words", async () => {
    const { owner, repo, repository } = await prepare('refused');
    await seedRepository(kit.forge, repository, { branch: 'same', from: 'main', commits: [] });
    await seedRepository(kit.forge, repository, {
      branch: 'alien',
      commits: [{ message: 'Root', files: { x: 'x' } }],
    });
    const open = (head: string, base = 'main', title = 'T') =>
      refusal(kit.octokit.pulls.create({ owner, repo, head, base, title }));
    expect((await open('same')).errors).toMatchObject([{ message: 'No commits between main and same' }]);
    expect((await open('alien')).errors).toMatchObject([
      { message: 'The alien branch has no history in common with main' },
    ]);
    expect((await open('nowhere')).errors).toMatchObject([{ field: 'head', code: 'invalid' }]);
    expect((await open('other:topic')).errors).toMatchObject([{ field: 'head', code: 'invalid' }]);
    expect((await open('topic', 'nowhere')).errors).toMatchObject([{ field: 'base', code: 'invalid' }]);
    expect((await open('topic', 'main', '')).status).toBe(422);
    expect(
      await refusal(
        kit.octokit.request('POST /repos/{owner}/{repo}/pulls', { owner, repo, head: 'topic', base: 'main' }),
      ),
    ).toMatchObject({
      status: 422,
      message: 'Invalid request.\n\n"title" wasn\'t supplied.',
    });
  });
});

describe('listing', () => {
  test("filters, order and pages are GitHub's", async () => {
    const { owner, repo, repository } = await prepare('list');
    for (const number of [1, 2, 3, 4, 5]) {
      const branch = `topic-${number}`;
      await seedRepository(kit.forge, repository, {
        branch,
        from: 'main',
        commits: [{ message: branch, files: { [branch]: 'x' } }],
      });
      await kit.octokit.pulls.create({ owner, repo, head: branch, base: 'main', title: branch });
    }
    await kit.octokit.pulls.update({ owner, repo, pull_number: 2, state: 'closed' });
    const numbers = async (query: object) =>
      (await kit.octokit.pulls.list({ owner, repo, ...query })).data.map((pull) => pull.number);
    expect(await numbers({})).toEqual([5, 4, 3, 1]);
    expect(await numbers({ state: 'closed' })).toEqual([2]);
    expect(await numbers({ state: 'all', direction: 'asc' })).toEqual([1, 2, 3, 4, 5]);
    expect(await numbers({ head: 'acme:topic-3' })).toEqual([3]);
    expect(await numbers({ head: 'other:topic-3' })).toEqual([]);
    expect(await numbers({ base: 'nowhere' })).toEqual([]);
    const all = await kit.octokit.paginate(kit.octokit.pulls.list, {
      owner,
      repo,
      state: 'all',
      per_page: 2,
    });
    expect(all.map((pull) => pull.number)).toEqual([5, 4, 3, 2, 1]);
    const { headers } = await kit.octokit.pulls.list({ owner, repo, state: 'all', per_page: 2, page: 2 });
    expect(headers.link).toMatch(
      /page=1>; rel="prev".*page=3>; rel="next".*page=3>; rel="last".*page=1>; rel="first"/,
    );
  });
});

describe('changing', () => {
  test('title, body and base are edited; close and reopen keep the number', async () => {
    const { owner, repo, repository } = await prepare('edit');
    await seedRepository(kit.forge, repository, { branch: 'release', from: 'main', commits: [] });
    await kit.octokit.pulls.create({ owner, repo, head: 'topic', base: 'main', title: 'T' });
    const edited = await kit.octokit.pulls.update({
      owner,
      repo,
      pull_number: 1,
      title: 'New',
      body: 'B',
      base: 'release',
    });
    expect(edited.data).toMatchObject({ title: 'New', body: 'B', base: { ref: 'release' } });
    const closed = await kit.octokit.pulls.update({ owner, repo, pull_number: 1, state: 'closed' });
    expect(closed.data).toMatchObject({ state: 'closed', merged: false, merged_at: null, mergeable: null });
    expect(closed.data.closed_at).toBeTruthy();
    const reopened = await kit.octokit.pulls.update({ owner, repo, pull_number: 1, state: 'open' });
    expect(reopened.data).toMatchObject({ state: 'open', closed_at: null, number: 1, mergeable: true });
  });

  test('a push to the head moves it, and a deleted head closes it for good', async () => {
    const { owner, repo, repository } = await prepare('head');
    await kit.octokit.pulls.create({ owner, repo, head: 'topic', base: 'main', title: 'T' });
    const { git } = await kit.clone(repository);
    await git.checkout('topic');
    await git.commit('More', ['--allow-empty']);
    await git.push('origin', 'topic');
    const tip = (await git.revparse(['HEAD'])).trim();
    const { data } = await kit.octokit.pulls.get({ owner, repo, pull_number: 1 });
    expect(data).toMatchObject({ head: { sha: tip }, commits: 2 });
    await kit.octokit.git.deleteRef({ owner, repo, ref: 'heads/topic' });
    expect((await kit.octokit.pulls.get({ owner, repo, pull_number: 1 })).data.state).toBe('closed');
    const refused = await refusal(kit.octokit.pulls.update({ owner, repo, pull_number: 1, state: 'open' }));
    expect(refused).toMatchObject({
      status: 422,
      errors: [{ message: 'state cannot be changed. The topic branch has been deleted.' }],
    });
    expect(await gitIn(repository, 'rev-parse', 'refs/pull/1/head')).toBe(tip);
    expect((await kit.octokit.pulls.listFiles({ owner, repo, pull_number: 1 })).data).toHaveLength(1);
  });

  test('somebody who pushes the head into the base has merged it', async () => {
    const { owner, repo, repository, topic } = await prepare('by-hand');
    await kit.octokit.pulls.create({ owner, repo, head: 'topic', base: 'main', title: 'T' });
    const { git } = await kit.clone(repository);
    await git.merge(['origin/topic', '--ff-only']);
    await git.push('origin', 'main');
    const { data } = await kit.octokit.pulls.get({ owner, repo, pull_number: 1 });
    expect(data).toMatchObject({
      state: 'closed',
      merged: true,
      merge_commit_sha: topic,
      merged_by: { login: 'loom-bot' },
    });
    expect(data.changed_files).toBe(1);
  });

  test('a pull request that is not there is a 404 whatever its number looks like', async () => {
    await prepare('none');
    for (const number of ['7', '0', 'x', '-1', '99999999999999999999', '1.5']) {
      const get = kit.octokit.request(`GET /repos/acme/none/pulls/${number}`);
      expect((await refusal(get)).status).toBe(404);
    }
  });
});

describe('merging', () => {
  test('a merge commit joins both sides, as its author the one who merged', async () => {
    const { owner, repo, repository, topic } = await prepare('merge');
    const { head: main } = await moveMain(repository, { 'a.txt': 'one\ntwo\nthree\nfour\n' });
    await kit.octokit.pulls.create({ owner, repo, head: 'topic', base: 'main', title: 'The title' });
    const { data } = await kit.reviewer.pulls.merge({ owner, repo, pull_number: 1 });
    expect(data).toMatchObject({ merged: true, message: 'Pull Request successfully merged' });
    expect(await gitIn(repository, 'log', '-1', '--format=%H|%P|%s|%b|%an', 'main')).toBe(
      `${data.sha}|${main} ${topic}|Merge pull request #1 from acme/topic|The title\n|Ada`,
    );
    expect(await gitIn(repository, 'show', 'main:new.txt')).toBe('new');
    expect(await gitIn(repository, 'show', 'main:a.txt')).toContain('four');
    const pull = (await kit.octokit.pulls.get({ owner, repo, pull_number: 1 })).data;
    expect(pull).toMatchObject({
      state: 'closed',
      merged: true,
      merge_commit_sha: data.sha,
      merged_by: { login: 'ada' },
      changed_files: 1,
    });
    expect((await kit.octokit.pulls.checkIfMerged({ owner, repo, pull_number: 1 })).status).toBe(204);
    expect(await gitIn(repository, 'worktree', 'list')).not.toContain('scratch');
  });

  test('a squash is one commit with the title, the number and what was said', async () => {
    const { owner, repo, repository } = await prepare('squash');
    await seedRepository(kit.forge, repository, {
      branch: 'topic',
      commits: [{ message: 'Second', files: { 'c.txt': 'c' } }],
    });
    const { head: main } = await moveMain(repository, { 'b.txt': 'other\n' });
    await kit.octokit.pulls.create({ owner, repo, head: 'topic', base: 'main', title: 'Squashed' });
    const { data } = await kit.reviewer.pulls.merge({ owner, repo, pull_number: 1, merge_method: 'squash' });
    expect(await gitIn(repository, 'log', '-1', '--format=%H|%P|%s|%an|%cn', 'main')).toBe(
      `${data.sha}|${main}|Squashed (#1)|loom-bot|Ada`,
    );
    expect(await gitIn(repository, 'log', '-1', '--format=%b', 'main')).toBe(
      '* Change on topic\n\nWhy it was changed.\n\n* Second',
    );
  });

  test('a rebase writes the commits anew on top of the base, with their authors', async () => {
    const { owner, repo, repository, topic } = await prepare('rebase');
    await seedRepository(kit.forge, repository, {
      branch: 'topic',
      commits: [
        { message: 'Second', author: { name: 'Eve', email: 'eve@example.org' }, files: { 'c.txt': 'c' } },
      ],
    });
    const { head: main } = await moveMain(repository, { 'b.txt': 'other\n' });
    await kit.octokit.pulls.create({ owner, repo, head: 'topic', base: 'main', title: 'Rebased' });
    const { data } = await kit.reviewer.pulls.merge({ owner, repo, pull_number: 1, merge_method: 'rebase' });
    const log = await gitIn(repository, 'log', '--format=%s|%an|%cn', `${main}..main`);
    expect(log.split('\n')).toEqual(['Second|Eve|Ada', 'Change on topic|loom-bot|Ada']);
    expect(await gitIn(repository, 'rev-parse', 'main~2')).toBe(main);
    expect(data.sha).not.toBe(topic);
  });

  test('a rebase that could be a fast-forward still makes new commits, as GitHub does', async () => {
    const { owner, repo, topic } = await prepare('rebase-ff');
    await kit.octokit.pulls.create({ owner, repo, head: 'topic', base: 'main', title: 'T' });
    const { data } = await kit.reviewer.pulls.merge({ owner, repo, pull_number: 1, merge_method: 'rebase' });
    expect(data.sha).not.toBe(topic);
  });

  test("title and message of the merge are the caller's", async () => {
    const { owner, repo, repository } = await prepare('message');
    await kit.octokit.pulls.create({ owner, repo, head: 'topic', base: 'main', title: 'T' });
    await kit.octokit.pulls.merge({
      owner,
      repo,
      pull_number: 1,
      merge_method: 'squash',
      commit_title: 'My title',
      commit_message: 'My message',
    });
    expect(await gitIn(repository, 'log', '-1', '--format=%B', 'main')).toBe('My title\n\nMy message');
  });

  test.each(['merge', 'squash', 'rebase'] as const)(
    'a conflict refuses the %s with 405 and changes nothing',
    async (merge_method) => {
      const { owner, repo, repository } = await prepare(`conflict-${merge_method}`, {
        'a.txt': 'one\nTWO\nthree\n',
      });
      const { head: main } = await moveMain(repository, { 'a.txt': 'one\n2\nthree\n' });
      const { data } = await kit.octokit.pulls.create({
        owner,
        repo,
        head: 'topic',
        base: 'main',
        title: 'T',
      });
      expect(data).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
      const refused = await refusal(kit.octokit.pulls.merge({ owner, repo, pull_number: 1, merge_method }));
      expect(refused.status).toBe(405);
      expect(await gitIn(repository, 'rev-parse', 'main')).toBe(main);
      expect((await kit.octokit.pulls.get({ owner, repo, pull_number: 1 })).data.state).toBe('open');
    },
  );

  test('a conflict that is resolved on the branch can be merged', async () => {
    const { owner, repo, repository } = await prepare('resolve', { 'a.txt': 'one\nTWO\nthree\n' });
    await moveMain(repository, { 'a.txt': 'one\n2\nthree\n' });
    await kit.octokit.pulls.create({ owner, repo, head: 'topic', base: 'main', title: 'T' });
    const { git } = await kit.clone(repository);
    await git.checkout('topic');
    await git.raw(['merge', '--quiet', '-X', 'ours', '-m', 'Resolve', 'origin/main']);
    await git.push('origin', 'topic');
    expect((await kit.octokit.pulls.get({ owner, repo, pull_number: 1 })).data.mergeable).toBe(true);
    expect((await kit.octokit.pulls.merge({ owner, repo, pull_number: 1 })).data.merged).toBe(true);
  });

  test('a head that moved is a 409, a draft and a closed one a 405', async () => {
    const { owner, repo, topic } = await prepare('stale');
    await kit.octokit.pulls.create({ owner, repo, head: 'topic', base: 'main', title: 'T' });
    const stale = await refusal(
      kit.octokit.pulls.merge({
        owner,
        repo,
        pull_number: 1,
        sha: '0123456789012345678901234567890123456789',
      }),
    );
    expect(stale).toMatchObject({
      status: 409,
      message: 'Head branch was modified. Review and try the merge again.',
    });
    expect((await kit.octokit.pulls.merge({ owner, repo, pull_number: 1, sha: topic })).data.merged).toBe(
      true,
    );
    expect((await refusal(kit.octokit.pulls.merge({ owner, repo, pull_number: 1 }))).status).toBe(405);

    const other = await prepare('draft');
    await kit.octokit.pulls.create({
      owner,
      repo: other.repo,
      head: 'topic',
      base: 'main',
      title: 'T',
      draft: true,
    });
    expect((await refusal(kit.octokit.pulls.merge({ owner, repo: other.repo, pull_number: 1 }))).status).toBe(
      405,
    );
  });

  test('merges into one branch at once all land, one after another', async () => {
    const { owner, repo, repository } = await prepare('queue');
    for (const number of [1, 2, 3, 4, 5]) {
      await seedRepository(kit.forge, repository, {
        branch: `t${number}`,
        from: 'main',
        commits: [{ message: `t${number}`, files: { [`t${number}.txt`]: 'x' } }],
      });
      await kit.octokit.pulls.create({ owner, repo, head: `t${number}`, base: 'main', title: `t${number}` });
    }
    await Promise.all(
      [1, 2, 3, 4, 5].map((pull_number) => kit.octokit.pulls.merge({ owner, repo, pull_number })),
    );
    const files = await gitIn(repository, 'ls-tree', '--name-only', 'main');
    expect(files.split('\n').filter((file) => /^t\d/.test(file))).toHaveLength(5);
    expect(await gitIn(repository, 'rev-list', '--count', '--merges', 'main')).toBe('5');
  });

  test('the head branch goes when the repository says so', async () => {
    const { owner, repo, repository } = await prepare('clean-up');
    await kit.octokit.repos.update({ owner, repo, delete_branch_on_merge: true });
    await kit.octokit.pulls.create({ owner, repo, head: 'topic', base: 'main', title: 'T' });
    await kit.octokit.pulls.merge({ owner, repo, pull_number: 1, merge_method: 'squash' });
    expect(await gitIn(repository, 'branch', '--list', 'topic')).toBe('');
    expect((await kit.octokit.pulls.get({ owner, repo, pull_number: 1 })).data.merged).toBe(true);
  });
});
