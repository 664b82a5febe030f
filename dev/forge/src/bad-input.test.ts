import { connect } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestForge, type TestForge, TOKEN } from './forge.test-kit.ts';
import { seedRepository } from './seed-repository.ts';

vi.setConfig({ testTimeout: 60_000 });
let kit: TestForge;
beforeAll(async () => {
  kit = await startTestForge();
  await seedRepository(kit.forge, 'acme/app', { commits: [{ message: 'Start', files: { a: 'a' } }] });
  await seedRepository(kit.forge, 'acme/app', {
    branch: 'topic',
    from: 'main',
    commits: [{ message: 'T', files: { b: 'b' } }],
  });
  await kit.octokit.pulls.create({ owner: 'acme', repo: 'app', head: 'topic', base: 'main', title: 'T' });
});
afterAll(() => kit.stop());

/** Sends the path as it is; every client library would tidy it first. */
function raw(method: string, path: string, body?: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(kit.forge.url).port), '127.0.0.1');
    const head = [
      `${method} ${path} HTTP/1.1`,
      'Host: 127.0.0.1',
      `Authorization: Bearer ${TOKEN}`,
      'Connection: close',
    ];
    if (body !== undefined)
      head.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`);
    socket.write(`${head.join('\r\n')}\r\n\r\n${body ?? ''}`);
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    socket.once('error', reject);
    socket.once('close', () => resolve({ status: Number(text.split(' ')[1]), text }));
  });
}

const TRAVERSALS = [
  '/api/v3/repos/../../etc/passwd',
  '/api/v3/repos/acme/..%2f..%2fetc',
  '/api/v3/repos/acme/app/contents/..%2f..%2f..%2fetc%2fpasswd',
  '/api/v3/repos/acme/app/contents/%2e%2e/%2e%2e/HEAD',
  '/api/v3/repos/acme/app/git/ref/..%2f..%2fHEAD',
  '/api/v3/repos/acme/app/git/trees/--help',
  '/api/v3/repos/acme/app/tarball/--output=%2ftmp%2fx',
  '/../../../etc/passwd',
  '/acme/../../../etc/passwd/info/refs?service=git-upload-pack',
  '/acme/app.git/../../state/last-id',
  '/acme/app.git/objects/../../../../state/last-id',
  '/..%2f..%2fstate/app.git/info/refs?service=git-upload-pack',
  '/acme/app/raw/main/..%2f..%2f..%2fetc%2fpasswd',
  '/acme/app/blob/main/%00',
  '/%c0%ae%c0%ae/x',
];

test.each(TRAVERSALS)('%s leads nowhere', async (path) => {
  const { status, text } = await raw('GET', path);
  expect(status === 302 || (status >= 400 && status < 500)).toBe(true);
  expect(text).not.toMatch(/root:|^\d+$/m);
});

test('a tarball of a ref that looks like an option is not there', async () => {
  expect((await raw('GET', '/_codeload/acme/app/legacy.tar.gz/--output=%2ftmp%2fx')).status).toBe(404);
});

const WRITES: readonly (readonly [string, string])[] = [
  ['POST', '/user/repos'],
  ['POST', '/orgs/acme/repos'],
  ['PATCH', '/repos/acme/app'],
  ['PUT', '/repos/acme/app/contents/x'],
  ['DELETE', '/repos/acme/app/contents/a'],
  ['POST', '/repos/acme/app/git/refs'],
  ['PATCH', '/repos/acme/app/git/refs/heads/topic'],
  ['POST', '/repos/acme/app/git/blobs'],
  ['POST', '/repos/acme/app/git/trees'],
  ['POST', '/repos/acme/app/git/commits'],
  ['POST', '/repos/acme/app/pulls'],
  ['PATCH', '/repos/acme/app/pulls/1'],
  ['PUT', '/repos/acme/app/pulls/1/merge'],
  ['POST', '/repos/acme/app/pulls/1/reviews'],
  ['POST', '/repos/acme/app/issues/1/comments'],
  ['POST', '/repos/acme/app/issues/1/labels'],
  ['POST', '/repos/acme/app/labels'],
  ['POST', '/repos/acme/app/check-runs'],
  ['POST', '/repos/acme/app/statuses/main'],
  ['POST', '/repos/acme/app/hooks'],
];

const GARBAGE = [
  '{',
  'null',
  '[]',
  '"text"',
  '7',
  '\u0000',
  '{"__proto__":{"title":"x"}}',
  '['.repeat(5000),
  '{"a":'.repeat(3000),
];

test.each(WRITES)('%s %s answers garbage with a clean refusal', async (method, path) => {
  for (const body of GARBAGE) {
    const { status, text } = await raw(method, `/api/v3${path}`, body);
    // Where every field may be left out, an object without known ones is no mistake.
    const isEmptyList = body === '[]' && path.endsWith('/labels');
    const isAllowed = (isEmptyList || body.startsWith('{"__proto__"')) && status < 300;
    expect([body.slice(0, 20), isAllowed || (status >= 400 && status < 500)]).toEqual([
      body.slice(0, 20),
      true,
    ]);
    expect(text).toMatch(status >= 400 ? /"message"/ : /^HTTP/);
  }
});

test('whatever values the fields have, no request crashes the forge', async () => {
  const person = fc.record({
    name: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('.', '<>', 'a\0b', 'Eve')),
    email: fc.oneof(fc.string(), fc.constantFrom('<>', 'e@example.org')),
    date: fc.constantFrom('1960-01-01T00:00:00Z', '2024-02-03T04:05:06+05:30', '9999-12-31T23:59:59Z', 'x'),
  });
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constant(Buffer.from('x').toString('base64')),
    person,
    fc.string({ unit: 'binary' }),
    fc.constantFrom('main', 'topic', '-x', '../..', 'refs/heads/x', '0'.repeat(40)),
  );
  const fields = [
    'name',
    'title',
    'head',
    'base',
    'body',
    'state',
    'sha',
    'ref',
    'content',
    'message',
    'tree',
    'parents',
    'labels',
    'config',
    'events',
    'event',
    'head_sha',
    'conclusion',
    'merge_method',
    'path',
    'branch',
    'color',
    'author',
    'committer',
  ];
  const body = fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 6 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...WRITES), body, async ([method, path], fuzz) => {
      const { status } = await raw(method, `/api/v3${path}`, JSON.stringify(fuzz));
      expect(status).toBeLessThan(500);
      expect(status).toBeGreaterThanOrEqual(200);
    }),
    { numRuns: 250 },
  );
  expect((await raw('GET', '/healthz')).status).toBe(200);
});

test('whatever the path, no request crashes the forge', async () => {
  const part = fc.oneof(
    fc.constantFrom(
      'api',
      'v3',
      'repos',
      'acme',
      'app',
      'pulls',
      'git',
      'refs',
      'contents',
      '1',
      '..',
      '%2e',
      '%00',
      '%',
      '_forge',
      'tree',
      'blob',
      'main',
      'app.git',
      'compare',
      'main...topic',
    ),
    fc.webPath().map((path) => path.slice(1)),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'DELETE', 'TRACE'),
      fc.array(part, { maxLength: 9 }),
      async (method, parts) => {
        const { status } = await raw(method, `/${parts.join('/')}`);
        expect(status).toBeLessThan(500);
        expect(status).toBeGreaterThanOrEqual(200);
      },
    ),
    { numRuns: 250 },
  );
});

test('a NUL anywhere, a name of punctuation and a time before git are refused', async () => {
  for (const path of [
    '/repos/acme/app/commits?path=%00',
    '/repos/acme/app/commits?author=a%00b',
    '/search/code?q=a%00',
    '/repos/acme/app/contents/a%00',
  ])
    expect([path, (await raw('GET', `/api/v3${path}`)).status]).toEqual([
      path,
      path.includes('contents') ? 404 : 422,
    ]);
  const file = { message: 'M', content: 'eA==' };
  const person = { name: 'Eve', email: 'e@example.org' };
  const bad = [
    { message: 'a\0' },
    { author: { ...person, name: '.<>,' } },
    { author: { ...person, name: 'a\0b' } },
    { committer: { ...person, date: '1969-12-31T23:59:59Z' } },
  ];
  for (const change of bad)
    expect(
      (await raw('PUT', '/api/v3/repos/acme/app/contents/nul', JSON.stringify({ ...file, ...change })))
        .status,
    ).toBe(422);
  const far = { ...person, date: '2150-01-01T00:00:00+02:00' };
  const made = await raw(
    'PUT',
    '/api/v3/repos/acme/app/contents/far',
    JSON.stringify({ ...file, author: far }),
  );
  expect(made.text).toContain('2149-12-31T22:00:00Z');
});

test('query values that are no numbers, or absurd ones, fall back', async () => {
  for (const query of [
    'page=-1',
    'page=x&per_page=y',
    'per_page=100000',
    'page=1e400',
    'page=99999999999',
    'per_page=0',
    'page=1&page=2',
    'page[]=1',
    'state=x',
    'sort=__proto__',
  ]) {
    expect([query, (await raw('GET', `/api/v3/repos/acme/app/commits?${query}`)).status]).toEqual([
      query,
      200,
    ]);
    expect((await raw('GET', `/api/v3/repos/acme/app/pulls?${query}`)).status).toBe(200);
  }
});
