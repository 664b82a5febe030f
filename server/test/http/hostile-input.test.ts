import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadContract } from '../../src/adapters/http/contract.ts';
import { createHarness, type Harness } from './http-harness.ts';
import { API, announcement, callback, HELLO, start, WORLD } from './scenes.ts';

const RUN_ID = '01931f6a-2c9b-7d53-9b3a-1f2f3a4b5c6d';

/** Bodies that no client of ours sends. */
const BODIES: Record<string, string> = {
  'nothing at all': '',
  'a word': 'hello',
  'half an object': '{"id":',
  'trailing garbage': '{} {}',
  null: 'null',
  true: 'true',
  'a number': '1e999',
  'a string': '"x"',
  'an array': '[]',
  'an array of nulls': '[null,null]',
  'an empty object': '{}',
  'a prototype': '{"__proto__":{"admin":true},"id":"x"}',
  'a nested prototype': '{"inputs":{"__proto__":{"admin":true}},"candidates":[{"metadata":{"__proto__":1}}]}',
  'a constructor': '{"constructor":{"prototype":{"admin":true}},"inputs":{"constructor":"x","toString":"y"}}',
  'wrong types': '{"id":[],"steps":{},"inputs":"x","candidates":7,"busy":{},"stepName":{},"reason":[1]}',
  'null fields': '{"id":null,"steps":null,"inputs":null,"candidates":null,"stepName":null,"reason":null}',
  'deep arrays': `${'['.repeat(60_000)}${']'.repeat(60_000)}`,
  'deep objects': `{"metadata":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`,
  'many members': `{${Array.from({ length: 5_000 }, (_, n) => `"k${n}":${n}`).join(',')}}`,
  'a lone surrogate': '{"id":"\\ud800","reason":"\\udfff"}',
  'a NUL': '{"id":"a\\u0000b","workerApp":"a\\u0000","instanceId":"\\u0000"}',
  'odd unicode': '{"id":"\u202e\u0301\ufeff","name":"\u{1f9f5}"}',
  'huge numbers': '{"attempt":1e400,"limit":-0,"protocolVersion":99999999999999999999}',
  'a regular expression bomb': '{"id":"hello","requiredInputs":[{"name":"a","pattern":"(((("}]}',
  'a byte order mark': '\ufeff{}',
  '5 MB': `{"x":"${'x'.repeat(5 * 1024 * 1024)}"}`,
};

const targets = loadContract().operations.map(({ method, base, path }) => ({
  method: method.toUpperCase(),
  path: (base + path)
    .replace('{migrationId}', 'hello')
    .replace('{candidateId}', 'world')
    .replace('{workflowId}', 'hello__world')
    .replace('{dryRunId}', RUN_ID),
}));

