import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal, startTestForge, type TestForge } from '../forge.test-kit.ts';
import { seedRepository } from '../seed-repository.ts';

let kit: TestForge;
beforeAll(async () => {
  kit = await startTestForge();
});
afterAll(() => kit.stop());

test('a repository is created, found, changed and deleted', async () => {
  const created = await kit.octokit.repos.createInOrg({
    org: 'acme',
    name: 'life',
    description: 'All of it',
    auto_init: true,
    private: true,
  });
  expect(created.status).toBe(201);
  expect(created.data).toMatchObject({
    full_name: 'acme/life',
    private: true,
    default_branch: 'main',
    owner: { login: 'acme', type: 'Organization' },
    clone_url: `${kit.forge.url}/acme/life.git`,
    html_url: `${kit.forge.url}/acme/life`,
    url: `${kit.forge.apiUrl}/repos/acme/life`,
  });
  const target = { owner: 'acme', repo: 'life' };
  const { data: readme } = await kit.octokit.repos.getContent({ ...target, path: 'README.md' });
  expect(readme).toMatchObject({ type: 'file', size: 18 });
  // Names are found whatever their case, and answered as they were made.
  expect((await kit.octokit.repos.get({ owner: 'ACME', repo: 'LIFE' })).data.full_name).toBe('acme/life');

  const changed = await kit.octokit.repos.update({ ...target, description: 'Less', private: false });
  expect(changed.data).toMatchObject({ description: 'Less', private: false });
  expect((await refusal(kit.octokit.repos.update({ ...target, default_branch: 'nowhere' }))).status).toBe(
    422,
  );
  await kit.octokit.git.createRef({ ...target, ref: 'refs/heads/next', sha: await tip('acme/life') });
  expect((await kit.octokit.repos.update({ ...target, default_branch: 'next' })).data.default_branch).toBe(
    'next',
  );

  await kit.octokit.repos.delete(target);
  expect((await refusal(kit.octokit.repos.get(target))).status).toBe(404);
  // The name is free again, and nothing of the old one is left.
  const again = await kit.octokit.repos.createInOrg({ org: 'acme', name: 'life' });
  expect(again.data.id).not.toBe(created.data.id);
  expect((await kit.octokit.repos.listBranches(target)).data).toEqual([]);
});

async function tip(fullName: string): Promise<string> {
  const [owner = '', repo = ''] = fullName.split('/');
  const { data } = await kit.octokit.repos.get({ owner, repo });
  return (await kit.octokit.repos.getBranch({ owner, repo, branch: data.default_branch })).data.commit.sha;
}

test('a name is taken once, and bad names never reach the disk', async () => {
  await kit.octokit.repos.createInOrg({ org: 'acme', name: 'taken' });
  expect(await refusal(kit.octokit.repos.createInOrg({ org: 'acme', name: 'Taken' }))).toMatchObject({
    status: 422,
    errors: [{ resource: 'Repository', field: 'name', message: 'name already exists on this account' }],
  });
  for (const name of ['..', '.', '', 'a b', 'a/b', '../../x', 'x.git', 'ä', 'x'.repeat(101)]) {
    expect((await refusal(kit.octokit.repos.createInOrg({ org: 'acme', name }))).status).toBe(422);
  }
  for (const org of ['..', '-x', 'api', 'pulls', 'a_b', 'x'.repeat(40)]) {
    expect((await refusal(kit.octokit.repos.createInOrg({ org, name: 'x' }))).status).toBe(404);
  }
});

test('of many that create one repository at once, one does', async () => {
  const answers = await Promise.allSettled(
    Array.from({ length: 6 }, () =>
      kit.octokit.repos.createInOrg({ org: 'acme', name: 'race', auto_init: true }),
    ),
  );
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('lists are by owner, sorted, and paged with links that lead on', async () => {
  for (let index = 0; index < 7; index += 1)
    await seedRepository(kit.forge, `many/repo-${index}`, {
      commits: [{ message: 'Start', files: { a: 'a' } }],
    });
  const listed = await kit.octokit.paginate(kit.octokit.repos.listForOrg, {
    org: 'many',
    per_page: 3,
    sort: 'full_name',
  });
  expect(listed.map((repository) => repository.name)).toEqual(
    [0, 1, 2, 3, 4, 5, 6].map((index) => `repo-${index}`),
  );
  const { headers } = await kit.octokit.repos.listForOrg({ org: 'many', per_page: 3, sort: 'full_name' });
  expect(headers.link).toBe(
    `<${kit.forge.apiUrl}/orgs/many/repos?per_page=3&sort=full_name&page=2>; rel="next", <${kit.forge.apiUrl}/orgs/many/repos?per_page=3&sort=full_name&page=3>; rel="last"`,
  );
  expect((await kit.octokit.repos.listForUser({ username: 'many', per_page: 2 })).data).toHaveLength(2);
  expect(
    (await kit.octokit.repos.listForAuthenticatedUser({ per_page: 100 })).data.length,
  ).toBeGreaterThanOrEqual(7);
  expect((await refusal(kit.octokit.repos.listForOrg({ org: 'nobody' }))).status).toBe(404);
});

test('a token tells who it is, and an account what it owns', async () => {
  expect((await kit.octokit.users.getAuthenticated()).data).toMatchObject({
    login: 'loom-bot',
    type: 'User',
  });
  expect((await kit.reviewer.users.getAuthenticated()).data).toMatchObject({
    login: 'ada',
    email: 'ada@example.org',
  });
  const own = await kit.octokit.repos.createForAuthenticatedUser({ name: 'mine' });
  expect(own.data.owner).toMatchObject({ login: 'loom-bot', type: 'User' });
  await kit.octokit.repos.createInOrg({ org: 'owned', name: 'one' });
  expect((await kit.octokit.orgs.get({ org: 'owned' })).data).toMatchObject({
    login: 'owned',
    public_repos: 1,
  });
  expect((await kit.octokit.users.getByUsername({ username: 'owned' })).data).toMatchObject({
    type: 'Organization',
  });
  expect((await refusal(kit.octokit.orgs.get({ org: 'nobody' }))).status).toBe(404);
  expect((await refusal(kit.octokit.users.getByUsername({ username: 'nobody' }))).status).toBe(404);
});
