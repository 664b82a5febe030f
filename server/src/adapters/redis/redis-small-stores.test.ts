import { afterAll, describe, expect, test } from 'vitest';
import { at } from '../../../test/contracts/builders.ts';
import { describeConcurrencyKeys } from '../../../test/contracts/concurrency-keys.contract.ts';
import { describeDeadLetterStore } from '../../../test/contracts/dead-letter-store.contract.ts';
import { aDelivery, describeDeliveryLog } from '../../../test/contracts/delivery-log.contract.ts';
import { describePauseStore } from '../../../test/contracts/pause-store.contract.ts';
import {
  describeDryRunStore,
  describeIdempotencyStore,
} from '../../../test/contracts/small-stores.contract.ts';
import { openTestRedis } from '../../../test/contracts/test-redis.ts';
import { createManualClock } from '../memory/manual-clock.ts';
import { createKeys } from './keys.ts';
import { createRedisConcurrencyKeys } from './redis-concurrency-keys.ts';
import { createRedisDeadLetterStore } from './redis-dead-letter-store.ts';
import { createRedisDeliveryLog } from './redis-delivery-log.ts';
import { createRedisDryRunStore } from './redis-dry-run-store.ts';
import { createRedisEventLog } from './redis-event-log.ts';
import { createRedisIdempotencyStore } from './redis-idempotency-store.ts';
import { createRedisPauseStore } from './redis-pause-store.ts';
import { loadOrCreateSecret } from './redis-secret.ts';

describe('on Redis', () => {
  const { redis, newNamespace, close } = openTestRedis();
  afterAll(close);
  describeIdempotencyStore(() => createRedisIdempotencyStore({ redis, namespace: newNamespace() }));
  describeDryRunStore(() => createRedisDryRunStore({ redis, namespace: newNamespace() }));
  describeConcurrencyKeys(() => {
    const clock = createManualClock();
    const keys = createRedisConcurrencyKeys({ redis, namespace: newNamespace(), clock });
    return { keys, advance: clock.advance };
  });
  describeDeadLetterStore((limits) =>
    createRedisDeadLetterStore({
      redis,
      namespace: newNamespace(),
      ...(limits === undefined ? {} : { limits }),
    }),
  );
  describePauseStore(() => {
    const clock = createManualClock();
    const options = { redis, namespace: newNamespace(), clock };
    const pauses = createRedisPauseStore(options);
    return { pauses, events: createRedisEventLog(options), advance: clock.advance };
  });
  describeDeliveryLog(() => createRedisDeliveryLog({ redis, namespace: newNamespace(), mostKept: 100 }));

  test('an answer is kept for a day, and a hold no longer than two minutes', async () => {
    const namespace = newNamespace();
    const store = createRedisIdempotencyStore({ redis, namespace });
    const key = createKeys(namespace).idempotency('key');
    await store.begin('key', 'hash');
    expect(await redis.ttl(key)).toBeGreaterThan(110);
    expect(await redis.ttl(key)).toBeLessThanOrEqual(120);
    await store.finish('key', 'hash', { status: 202, headers: {}, body: '' });
    expect(await redis.ttl(key)).toBeGreaterThan(86_000);
  });

  test('of the deliveries of a migration the newest are kept, for seven days', async () => {
    const namespace = newNamespace();
    const log = createRedisDeliveryLog({ redis, namespace, mostKept: 2 });
    const deliveries = Array.from({ length: 3 }, () => aDelivery());
    await log.append([...deliveries, aDelivery({ migrationId: 'hello', runId: undefined })]);
    const listed = await log.list({ limit: 9, runId: 'r-1' });
    const kept = listed.kind === 'page' ? listed.items.map(({ id }) => id) : [];
    expect(kept).toEqual(
      deliveries
        .slice(1)
        .map(({ id }) => id)
        .reverse(),
    );
    expect(await log.get(deliveries[0]?.id ?? '')).toBeUndefined();
    for (const key of Object.values(createKeys(namespace).deliveries('hello')))
      expect(await redis.ttl(key)).toBeGreaterThan(7 * 86_400 - 60);
  });

  test('of long deliveries fewer are kept, so that they take no more than they may', async () => {
    const namespace = newNamespace();
    const log = createRedisDeliveryLog({ redis, namespace, mostKept: 100, mostBytes: 20_000 });
    const long = (body: string) => {
      const delivery = aDelivery();
      return { ...delivery, request: { ...delivery.request, body } };
    };
    const { summaries, messages, bytes } = createKeys(namespace).deliveries('charts');
    const said = async () =>
      (await redis.xrange(messages, '-', '+')).map(([, [, json = '']]) => Buffer.byteLength(json));
    for (let n = 0; n < 5; n += 1) await log.append([long('a'.repeat(7_000)), aDelivery()]);
    expect(await redis.xlen(summaries)).toBe(5);
    expect(Number(await redis.get(bytes))).toBe((await said()).reduce((sum, length) => sum + length));
    const last = long('b'.repeat(7_000));
    await log.append([last, long('c'.repeat(16_000))]);
    expect(await redis.xlen(summaries)).toBe(1);
    expect(await log.get(last.id)).toBeUndefined();
    for (let n = 0; n < 100; n += 1) await log.append([aDelivery()]);
    expect(Number(await redis.get(bytes))).toBe((await said()).reduce((sum, length) => sum + length));
    expect(await redis.xlen(summaries)).toBeGreaterThan(50);
  });

  test('of deliveries that are forgotten nothing is left, neither their ids nor the index of their run', async () => {
    const namespace = newNamespace();
    const keys = createKeys(namespace);
    const log = createRedisDeliveryLog({ redis, namespace, mostKept: 2 });
    await log.append([aDelivery({ runId: 'r-%1' }), aDelivery({ runId: 'r-%1' }), aDelivery()]);
    expect(await redis.xlen(keys.runDeliveries('charts', 'r-%1'))).toBe(1);
    await log.append([aDelivery(), aDelivery({ isVerified: false })]);
    expect(await redis.exists(keys.runDeliveries('charts', 'r-%1'))).toBe(0);
    expect(await redis.xlen(keys.runDeliveries('charts', 'r-1'))).toBe(2);
    expect(await redis.zcard(keys.deliveryIds)).toBe(3);
  });

  test('a dry run is kept for seven days', async () => {
    const namespace = newNamespace();
    await createRedisDryRunStore({ redis, namespace }).save({
      ...{ id: 'd-1', migrationId: 'm', candidateId: 'a', state: 'failed', startedAt: at(0) },
      ...{ inputs: {}, revision: 'rev-1' },
    });
    expect(await redis.ttl(createKeys(namespace).dryRun('d-1'))).toBeGreaterThan(7 * 86_400 - 60);
  });

  test('whoever asks at once gets the same secret, and every namespace has its own', async () => {
    const namespace = newNamespace();
    const secrets = await Promise.all(
      Array.from({ length: 20 }, () => loadOrCreateSecret({ redis, namespace })),
    );
    expect(new Set(secrets).size).toBe(1);
    expect(secrets[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(await loadOrCreateSecret({ redis, namespace: newNamespace() })).not.toBe(secrets[0]);
  });
});
