import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cleanGit, refusal, startTestForge, type TestForge, TOKEN, withToken } from '../forge.test-kit.ts';
import { seedRepository } from '../seed-repository.ts';

let kit: TestForge;
const target = { owner: 'acme', repo: 'app' };
const PULLS = '/repos/*/*/pulls';
beforeEach(async () => {
  kit = await startTestForge();
  await seedRepository(kit.forge, 'acme/app', { commits: [{ message: 'Start', files: { a: 'a' } }] });
  await seedRepository(kit.forge, 'acme/app', {
    branch: 'topic',
    from: 'main',
    commits: [{ message: 'T', files: { b: 'b' } }],
  });
});
afterEach(() => kit.stop());

const open = (octokit = kit.octokit) =>
  octokit.pulls.create({ ...target, head: 'topic', base: 'main', title: 'T' });
const countPulls = async () => (await kit.octokit.pulls.list({ ...target, state: 'all' })).data.length;

/** Octokit as a worker sets it up: retries and waits, here without the long waits. */
function patientOctokit(waits: { kind: string; retryAfter: number }[]): Octokit {
  const Patient = Octokit.plugin(retry, throttling);
  const silent = () => undefined;
  return new Patient({
    auth: TOKEN,
    baseUrl: kit.forge.apiUrl,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    // The retry plugin would repeat a 429 by itself, whatever its Retry-After says.
    retry: { retryAfterBaseValue: 1, doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451] },
    throttle: {
      retryAfterBaseValue: 1,
      fallbackSecondaryRateRetryAfter: 7,
      onRateLimit: (retryAfter: number, _options: object, _octokit: unknown, retryCount: number) => {
        waits.push({ kind: 'primary', retryAfter });
        return retryCount < 2;
      },
      onSecondaryRateLimit: (retryAfter: number, _options: object, _octokit: unknown, retryCount: number) => {
        waits.push({ kind: 'secondary', retryAfter });
        return retryCount < 2;
      },
    },
  });
}

test('a 502 after acting has opened the pull request, and a find-or-create adopts it', async () => {
  const planted = kit.forge.faults.add({
    kind: 'bad-gateway',
    when: 'after',
    method: 'POST',
    path: PULLS,
    count: 1,
  });
  expect((await refusal(open())).status).toBe(502);
  expect(await countPulls()).toBe(1);
  expect((await refusal(open())).status).toBe(422);
  expect(kit.forge.faults.list()).toMatchObject([{ id: planted.id, hits: 1 }]);
});

test('a 502 before acting has done nothing, and the retry plugin gets through', async () => {
  kit.forge.faults.add({ kind: 'bad-gateway', when: 'before', method: 'POST', path: PULLS, count: 2 });
  expect((await refusal(open())).status).toBe(502);
  expect(await countPulls()).toBe(0);
  expect((await open(patientOctokit([]))).status).toBe(201);
  expect(await countPulls()).toBe(1);
});

test('secondary limits of both statuses carry their Retry-After, and the throttling plugin obeys', async () => {
  kit.forge.faults.add({ kind: 'secondary-limit', path: PULLS, retryAfterS: 3, count: 1 });
  kit.forge.faults.add({
    kind: 'secondary-limit',
    status: 429,
    path: PULLS,
    retryAfterS: 5,
    count: 1,
    skip: 1,
  });
  const waits: { kind: string; retryAfter: number }[] = [];
  expect((await patientOctokit(waits).pulls.list(target)).status).toBe(200);
  expect(waits).toEqual([
    { kind: 'secondary', retryAfter: 3 },
    { kind: 'secondary', retryAfter: 5 },
  ]);
  kit.forge.faults.add({ kind: 'secondary-limit', status: 429, path: PULLS, count: 1 });
  expect(await refusal(kit.octokit.pulls.list(target))).toMatchObject({
    status: 429,
    headers: { 'retry-after': '60' },
    message: expect.stringContaining('secondary rate limit'),
  });
});

test('an exhausted primary limit looks like one to the throttling plugin', async () => {
  kit.forge.faults.add({ kind: 'primary-limit', path: PULLS, method: 'GET', resetAfterS: 2, count: 1 });
  const waits: { kind: string; retryAfter: number }[] = [];
  expect((await patientOctokit(waits).pulls.list(target)).status).toBe(200);
  expect(waits).toMatchObject([{ kind: 'primary' }]);
  kit.forge.faults.add({ kind: 'primary-limit', path: PULLS, count: 1 });
  expect(await refusal(kit.octokit.pulls.list(target))).toMatchObject({
    status: 403,
    headers: { 'x-ratelimit-remaining': '0' },
  });
});

