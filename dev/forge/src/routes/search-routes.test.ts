import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal, startTestForge, type TestForge } from '../forge.test-kit.ts';
import { seedRepository } from '../seed-repository.ts';

let kit: TestForge;
beforeAll(async () => {
  kit = await startTestForge();
  const seed = (repository: string, files: Record<string, string>) =>
    seedRepository(kit.forge, repository, { commits: [{ message: 'Start', files }] });
  await seed('acme/gitops', {
    'dev/billing/application.yaml': 'kind: Application\nspec:\n  source:\n    chart: generic\n',
    'prod/billing/application.yaml': 'kind: Application\nspec:\n  chart: own\n',
    'README.md': 'About the generic chart\n',
    'dev/values.yaml.bak': 'generic',
  });
  await seed('acme/billing', { 'Chart.yaml': 'name: generic\n', 'src/Main.java': 'class Main {}\n' });
  await seed('other/app', { 'values.yaml': 'GENERIC: true\n' });
  await seedRepository(kit.forge, 'acme/billing', {
    branch: 'topic',
    from: 'main',
    commits: [{ message: 'T', files: { 'only-on-topic.txt': 'generic' } }],
  });
});
afterAll(() => kit.stop());

async function search(q: string): Promise<string[]> {
  const { data } = await kit.octokit.search.code({ q });
  return data.items.map((item) => `${item.repository.full_name}/${item.path}`);
}

test('text is found in any case, on default branches only, in all repositories', async () => {
  expect(await search('generic')).toEqual([
    'acme/billing/Chart.yaml',
    'acme/gitops/README.md',
    'acme/gitops/dev/billing/application.yaml',
    'acme/gitops/dev/values.yaml.bak',
    'other/app/values.yaml',
  ]);
});

test('all terms must be in the file, on whatever lines, and a phrase as it is', async () => {
  expect(await search('generic Application')).toEqual(['acme/gitops/dev/billing/application.yaml']);
  expect(await search('"generic chart" repo:acme/gitops')).toEqual(['acme/gitops/README.md']);
  expect(await search('"kind: Application"')).toHaveLength(2);
  expect(await search('nothing-like-this')).toEqual([]);
});

test('qualifiers narrow by repository, owner, path, file name and extension', async () => {
  expect(await search('generic org:other')).toEqual(['other/app/values.yaml']);
  expect(await search('generic user:ACME extension:md')).toEqual(['acme/gitops/README.md']);
  expect(await search('filename:application.yaml path:prod')).toEqual([
    'acme/gitops/prod/billing/application.yaml',
  ]);
  expect(await search('filename:application repo:acme/gitops')).toHaveLength(2);
  expect(await search('filename:values.yaml')).toEqual(['other/app/values.yaml']);
  expect(await search('path:/ repo:acme/gitops')).toEqual(['acme/gitops/README.md']);
  expect(await search('path:*/billing/*.yaml repo:acme/gitops')).toHaveLength(2);
  expect(await search('repo:acme/billing repo:other/app generic')).toHaveLength(2);
  expect(await search('chart: own')).toEqual(['acme/gitops/prod/billing/application.yaml']);
});

test('results are paged, and searches that cannot be done are refused', async () => {
  const { data } = await kit.octokit.search.code({ q: 'generic', per_page: 2, page: 3 });
  expect(data).toMatchObject({ total_count: 5, incomplete_results: false });
  expect(data.items).toHaveLength(1);
  expect((await refusal(kit.octokit.search.code({ q: '' }))).status).toBe(422);
  expect((await refusal(kit.octokit.search.code({ q: 'x language:go' }))).message).toContain('language:');
  expect((await refusal(kit.octokit.search.code({ q: 'x'.repeat(300) }))).status).toBe(422);
  expect(await search('--no-index')).toEqual([]);
});
