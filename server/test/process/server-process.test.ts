import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type RunningProcess, startProcess } from '@loom/stack';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, inject, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const FROM_SOURCE = ['--conditions=source', '--import=tsx', MAIN];
const SECRET = 's'.repeat(32);
const PATIENCE = { timeout: 20_000 };

interface Loom {
  readonly process: RunningProcess;
  readonly url: string;
}

describe('the server as a process', { timeout: 120_000 }, () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });

  async function run(
    env: Record<string, string | undefined>,
    readyLine = /Loom is listening/,
  ): Promise<Loom> {
    const lines: string[] = [];
    const process = await startProcess({
      name: 'loom',
      command: globalThis.process.execPath,
      args: FROM_SOURCE,
      env: { LOOM_LISTEN: '127.0.0.1:0', LOOM_ROLE: 'api', LOOM_SECRET: SECRET, ...env },
      onLine: (line) => lines.push(line),
      readyLine,
      readyTimeoutMs: 60_000,
    });
    cleanups.push(() => process.kill());
    const line = lines.find((text) => text.includes('Loom is listening')) ?? '{}';
    return { process, url: String((JSON.parse(line) as { url?: string }).url) };
  }

  /** Redis keys of its own, deleted afterwards. */
  function ownNamespace(): string {
    const namespace = `test-${randomUUID()}`;
    cleanups.push(async () => {
      const redis = new Redis(inject('redisUrl'));
      const keys = await redis.keys(`*${namespace}*`);
      if (keys.length > 0) await redis.unlink(...keys);
      await redis.quit();
    });
    return namespace;
  }

  /** Healthy, but hangs in every preview until it is released. */
  async function hangingWorker(): Promise<{ url: string; asked: Promise<void>; release: () => void }> {
    let noteAsked = () => {};
    const asked = new Promise<void>((resolve) => {
      noteAsked = resolve;
    });
    let release = () => {};
    const server: Server = createServer((request, response) => {
      if (request.url === '/healthz') {
        response.end('{}');
        return;
      }
      release = () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"steps":[]}');
      noteAsked();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    cleanups.push(async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    });
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      asked,
      release: () => release(),
    };
  }

  function post(loom: Loom, path: string, body: object): Promise<Response> {
    return fetch(`${loom.url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /** Announces, and asks for a preview, which is in flight as long as the worker hangs. */
  async function preview(loom: Loom, workerUrl: string): Promise<Promise<Response>[]> {
    await expect.poll(() => fetch(`${loom.url}/readyz`).then(({ status }) => status), PATIENCE).toBe(200);
    const announced = await post(loom, '/registry/announce', {
      id: 'hello',
      name: 'Hello',
      workerApp: 'hello',
      workerUrl,
      instanceId: 'i-1',
      protocolVersion: 1,
      steps: [{ name: 'greet', workerApp: 'hello' }],
      candidates: [{ id: 'world' }],
      capabilities: { dryRun: true },
    });
    expect(announced.status).toBe(200);
    return [post(loom, '/migrations/hello/dry-run', { candidateId: 'world' })];
  }

  it('names every wrong variable and ends, when the configuration is wrong', async () => {
    const failure = await run({ LOOM_REDIS_URL: 'http://x', LOOM_LEASE_SECONDS: 'long' }).catch(
      (error: unknown) => error,
    );
    expect(String(failure)).toContain('LOOM_REDIS_URL must be a URL');
    expect(String(failure)).toContain('LOOM_LEASE_SECONDS must be a whole number');
    expect(String(failure)).not.toContain('    at ');
  });

  it('lives without Redis and Temporal, says so, and ends on SIGTERM', async () => {
    const away = { LOOM_REDIS_URL: 'redis://127.0.0.1:1', LOOM_TEMPORAL_ADDRESS: '127.0.0.1:1' };
    const loom = await run(away);
    expect((await fetch(`${loom.url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${loom.url}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      { status: 'down', parts: { redis: { status: 'down' }, temporal: { status: 'down' } } },
    ]);
    const refused = await fetch(`${loom.url}/api/v1/migrations`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    await loom.process.stop();
    expect(await loom.process.waitForExit()).toMatchObject({ code: 0 });
  });

  it('answers what is in flight before it ends, and takes nothing new (trap 3)', async () => {
    const loom = await run({
      LOOM_REDIS_URL: inject('redisUrl'),
      LOOM_TEMPORAL_ADDRESS: inject('temporalAddress'),
      LOOM_NAMESPACE: ownNamespace(),
    });
    const worker = await hangingWorker();
    const [inFlight] = await preview(loom, worker.url);
    await worker.asked;
    await loom.process.kill('SIGTERM');
    await expect
      .poll(
        () =>
          fetch(`${loom.url}/healthz`).then(
            () => 'answered',
            () => 'refused',
          ),
        PATIENCE,
      )
      .toBe('refused');
    worker.release();
    const answered = await inFlight;
    expect([answered?.status, await answered?.json()]).toMatchObject([200, { state: 'completed' }]);
    expect(await loom.process.waitForExit()).toMatchObject({ code: 0 });
    const parts = loom.process.tail(50).match(/"part":"[^"]+"/g);
    expect(parts).toEqual(
      [
        'http',
        'background work',
        'engine',
        'handovers',
        'worker connections',
        'deliveries',
        'temporal',
        'redis',
      ].map((part) => `"part":"${part}"`),
    );
  });

  it('leaves a preview that another process shows as failed when it was killed', async () => {
    const env = {
      LOOM_REDIS_URL: inject('redisUrl'),
      LOOM_TEMPORAL_ADDRESS: inject('temporalAddress'),
      LOOM_NAMESPACE: ownNamespace(),
      LOOM_DRY_RUN_WAIT_SECONDS: '0',
      LOOM_DRY_RUN_LEASE_SECONDS: '3',
    };
    const [loom, other] = [await run(env), await run(env)];
    const worker = await hangingWorker();
    const [sent] = await preview(loom, worker.url);
    const started = await sent;
    const { id } = ((await started?.json()) ?? {}) as { id?: string };
    await worker.asked;
    const look = () => fetch(`${other.url}/api/v1/dry-runs/${id}`).then((reply) => reply.json());
    expect(await look()).toMatchObject({ state: 'running' });
    await loom.process.kill('SIGKILL');
    await expect.poll(look, PATIENCE).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('the server that made it stopped'),
    });
  });

  it('ends at once on a second signal', async () => {
    const loom = await run({
      LOOM_REDIS_URL: inject('redisUrl'),
      LOOM_TEMPORAL_ADDRESS: inject('temporalAddress'),
      LOOM_NAMESPACE: ownNamespace(),
    });
    const worker = await hangingWorker();
    const [sent] = await preview(loom, worker.url);
    const inFlight = sent?.catch(() => 'cut off');
    await worker.asked;
    await loom.process.kill('SIGTERM');
    await expect.poll(() => loom.process.tail(50), PATIENCE).toContain('shutting down');
    await loom.process.kill('SIGTERM');
    expect(await loom.process.waitForExit()).toMatchObject({ code: 1 });
    expect(await inFlight).toBe('cut off');
  });
});