test('a dropped connection is an error without an answer, before acting or after', async () => {
  kit.forge.faults.add({ kind: 'drop', when: 'before', method: 'POST', path: PULLS, count: 1 });
  expect((await refusal(open())).status).toBe(500);
  expect(await countPulls()).toBe(0);
  kit.forge.faults.add({ kind: 'drop', when: 'after', method: 'POST', path: PULLS, count: 1 });
  expect((await refusal(open())).status).toBe(500);
  expect(await countPulls()).toBe(1);
});

test('a slow answer comes late but whole, and nobody else waits', async () => {
  kit.forge.faults.add({ kind: 'slow', delayMs: 400, path: PULLS, count: 1 });
  const order: string[] = [];
  const slow = kit.octokit.pulls.list(target).then(() => order.push('slow'));
  const quick = kit.octokit.repos.get(target).then(() => order.push('quick'));
  await Promise.all([slow, quick]);
  expect(order).toEqual(['quick', 'slow']);
});

test('a share of the requests fails, the same ones for the same seed', async () => {
  const pattern = async () => {
    kit.forge.faults.clear();
    kit.forge.faults.add({
      kind: 'bad-gateway',
      when: 'before',
      path: '/repos/acme/app',
      probability: 0.3,
      seed: 42,
    });
    const statuses: number[] = [];
    for (let index = 0; index < 40; index += 1)
      statuses.push(
        await kit.octokit.repos.get(target).then(
          () => 200,
          () => 502,
        ),
      );
    return statuses;
  };
  const first = await pattern();
  expect(first.filter((status) => status === 502).length).toBeGreaterThan(4);
  expect(first.filter((status) => status === 200).length).toBeGreaterThan(20);
  expect(await pattern()).toEqual(first);
});

test('a push can be lost before or after it arrived', async () => {
  const { git } = await kit.clone('acme/app');
  await git.commit('Next', ['--allow-empty']);
  const path = '/acme/app.git/git-receive-pack';
  const tip = async () =>
    (await kit.octokit.repos.getBranch({ ...target, branch: 'main' })).data.commit.commit.message;
  kit.forge.faults.add({ kind: 'bad-gateway', when: 'before', path, count: 1 });
  await expect(git.push()).rejects.toThrow(/502/);
  expect(await tip()).toBe('Start');
  kit.forge.faults.add({ kind: 'bad-gateway', when: 'after', path, count: 1 });
  await expect(git.push()).rejects.toThrow(/502/);
  expect(await tip()).toBe('Next');
  // git asks once more by itself when a connection that was open already dies.
  kit.forge.faults.add({ kind: 'drop', when: 'before', path: '/acme/*/info/refs', count: 2 });
  await expect(
    cleanGit().clone(withToken(kit.forge.cloneUrl('acme/app')), await kit.folder()),
  ).rejects.toThrow(/Empty reply|unable to access|Authentication failed/);
});

test('faults are planted, seen and removed over HTTP, by token holders only', async () => {
  const call = async (method: string, path: string, body?: unknown, token = TOKEN) => {
    const response = await fetch(`${kit.forge.url}/_forge${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: response.status === 204 ? undefined : await response.json() };
  };
  const fault = { kind: 'bad-gateway', when: 'before', path: '/repos/acme/*' };
  expect((await call('POST', '/faults', fault, 'wrong')).status).toBe(401);
  const planted = await call('POST', '/faults', fault);
  expect(planted).toMatchObject({ status: 201, body: { id: 1, hits: 0, fault } });
  expect((await refusal(kit.octokit.repos.get(target))).status).toBe(502);
  expect((await call('GET', '/faults')).body).toMatchObject([{ id: 1, hits: 1 }]);
  expect((await call('DELETE', '/faults/1')).status).toBe(204);
  expect((await call('DELETE', '/faults/1')).status).toBe(404);
  expect((await kit.octokit.repos.get(target)).status).toBe(200);
  await call('POST', '/faults', fault);
  expect((await call('DELETE', '/faults')).status).toBe(204);
  expect(kit.forge.faults.list()).toEqual([]);
  for (const bad of [
    {},
    { kind: 'unknown', path: '/' },
    { kind: 'slow', path: '/' },
    { ...fault, path: 'x' },
    { ...fault, probability: 2 },
    { ...fault, extra: 1 },
    [],
  ]) {
    expect((await call('POST', '/faults', bad)).status).toBeGreaterThanOrEqual(400);
  }
  expect((await call('GET', '/requests')).body).toContainEqual(
    expect.objectContaining({ method: 'GET', path: '/api/v3/repos/acme/app', status: 502 }),
  );
  await call('DELETE', '/requests');
  expect(kit.forge.requests.list().length).toBeLessThanOrEqual(1);
});
