import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHarness, type Harness } from './http-harness.ts';

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

function build(harness: Harness): void {
  mkdirSync(join(harness.consoleDir, 'assets'));
  writeFileSync(join(harness.consoleDir, 'index.html'), '<!doctype html><title>Loom</title>');
  writeFileSync(join(harness.consoleDir, 'favicon.svg'), '<svg/>');
  writeFileSync(join(harness.consoleDir, 'assets', 'main-a1b2.js'), 'export {};');
}

describe('pages', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await createHarness({
      readiness: [
        { name: 'store', isVital: true, check: async () => ({ status: 'healthy', detail: 'Redis 7' }) },
        { name: 'engine', isVital: false, check: async () => ({ status: 'down', detail: 'It is away.' }) },
      ],
    });
  });
  afterEach(() => harness.close());
  const get = (path: string, headers: Record<string, string> = HTML) =>
    harness.send('GET', path, undefined, headers);

  it.each([
    '/',
    '/migrations/hello',
    '/migrations/hello/candidates/acme%2Fbilling',
    '/migrations/hello/candidates/notes.js',
    '/migrations/hello/candidates/100%25?tab=runs',
    '/workers',
  ])('give the console at %s, never from a cache', async (path) => {
    build(harness);
    const reply = await get(path);
    expect([reply.status, reply.text]).toEqual([200, '<!doctype html><title>Loom</title>']);
    expect(reply.headers['content-type']).toContain('text/html');
    expect(reply.headers['cache-control']).toBe('no-cache');
  });

  it('keep hashed files for a year, and others not at all', async () => {
    build(harness);
    const asset = await get('/assets/main-a1b2.js', {});
    expect(asset.status).toBe(200);
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await get('/favicon.svg', {})).headers['cache-control']).toBe('no-cache');
  });

  it.each(['/assets/old-c3d4.js', '/api/v1/nothing', '/api/nothing', '/problems/nothing', '/docs/nothing'])(
    'do not hide that %s is missing',
    async (path) => {
      build(harness);
      const reply = await get(path);
      expect([reply.status, reply.body['type']]).toEqual([404, '/problems/not-found']);
    },
  );

  it('are only for those who want HTML', async () => {
    build(harness);
    expect((await get('/migrations/hello', { accept: 'application/json' })).status).toBe(404);
    expect((await harness.send('POST', '/migrations/hello', {}, HTML)).status).toBe(404);
  });

  it('say how to build the console where it is missing', async () => {
    const reply = await get('/');
    expect([reply.status, reply.headers['content-type']]).toEqual([404, 'text/plain; charset=utf-8']);
    expect(reply.text).toContain('npm run build');
  });

  it('load nothing from another host and run no script of the page', async () => {
    build(harness);
    for (const path of ['/', '/docs', '/problems/run-open']) {
      const { headers, text } = await get(path);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe-inline/);
      expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
      expect(text).not.toMatch(/<script>/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-powered-by']).toBeUndefined();
    }
  });

  it('show the contract with Swagger UI', async () => {
    expect((await get('/docs')).text).toContain('/docs/swagger-ui-bundle.js');
    for (const file of ['swagger-ui-bundle.js', 'swagger-ui.css', 'start.js'])
      expect((await get(`/docs/${file}`, {})).status).toBe(200);
    const json = await get('/openapi.json', {});
    expect(json.body).toMatchObject({ openapi: '3.1.0', info: { title: 'Loom' } });
    const tag = String(json.headers['etag']);
    expect((await get('/openapi.json', { 'if-none-match': tag })).status).toBe(304);
  });

  it('say how ready each part is, and refuse while shutting down', async () => {
    const ready = await get('/readyz', {});
    expect([ready.status, ready.body]).toEqual([
      200,
      {
        status: 'degraded',
        parts: {
          store: { status: 'healthy', detail: 'Redis 7' },
          engine: { status: 'down', detail: 'It is away.' },
        },
      },
    ]);
    harness.drain();
    const draining = await get('/readyz', {});
    expect([draining.status, draining.body['status']]).toEqual([503, 'down']);
    expect(draining.headers['connection']).toBe('close');
    expect((await get('/healthz', {})).status).toBe(200);
  });

  it('measure requests by route, not by path', async () => {
    await get('/api/v1/migrations/hello/candidates/acme%2Fbilling', {});
    await get('/anything/else', {});
    const { text } = await get('/metrics', {});
    expect(text).toContain(
      'loom_http_request_duration_seconds_count{route="/api/v1/migrations/{migrationId}/candidates/{candidateId}",method="GET",status="404"} 1',
    );
    expect(text).not.toMatch(/acme|anything/);
    expect(text).toContain('loom_build_info{version="0.0.0",role="all"');
  });

  it('carry the id of the request and of the trace', async () => {
    const given = await get('/api/v1/migrations/none', { 'x-request-id': 'abc-1' });
    expect(given.headers['x-request-id']).toBe('abc-1');
    const odd = await get('/api/v1/migrations/none', { 'x-request-id': 'a b\t<' });
    expect(odd.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});