describe('hostile input', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness({ limits: { waitMs: 100 } });
    await start(harness);
  });
  afterAll(() => harness.close());

  function sendRaw(...parts: readonly (string | Buffer)[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(harness.url).port), '127.0.0.1', () => {
        for (const part of parts) socket.write(part);
      });
      let text = '';
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      socket.on('error', reject);
      socket.on('close', () => resolve(text));
    });
  }

  it.each(Object.keys(BODIES))('is never answered with a 5xx: %s in every body', async (name) => {
    const body = BODIES[name];
    for (const { method, path } of targets.filter((target) => target.method !== 'GET')) {
      const reply = await harness.send(method, path, body, { authorization: 'Bearer x' });
      expect(`${method} ${path} ${reply.status} ${reply.text.slice(0, 200)}`).toMatch(/^\S+ \S+ [24]\d\d /);
    }
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  it.each([
    'text/plain',
    'application/jsonp',
    'application/json; charset=latin1',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    '',
    ';;;',
    'a'.repeat(5_000),
  ])('is refused with 415 when the body is %s', async (type) => {
    const reply = await harness.send('POST', `${WORLD}/start`, '{}', { 'content-type': type });
    expect([reply.status, reply.body['type']]).toEqual([415, '/problems/unsupported-media-type']);
  });

  it('is measured after it is unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024, ' '));
    const head = `POST ${WORLD}/start HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`;
    const answered = await sendRaw(head, bomb);
    expect(answered).toMatch(/^HTTP\/1\.1 413 /);
  });

  it.each(['br', 'zip', 'gzip, gzip', 'x'])('is refused in the encoding %s', async (encoding) => {
    const reply = await harness.send('POST', `${WORLD}/start`, '{}', { 'content-encoding': encoding });
    expect([400, 415]).toContain(reply.status);
  });

  it('may be as large as each operation allows, and no larger', async () => {
    const padded = (limit: number, body: object) => {
      const text = JSON.stringify({ ...body, x: '' });
      return `${text.slice(0, -2)}${'x'.repeat(limit - text.length)}"}`;
    };
    const limits: [string, number, object][] = [
      [`${API}/registry/announce`, 1024 * 1024, announcement(harness)],
      [`${HELLO}/candidates`, 8 * 1024 * 1024, { discoveryId: 'd', candidates: [] }],
      [`${API}/event/hello__world`, (64 + 256) * 1024, callback(RUN_ID)],
      [`${WORLD}/cancel`, 64 * 1024, {}],
    ];
    for (const [path, limit, body] of limits) {
      const token = { authorization: 'Bearer x' };
      const fits = await harness.send('POST', path, padded(limit, body), token);
      expect([path, fits.status === 413]).toEqual([path, false]);
      const tooLarge = await harness.send('POST', path, padded(limit + 1, body), token);
      expect([path, tooLarge.status]).toEqual([path, 413]);
      expect(tooLarge.body['detail']).toContain(String(limit));
    }
  });

  it.each([
    '?unknown=1',
    '?limit=0',
    '?limit=',
    '?cursor=',
    '?status=',
    '?label=',
    '?limit=201',
    '?limit=ten',
    '?limit=1.5',
    '?limit=1&limit=2',
    '?limit[]=1',
    '?limit=%31%30%',
    '?q=%ff',
    '?status=done',
    '?status[ne]=running',
    '?gone=maybe',
    '?sort=name',
    '?label=team',
    '?label==x',
    `?q=${'x'.repeat(201)}`,
    '?__proto__=1',
    '?constructor=1',
    '?&&&=',
    `?cursor=${'x'.repeat(2001)}`,
  ])('is refused with 400 in the query %s', async (query) => {
    const reply = await harness.send('GET', `${HELLO}/candidates${query}`);
    expect([reply.status, reply.body['type']]).toEqual([400, '/problems/malformed-request']);
  });

  it.each([
    '?cursor=%00',
    '?cursor=e30',
    '?cursor=eyJ2IjoxfQ',
    '?cursor=..%2F..',
    '?q=%00',
    '?q=%F0%9F%A7%B5',
    '?q=*%3F%5B',
    '?label=team%3D',
    '?label=team=a=b',
    '?q=',
    '?',
  ])('is understood or refused, never a failure, in the query %s', async (query) => {
    const reply = await harness.send('GET', `${HELLO}/candidates${query}`);
    expect(reply.status).toBeLessThan(500);
  });

  it.each([
    ['a head that is too long', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`],
    ['another protocol', 'EHLO example.com\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n'],
    ['a smuggled body', 'POST / HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n'],
  ])('gets a problem for %s, which never becomes a request', async (_name, text) => {
    const answered = await sendRaw(text);
    expect(answered).toMatch(/^HTTP\/1\.1 400 /);
    expect(answered).toContain('application/problem+json');
  });

  it.each([
    ['GET', '/api/v1/migrations/..%2f..%2fetc'],
    ['GET', '/api/v1/migrations/%00'],
    ['GET', '/api/v1/migrations/hello/candidates/%'],
    ['GET', '/api/v1/migrations/hello/candidates/%c3%28'],
    ['GET', `/api/v1/migrations/${'a'.repeat(8_000)}`],
    ['GET', '/api/v1/dry-runs/1'],
    ['GET', '/api/v1//migrations'],
    ['GET', '/api/v1/../../etc/passwd'],
    ['GET', '/..%2f..%2f..%2fetc/passwd'],
    ['GET', '/docs/..%2fpackage.json'],
    ['GET', '//evil.example.com/%2f..'],
    ['GET', '/problems/%2e%2e%2f'],
    ['POST', '/api/v1/event/nounderscore'],
    ['POST', '/api/v1/event/__'],
    ['POST', '/api/v1/event/hello__'],
    ['PROPFIND', '/api/v1/migrations'],
    ['TRACE', '/api/v1/migrations'],
    ['POST', '/healthz'],
    ['POST', '/'],
  ])('is answered with 4xx: %s %s', async (method, path) => {
    const reply = await harness.send(method, path, method === 'POST' ? callback(RUN_ID) : undefined);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
    expect(reply.text).not.toContain('root:');
  });

  it.each(['Bearer', 'Bearer ', 'Basic x', 'Bearer a b', `Bearer ${'x'.repeat(8_000)}`, 'Bearer \u00e9'])(
    'is refused as a token: %#',
    async (authorization) => {
      const runs = await harness.send('GET', `${WORLD}/runs`);
      const [run] = runs.body['items'] as { runId: string }[];
      const body = callback(run?.runId ?? '');
      const reply = await harness.send('POST', `${API}/event/hello__world`, body, { authorization });
      expect(reply.status).toBe(401);
    },
  );

  it('has changed nothing after all that', async () => {
    const { body } = await harness.send('GET', WORLD);
    expect(body).toMatchObject({ status: 'running', inputs: { greeting: 'Hello' } });
    expect((await harness.send('GET', `${API}/migrations`)).body['total']).toBe(1);
    expect(harness.logged).toEqual([]);
  });
});
