import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestForge, type TestForge } from '../forge.test-kit.ts';
import { seedRepository } from '../seed-repository.ts';

const EVIL = '<script>alert("x")</script>';
let kit: TestForge;
beforeAll(async () => {
  kit = await startTestForge();
  await seedRepository(kit.forge, 'acme/app', {
    description: EVIL,
    commits: [
      {
        message: `${EVIL}\n\n${EVIL}`,
        author: { name: EVIL, email: 'e@example.org' },
        files: {
          'a.txt': `${EVIL}\nsecond\n`,
          [`docs/${EVIL.replace('/', '')}.md`]: 'x',
          'bin.dat': { base64: 'AAEC' },
        },
      },
    ],
  });
  const topic = (branch: string, files: Record<string, string>) =>
    seedRepository(kit.forge, 'acme/app', {
      branch,
      from: 'main',
      commits: [{ message: `Change ${branch}`, files }],
    });
  await topic('feature/x', { 'a.txt': `${EVIL}\nchanged\n` });
  await topic('merge-me', { 'm.txt': 'm' });
  await topic('close-me', { 'c.txt': 'c' });
  const target = { owner: 'acme', repo: 'app' };
  for (const head of ['feature/x', 'merge-me', 'close-me'])
    await kit.octokit.pulls.create({ ...target, head, base: 'main', title: `${head} ${EVIL}`, body: EVIL });
  await kit.octokit.issues.createComment({ ...target, issue_number: 1, body: EVIL });
  await kit.reviewer.pulls.createReview({ ...target, pull_number: 1, event: 'APPROVE', body: EVIL });
  const { data } = await kit.octokit.pulls.get({ ...target, pull_number: 1 });
  await kit.octokit.checks.create({
    ...target,
    name: EVIL,
    head_sha: data.head.sha,
    conclusion: 'failure',
    details_url: 'javascript:alert(1)',
  });
  await kit.octokit.issues.addLabels({ ...target, issue_number: 1, labels: [EVIL] });
});
afterAll(() => kit.stop());

async function get(path: string): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(`${kit.forge.url}${path}`);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

test.each([
  ['/', 'acme/<strong>app</strong>'],
  ['/acme', 'acme/<strong>app</strong>'],
  ['/acme/app', 'feature/x'],
  ['/acme/app/tree/main', 'a.txt'],
  ['/acme/app/tree/feature/x/docs', '.md'],
  ['/acme/app/blob/main/a.txt', 'second'],
  ['/acme/app/blob/feature/x/a.txt', 'changed'],
  ['/acme/app/blob/main/bin.dat', 'A binary file.'],
  ['/acme/app/commits/main', '&lt;script&gt;'],
  ['/acme/app/commit/main', 'second'],
  ['/acme/app/compare/main...feature%2Fx', '+changed'],
  ['/pulls?state=all', 'acme/app#1'],
  ['/acme/app/pulls', 'Open'],
  ['/acme/app/pull/1', 'Merge pull request'],
  ['/acme/app/pull/1/files', '+changed'],
])('%s is a page with its content, and nothing in it runs', async (path, content) => {
  const { status, text, headers } = await get(path);
  expect(status).toBe(200);
  expect(text).toContain(content);
  expect(text.toLowerCase()).not.toMatch(/<script|javascript:|onerror=/);
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(text).not.toMatch(/(src|href)="https?:/);
});

test('the page of a pull request shows diff, checks, reviews, comments and what can be done', async () => {
  const { text } = await get('/acme/app/pull/1');
  expect(text).toContain('<td>-second</td>');
  expect(text).toContain('<td>+changed</td>');
  expect(text).toMatch(/data-state="failure">failure/);
  expect(text).toContain('review: approved');
  expect(text).toContain('checks have not all passed');
  expect(text).toMatch(/<button class="primary">/);
});

test('raw files and diffs are text, whatever they hold', async () => {
  const raw = await get('/acme/app/raw/main/a.txt');
  expect(raw.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(raw.headers.get('x-content-type-options')).toBe('nosniff');
  expect((await get('/acme/app/pull/1.diff')).text).toMatch(/^diff --git/);
  expect((await get('/_forge/forge.css')).headers.get('content-type')).toContain('text/css');
  expect((await get('/_forge/avatars/acme.svg')).text).toContain('<svg');
});

test('links with refs and paths that are not there are a page that says so', async () => {
  for (const path of [
    '/nobody',
    '/acme/none',
    '/acme/app/tree/none',
    '/acme/app/blob/main/none',
    '/acme/app/blob/main/docs',
    '/acme/app/pull/9',
    '/acme/app/commit/none',
    '/acme/app/commits/none',
    '/acme/app/compare/main...none',
    '/acme/app/tree/main/..%2f..%2fetc',
    '/_forge/avatars/x%2f.svg',
    '/x/y/z',
  ]) {
    const { status, text } = await get(path);
    expect([path, status]).toEqual([path, 404]);
    expect(text).toContain('Not Found');
  }
});

/** fetch does not let a caller set these headers. */
function post(
  path: string,
  headers: Record<string, string>,
  body = '',
): Promise<{ status: number; location: string | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(kit.forge.url);
    const req = request(
      {
        hostname,
        port,
        path,
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      },
      (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.on('end', () =>
          resolve({
            status: res.statusCode ?? 0,
            location: res.headers.location,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    req.once('error', reject);
    req.end(body);
  });
}

const stateOf = async (pull_number: number) => {
  const { data } = await kit.octokit.pulls.get({ owner: 'acme', repo: 'app', pull_number });
  return data.merged ? `merged by ${data.merged_by?.login}` : data.state;
};

test('a form of the forge itself merges, closes and reopens', async () => {
  const own = { origin: kit.forge.url };
  const merged = await post('/acme/app/pull/2/merge', own, 'method=squash');
  expect(merged).toMatchObject({ status: 303, location: '/acme/app/pull/2' });
  expect(await stateOf(2)).toBe('merged by reviewer');
  expect((await get('/acme/app/pull/2')).text).toContain('merged this into');
  expect((await post('/acme/app/pull/3/close', { 'sec-fetch-site': 'same-origin' })).status).toBe(303);
  expect(await stateOf(3)).toBe('closed');
  expect((await post('/acme/app/pull/3/reopen', own)).status).toBe(303);
  expect(await stateOf(3)).toBe('open');
  const again = await post('/acme/app/pull/2/merge', own, 'method=merge');
  expect(again.status).toBe(405);
  expect(again.text).toContain('Pull Request is not mergeable');
  expect((await post('/acme/app/pull/3/merge', own, 'method=octopus')).status).toBe(422);
});

test('a form that another site sent changes nothing', async () => {
  const foreign = [
    {},
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: kit.forge.url.replace(/\d+$/, '1') },
    { 'sec-fetch-site': 'cross-site', origin: kit.forge.url },
    { 'sec-fetch-site': 'same-site' },
  ];
  for (const headers of foreign)
    expect((await post('/acme/app/pull/1/close', headers as Record<string, string>)).status).toBe(403);
  // A name that a foreign site can point at this machine gets no page at all.
  const rebound = await post('/acme/app/pull/1/close', {
    host: 'evil.example',
    origin: 'http://evil.example',
  });
  expect(rebound.status).toBe(403);
  expect((await post('/acme/app/pull/1/close', { host: 'bad host' })).status).toBe(400);
  expect(await stateOf(1)).toBe('open');
});
