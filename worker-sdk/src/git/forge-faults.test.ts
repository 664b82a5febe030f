import { openPullRequest } from '@loom/worker-sdk/git';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildContext } from '../test-support/build-context.ts';
import { type ForgeWorld, openForgeWorld } from '../test-support/forge-world.ts';

// Real git against a real forge, on machines that do other things as well.
vi.setConfig({ testTimeout: 90_000 });

let world: ForgeWorld;
const repository = 'acme/many';
const branches = Array.from({ length: 40 }, (_, index) => `loom/change-${index}`);

beforeAll(async () => {
  world = await openForgeWorld();
  await world.seed(repository, [{ message: 'Start', files: { 'a.txt': 'a\n' } }]);
  for (const branch of branches) {
    await world.seed(repository, [{ message: branch, files: { [`${branch}.txt`]: 'x\n' } }], branch);
  }
});
afterEach(() => world.forge.faults.clear());
afterAll(() => world.close());

function open(branch: string, to = repository) {
  return openPullRequest(world.client, buildContext(), {
    repository: to,
    branch,
    base: 'main',
    title: branch,
    body: '',
  });
}

async function openPulls(): Promise<readonly string[]> {
  const pulls = await world.client.octokit.paginate(world.client.octokit.pulls.list, {
    owner: 'acme',
    repo: 'many',
    state: 'all',
    per_page: 100,
  });
  return pulls.map(({ head }) => head.ref);
}

describe('opening pull requests on a forge in trouble', () => {
  it('opens exactly one for each branch when three in ten answers are lost after the forge acted', async () => {
    const planted = world.forge.faults.add({
      kind: 'bad-gateway',
      method: 'POST',
      path: '/repos/*/*/pulls',
      when: 'after',
      probability: 0.3,
      seed: 7,
    });
    const opened = await Promise.all(branches.map((branch) => open(branch)));
    const struck = world.forge.faults.list().find(({ id }) => id === planted.id)?.hits ?? 0;
    expect(struck).toBeGreaterThan(5);
    expect(opened.map(({ branch }) => branch)).toEqual(branches);
    expect((await openPulls()).toSorted()).toEqual(branches.toSorted());
  });

  it('finds the one that is there when asked again, whatever happens to the answer', async () => {
    world.forge.faults.add({
      kind: 'drop',
      method: 'POST',
      path: '/repos/*/*/pulls',
      when: 'after',
      count: 1,
    });
    const [branch = ''] = branches;
    const again = await open(branch);
    expect(again.branch).toBe(branch);
    expect(await openPulls()).toHaveLength(branches.length);
  });

  it('tries again while the forge fails before it acts, and in the end fails with class transport', async () => {
    await world.seed(repository, [{ message: 'n', files: { n: 'n' } }], 'loom/new');
    world.forge.faults.add({
      kind: 'bad-gateway',
      method: 'POST',
      path: '/repos/*/*/pulls',
      when: 'before',
      count: 2,
    });
    await expect(open('loom/new')).resolves.toMatchObject({ branch: 'loom/new', state: 'open' });
    await world.seed(repository, [{ message: 'n', files: { n: 'n' } }], 'loom/newer');
    world.forge.faults.add({ kind: 'bad-gateway', method: 'POST', path: '/repos/*/*/pulls', when: 'before' });
    await expect(open('loom/newer')).rejects.toMatchObject({
      name: 'StepFailure',
      failureClass: 'transport',
    });
  });

  it('waits out a secondary limit and asks nothing meanwhile', async () => {
    await world.seed(repository, [{ message: 'l', files: { l: 'l' } }], 'loom/limited');
    world.forge.faults.add({
      kind: 'secondary-limit',
      method: 'POST',
      path: '/repos/*/*/pulls',
      retryAfterS: 1,
      count: 1,
    });
    world.forge.requests.clear();
    await open('loom/limited');
    const posts = world.forge.requests.list().filter(({ method }) => method === 'POST');
    expect(posts.map(({ status }) => status)).toEqual([403, 201]);
    const [first, second] = posts.map(({ at }) => Date.parse(at));
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(900);
  });

  it.each([
    ['the token is refused', 'nonsense-token-123', repository, 'fatal', /does not accept the token/],
    ['the repository is not there', undefined, 'acme/nowhere', 'invalid', /may not see it/],
    ['the name is no repository', undefined, 'acme', 'invalid', /owner\/name/],
  ])('says what is wrong when %s', async (_case, token, to, failureClass, message) => {
    const client = token === undefined ? world.client : world.clientWith({ token });
    const opening = openPullRequest(client, buildContext(), {
      repository: to,
      branch: 'loom/none',
      base: 'main',
      title: 'x',
      body: '',
    });
    await expect(opening).rejects.toMatchObject({ failureClass, message: expect.stringMatching(message) });
    await expect(opening).rejects.not.toMatchObject({
      message: expect.stringContaining('nonsense-token-123'),
    });
  });

  it('keeps to the rates that it is given', async () => {
    const client = world.clientWith({
      throttle: { kind: 'rates', requestsAtOnce: 2, writeEveryMs: 0, notifyEveryMs: 150, searchEveryMs: 0 },
    });
    const startedAt = Date.now();
    await Promise.all(
      branches.slice(0, 4).map((branch, index) =>
        client.octokit.issues.createComment({
          owner: 'acme',
          repo: 'many',
          issue_number: index + 1,
          body: branch,
        }),
      ),
    );
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(440);
  });
});
