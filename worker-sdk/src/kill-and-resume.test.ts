import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { endWorker, spawnWorker } from './test-support/spawn-worker.ts';
import { post, startTestServer } from './test-support/start-test-worker.ts';
import { until } from './test-support/until.ts';

const program = fileURLToPath(new URL('./test-support/effect-worker.ts', import.meta.url));

// Four processes start from source, on a machine that may be busy.
describe.each(['files', 'Redis'])('a worker with its attempts in %s', { timeout: 90_000 }, (store) => {
  /** Where the worker keeps its attempts, and the files that its step reads and writes. */
  function prepare() {
    const directory = mkdtempSync(join(tmpdir(), 'loom-kill-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const environment: Record<string, string> =
      store === 'files'
        ? { LOOM_WORKER_STATE_DIR: join(directory, 'state') }
        : { LOOM_WORKER_REDIS_URL: inject('redisUrl'), LOOM_NAMESPACE: `t-${randomUUID()}` };
    const config = {
      diary: join(directory, 'diary'),
      effect: join(directory, 'effect'),
      mayEnd: join(directory, 'may-end'),
    };
    return { environment, config };
  }

  it('that is killed in the middle of a step goes on after a restart: one effect, one result', async () => {
    const server = await startTestServer();
    const { environment, config } = prepare();
    const dispatch = server.dispatchOf({ stepName: 'act', config });
    const starts = () =>
      existsSync(config.diary) ? readFileSync(config.diary, 'utf8').trim().split('\n') : [];

    const first = await spawnWorker(program, server, environment);
    expect((await post(`${first.url}/dispatch-step`, dispatch)).status).toBe(202);
    await until(() => expect(starts()).toHaveLength(1), 40_000);
    await endWorker(first.child, 'SIGKILL');
    expect(server.callbacksOf(dispatch)).toEqual([]);

    const second = await spawnWorker(program, server, environment);
    await until(() => expect(starts()).toHaveLength(2), 40_000);
    // The server sends it again as well, since the instance that had it is gone.
    expect((await post(`${second.url}/dispatch-step`, dispatch)).status).toBe(202);
    writeFileSync(config.mayEnd, '');
    expect(await server.waitForResult(dispatch, 40_000)).toMatchObject({
      status: 'succeeded',
      message: 'Acted.',
    });
    expect(starts()).toEqual([`started ${dispatch.idempotencyKey}`, `started ${dispatch.idempotencyKey}`]);
    expect(readFileSync(config.effect, 'utf8')).toBe('acted\n');

    await until(() => expect(server.heartbeats.at(-1)?.busy).toEqual([]), 10_000);
    expect(await endWorker(second.child, 'SIGTERM')).toBe(0);
    expect(server.withdrawals).toEqual([expect.objectContaining({ workerApp: 'effect', reason: 'SIGTERM' })]);
    expect(server.callbacksOf(dispatch)).toMatchObject([
      { status: 'pending', message: 'Goes on where another process left it.' },
      { status: 'succeeded' },
    ]);
  });

  it('that is dead when its step is cancelled does nothing of it after a restart', async () => {
    const server = await startTestServer();
    const { environment, config } = prepare();
    const dispatch = server.dispatchOf({ stepName: 'act', config });
    const first = await spawnWorker(program, server, environment);
    expect((await post(`${first.url}/dispatch-step`, dispatch)).status).toBe(202);
    await until(() => expect(existsSync(config.diary)).toBe(true), 40_000);
    await endWorker(first.child, 'SIGKILL');

    writeFileSync(config.mayEnd, '');
    server.scripts.callback = (_body, response) => {
      response.status(410).type('application/problem+json').send('{"title":"The attempt is over"}');
      return true;
    };
    const second = await spawnWorker(program, server, environment);
    await until(() => expect(server.callbacksOf(dispatch)).toHaveLength(1), 40_000);
    // A moment after it was told, the attempt is over; until then it is known, and taken no second time.
    await until(
      async () => expect((await post(`${second.url}/dispatch-step`, dispatch)).status).toBe(409),
      10_000,
    );
    expect(readFileSync(config.diary, 'utf8')).toBe(`started ${dispatch.idempotencyKey}\n`);
    await endWorker(second.child, 'SIGTERM');
  });

  it('that is killed before its result was acknowledged sends the same result after a restart (trap 13)', async () => {
    const server = await startTestServer();
    server.scripts.callback = (_body, response) => {
      response.status(503).set('Retry-After', '1').end();
      return true;
    };
    const { environment, config } = prepare();
    writeFileSync(config.mayEnd, '');
    const dispatch = server.dispatchOf({ stepName: 'act', config });

    const first = await spawnWorker(program, server, environment);
    await post(`${first.url}/dispatch-step`, dispatch);
    const unheard = await server.waitForResult(dispatch, 40_000);
    await endWorker(first.child, 'SIGKILL');

    const count = server.callbacks.length;
    delete server.scripts.callback;
    const second = await spawnWorker(program, server, environment);
    await until(() => expect(server.callbacks.length).toBeGreaterThan(count), 40_000);
    expect(server.callbacks.at(-1)?.callback).toEqual(unheard);
    expect(readFileSync(config.diary, 'utf8')).toBe(`started ${dispatch.idempotencyKey}\n`);
    await endWorker(second.child, 'SIGTERM');
  });
});
