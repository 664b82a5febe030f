import { afterAll, describe, expect, test } from 'vitest';
import { ACTOR, at } from '../../../test/contracts/builders.ts';
import { describeEventLog } from '../../../test/contracts/event-log.contract.ts';
import { useRedisStores } from '../../../test/contracts/store-harness.ts';
import { openTestRedis } from '../../../test/contracts/test-redis.ts';
import { createKeys, WORKER_EVENTS_KEPT } from './keys.ts';
import { createRedisEventLog } from './redis-event-log.ts';
import { createRedisPauseStore } from './redis-pause-store.ts';
import { createRedisWorkerDirectory } from './redis-worker-directory.ts';

describe('on Redis', () => describeEventLog(useRedisStores()));

describe('of the events that say how workers come and go', () => {
  const { redis, newNamespace, close } = openTestRedis();
  afterAll(close);
  /** Redis trims by whole nodes of 100. */
  const MOST = WORKER_EVENTS_KEPT + 100;
  const event = { at: at(1), actor: ACTOR };

  /** Makes it longer than it may be; one write trims no more than 10,000. */
  async function fill(key: string): Promise<void> {
    const missing = MOST + 1_000 - (await redis.xlen(key));
    const adding = redis.pipeline();
    for (let n = 0; n < missing; n += 1) adding.xadd(key, '*', 'e', '{}');
    await adding.exec();
  }

  test('the newest are kept of those that belong to no migration', async () => {
    const options = { redis, namespace: newNamespace() };
    const { globalEvents } = createKeys(options.namespace);
    await fill(globalEvents);
    await createRedisEventLog(options).append({ ...event, type: 'worker.withdrawn' });
    expect(await redis.xlen(globalEvents)).toBeLessThanOrEqual(MOST);
    const [newest] = await redis.xrevrange(globalEvents, '+', '-', 'COUNT', 1);
    expect(newest?.[1][1]).toContain('worker.withdrawn');

    await fill(globalEvents);
    const scope = { kind: 'worker-app', id: 'charts' } as const;
    const pauses = createRedisPauseStore(options);
    await pauses.pause(scope, { since: at(1), actor: ACTOR }, { ...event, type: 'worker.paused' });
    expect(await redis.xlen(globalEvents)).toBeLessThanOrEqual(MOST);
  });

  test('the newest are kept of those of a worker app', async () => {
    const options = { redis, namespace: newNamespace() };
    const key = createKeys(options.namespace).workerEvents('charts');
    const directory = createRedisWorkerDirectory(options);
    await directory.announce(
      { workerApp: 'charts', instanceId: 'one', workerUrl: 'http://w', migrationId: 'm', revision: 'r' },
      30,
    );
    await fill(key);
    await directory.drain(
      'charts',
      'one',
      { since: at(1), actor: ACTOR },
      { ...event, type: 'worker.drained' },
    );
    expect(await redis.xlen(key)).toBeLessThanOrEqual(MOST);
    await fill(key);
    await directory.resume('charts', 'one', { ...event, type: 'worker.resumed' });
    expect(await redis.xlen(key)).toBeLessThanOrEqual(MOST);
  });
});
