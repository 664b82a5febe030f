import { afterEach, expect, test } from 'vitest';
import { refusal, startTestForge, type TestForge } from '../forge.test-kit.ts';
import { seedRepository } from '../seed-repository.ts';
import type { RateLimits } from './rate-limit.ts';

let kit: TestForge;
let clock = Date.parse('2026-01-01T00:00:00Z');
afterEach(() => kit.stop());

async function start(rateLimit: RateLimits) {
  kit = await startTestForge({ rateLimit, now: () => new Date(clock) });
  await seedRepository(kit.forge, 'acme/app', { commits: [{ message: 'Start', files: { a: 'a' } }] });
  return { owner: 'acme', repo: 'app' };
}

test('an unchanged answer is a 304 and costs nothing; a changed one has a new tag', async () => {
  const target = await start({ corePerHour: 100 });
  const first = await kit.octokit.repos.get(target);
  expect(first.headers.etag).toMatch(/^W\/"[0-9a-f]{64}"$/);
  const ask = (etag: string | undefined) =>
    kit.octokit.request('GET /repos/{owner}/{repo}', { ...target, headers: { 'if-none-match': etag } });
  const unchanged = await refusal(ask(first.headers.etag));
  expect(unchanged).toMatchObject({
    status: 304,
    headers: { etag: first.headers.etag, 'x-ratelimit-remaining': '99' },
  });
  expect((await ask('W/"other", "another"')).status).toBe(200);
  await kit.octokit.repos.update({ ...target, description: 'New' });
  const changed = await ask(first.headers.etag);
  expect(changed.status).toBe(200);
  expect(changed.headers.etag).not.toBe(first.headers.etag);
  expect(changed.headers['x-ratelimit-remaining']).toBe('96');
});

test('every kind of read carries a tag', async () => {
  const target = await start({});
  const paths = [
    '',
    '/branches',
    '/branches/main',
    '/commits',
    '/commits/main',
    '/contents/',
    '/contents/a',
    '/git/ref/heads/main',
    '/git/trees/main',
    '/pulls',
    '/labels',
    '/hooks',
    '/commits/main/status',
    '/commits/main/check-runs',
    '/compare/main...main',
  ];
  for (const path of paths) {
    const read = () => kit.octokit.request(`GET /repos/acme/app${path}`);
    const { headers } = await read();
    const again = kit.octokit.request(`GET /repos/acme/app${path}`, {
      headers: { 'if-none-match': headers.etag },
    });
    expect([path, (await refusal(again)).status]).toEqual([path, 304]);
  }
  expect(target.repo).toBe('app');
});

test('a used-up limit is a 403 with the time of its reset, and opens again then', async () => {
  const target = await start({ corePerHour: 3 });
  for (const left of ['2', '1', '0']) {
    expect((await kit.octokit.repos.get(target)).headers['x-ratelimit-remaining']).toBe(left);
  }
  const refused = await refusal(kit.octokit.repos.get(target));
  const reset = String((clock + 3_600_000) / 1000);
  expect(refused).toMatchObject({
    status: 403,
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset, 'x-ratelimit-used': '3' },
  });
  expect(refused.message).toMatch(/^API rate limit exceeded/);
  // Asking how much is left is always free, and another's token has a limit of its own.
  expect((await kit.octokit.rateLimit.get()).data.rate).toMatchObject({ limit: 3, remaining: 0, used: 3 });
  expect((await kit.reviewer.repos.get(target)).status).toBe(200);
  clock += 3_600_000;
  expect((await kit.octokit.repos.get(target)).status).toBe(200);
});

test('searches have a limit of their own', async () => {
  await start({ codeSearchPerMinute: 1 });
  expect((await kit.octokit.search.code({ q: 'a' })).headers['x-ratelimit-resource']).toBe('code_search');
  expect((await refusal(kit.octokit.search.code({ q: 'a' }))).status).toBe(403);
  clock += 60_000;
  expect((await kit.octokit.search.code({ q: 'a' })).status).toBe(200);
});

test('writes above the secondary limit are told how long to wait', async () => {
  const target = await start({ writesPerMinute: 2, writesPerHour: 3 });
  const write = () => kit.octokit.git.createBlob({ ...target, content: 'x' });
  await write();
  clock += 10_000;
  await write();
  expect(await refusal(write())).toMatchObject({
    status: 403,
    headers: { 'retry-after': '50' },
    message: expect.stringMatching(/secondary rate limit/),
  });
  expect((await kit.octokit.repos.get(target)).status).toBe(200);
  clock += 50_000;
  await write();
  clock += 60_000;
  expect((await refusal(write())).headers['retry-after']).toBe('3480');
});

test('without limits every answer still carries the headers, errors too', async () => {
  const target = await start({});
  expect((await kit.octokit.repos.get(target)).headers['x-ratelimit-limit']).toBe('1000000');
  expect(
    (await refusal(kit.octokit.repos.get({ ...target, repo: 'none' }))).headers['x-ratelimit-limit'],
  ).toBe('1000000');
  const stranger = await fetch(`${kit.forge.apiUrl}/user`);
  expect([stranger.status, stranger.headers.get('x-ratelimit-limit')]).toEqual([401, '1000000']);
});
