import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { closeRecord, nameAttempt } from '../attempts/attempt-record.ts';
import { buildRecord } from '../test-support/build-dispatch.ts';
import { until } from '../test-support/until.ts';
import { describeAttemptStore } from './attempt-store.contract.ts';
import type { AttemptStore } from './attempt-store.ts';
import { openRedisAttemptStore } from './redis-attempt-store.ts';

const log = pino({ level: 'silent' });

function openAs(namespace: string, instanceId: string, leaseMs = 60_000): Promise<AttemptStore> {
  return openRedisAttemptStore({
    redisUrl: inject('redisUrl'),
    namespace,
    workerApp: 'greeter',
    instanceId,
    leaseMs,
    log,
  });
}

describeAttemptStore('Redis', async () => {
  const namespace = `t-${randomUUID()}`;
  let store = await openAs(namespace, 'i-1');
  return {
    store,
    restart: async () => {
      await store.close();
      store = await openAs(namespace, 'i-2');
      return store;
    },
    end: () => store.close(),
  };
});

describe('attempts that several instances share', () => {
  async function openTwo(leaseMs?: number) {
    const namespace = `t-${randomUUID()}`;
    const stores = [
      await openAs(namespace, 'i-1', leaseMs),
      await openAs(namespace, 'i-2', leaseMs),
    ] as const;
    onTestFinished(async () => {
      await Promise.all(stores.map((store) => store.close()));
    });
    return { namespace, stores };
  }

  it('are worked on by the instance that admitted them while its lease holds', async () => {
    const [one, two] = (await openTwo()).stores;
    const record = buildRecord();
    await one.admit(record);
    expect(await two.admit(record)).toEqual({ kind: 'known', record, isOpen: true, isHeld: false });
    expect(await two.save(record)).toBe(false);
    expect(await two.claimOrphans(10)).toEqual([]);
    expect(await one.save(record)).toBe(true);
  });

  it('are taken over on redelivery when the lease has ended', async () => {
    const [one, two] = (await openTwo(20)).stores;
    const record = buildRecord();
    await one.admit(record);
    await until(async () => {
      expect(await two.admit(record)).toEqual({ kind: 'known', record, isOpen: true, isHeld: true });
    });
    expect(await one.save(record)).toBe(false);
    expect(await one.renew([record.key])).toEqual([record.key]);
  });

  it('are handed over at once when an instance releases them', async () => {
    const [one, two] = (await openTwo()).stores;
    const record = buildRecord();
    await one.admit(record);
    await one.release([record.key]);
    expect(await two.claimOrphans(10)).toEqual([record]);
    expect(await one.claimOrphans(10)).toEqual([]);
  });

  it('are cancelled by whichever instance is told', async () => {
    const [one, two] = (await openTwo()).stores;
    const record = buildRecord();
    await one.admit(record);
    expect(await two.cancel(nameAttempt(record))).toBe(true);
    expect(await one.renew([record.key])).toEqual([record.key]);
  });

  it('expire 30 days after their end and not before', async () => {
    const { namespace, stores } = await openTwo();
    const redis = new Redis(inject('redisUrl'));
    onTestFinished(() => {
      redis.disconnect();
    });
    const record = buildRecord();
    await stores[0].admit(record);
    const keys = (await redis.keys(`${namespace}:*`)).filter((key) => !key.endsWith(':open'));
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(await redis.pttl(key)).toBe(-1);
    await stores[0].save(
      closeRecord(record, { kind: 'acknowledged', result: { eventId: 'e', status: 'succeeded' } }),
    );
    for (const key of keys) expect(await redis.pttl(key)).toBeGreaterThan(29 * 86_400_000);
  });

  it('cannot be opened where no Redis answers', async () => {
    await expect(
      openRedisAttemptStore({
        redisUrl: 'redis://127.0.0.1:1',
        namespace: 't',
        workerApp: 'greeter',
        instanceId: 'i-1',
        leaseMs: 3_000,
        log,
      }),
    ).rejects.toThrow('LOOM_WORKER_REDIS_URL');
  });
});
