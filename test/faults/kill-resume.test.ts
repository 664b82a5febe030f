import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { createRedisPauseStore } from '../../server/src/adapters/redis/redis-pause-store.ts';
import { listAll, startForSure, untilAllCompleted } from '../support/api.ts';
import { candidates as named, startContractWorker } from '../support/contract-worker.ts';
import { inForm, LIMIT_MS } from '../support/form.ts';
import { startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const RUNS = inForm(20, 200);
const ID = 'resumed';

test(
  `promise 1: ${RUNS} runs of a paused migration go on within seconds, though the engine that was about to wake them was killed`,
  async () => {
    const stack = await startStack({ name: 'resumed', isApart: true });
    const { client, engine } = stack;
    const worker = stack.keep(
      await startContractWorker({
        serverUrl: stack.api.url,
        id: ID,
        steps: ['one'],
        candidates: named(RUNS),
      }),
    );
    const path = { params: { path: { migrationId: ID } }, body: {} } as const;
    await client.POST('/migrations/{migrationId}/pause', path);
    for (const { id } of named(RUNS)) await startForSure(client, ID, id);
    await until('all runs to be held', async () =>
      (await listAll(client, ID)).every(({ runState }) => runState === 'paused'),
    );

    await engine.kill('SIGKILL');
    await client.POST('/migrations/{migrationId}/resume', path);
    // What the engine had done when it died: it took them, and woke nobody.
    const redis = new Redis(stack.redis.url);
    stack.keep({ stop: () => redis.quit() });
    const pauses = createRedisPauseStore({ redis, namespace: 'default' });
    expect(await pauses.takeReleased(RUNS)).toHaveLength(RUNS);
    const resumed = Date.now();
    await engine.restart();

    await untilAllCompleted(client, ID, 60_000);
    process.stderr.write(`all done ${Date.now() - resumed} ms after they were resumed\n`);
    expect(new Set(worker.deliveries.map((one) => one.idempotencyKey)).size).toBe(RUNS);
  },
  LIMIT_MS,
);
