import { findRedis, getFreePorts, type RunningRedis, startRedis } from '@loom/stack';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { aCandidate, aClaim, anAnnouncement, at, MIGRATION } from '../../../test/contracts/builders.ts';
import { StoreUnavailable } from '../../application/ports/migration-store.ts';
import { checkPersistence } from './check-persistence.ts';
import { createRedisConnection, type RedisConnection } from './connection.ts';
import { createRedisMigrationStore } from './redis-migration-store.ts';

describe('a connection to Redis', () => {
  let server: RunningRedis;
  let connection: RedisConnection;
  beforeAll(async () => {
    server = await startRedis({ source: await findRedis() });
  });
  afterAll(() => server.stop());
  afterEach(() => connection.close());

  async function connect(commandTimeoutMs = 2_000) {
    connection = createRedisConnection({ url: server.url, commandTimeoutMs });
    await connection.whenReady(5_000);
    return createRedisMigrationStore({ redis: connection.redis, namespace: 'test' });
  }
  const announce = (store: Awaited<ReturnType<typeof connect>>) => store.announce(anAnnouncement());

  test('fails at once while Redis is away, and works again by itself with everything that was acknowledged', async () => {
    const store = await connect();
    await announce(store);
    await store.submitCandidates({
      ...{ migrationId: MIGRATION, discoveryId: 'd', candidates: [aCandidate('a')], final: true, at: at(1) },
    });
    expect(await store.claimRun(aClaim('a', 'r-1'))).toEqual({ kind: 'claimed' });

    await server.kill();
    await expect.poll(() => connection.redis.status).not.toBe('ready');
    const startedAt = performance.now();
    for (let times = 0; times < 20; times += 1)
      await expect(store.getMigration(MIGRATION)).rejects.toThrow(StoreUnavailable);
    await expect(store.listMigrations({ limit: 5 })).rejects.toThrow(StoreUnavailable);
    await expect(store.claimRun(aClaim('a', 'r-2'))).rejects.toThrow(StoreUnavailable);
    expect(performance.now() - startedAt).toBeLessThan(1_000);

    await server.restart();
    await connection.whenReady(10_000);
    expect(await store.getMigration(MIGRATION)).toMatchObject({ revision: 'rev-1' });
    expect(await store.claimRun(aClaim('a', 'r-2'))).toEqual({ kind: 'run-open' });
    expect(await store.getManifest({ migrationId: MIGRATION, candidateId: 'a', runId: 'r-1' })).toBeDefined();
  });

  test('gives up on a Redis that hangs, and goes on when it goes on', async () => {
    const store = await connect(300);
    await server.kill('SIGSTOP');
    try {
      await expect(store.getMigration('any')).rejects.toThrow(StoreUnavailable);
      await expect(store.countCandidates('any')).rejects.toThrow(StoreUnavailable);
    } finally {
      await server.kill('SIGCONT');
    }
    await expect
      .poll(() => store.getMigration('any').catch(() => 'away'), { timeout: 10_000 })
      .toBeUndefined();
  });

  test('says so when nobody is there', async () => {
    const [port] = await getFreePorts(1);
    const errors: Error[] = [];
    connection = createRedisConnection({
      url: `redis://127.0.0.1:${port}`,
      onError: (error) => errors.push(error),
    });
    await expect(connection.whenReady(300)).rejects.toThrow(StoreUnavailable);
    expect(errors).not.toEqual([]);
  });

  test('runs scripts that Redis has forgotten', async () => {
    const store = await connect();
    await connection.redis.script('FLUSH');
    expect(await store.countCandidates('none')).toMatchObject({ total: 0 });
    await connection.redis.script('FLUSH');
    expect(await announce(store)).toMatchObject({ kind: 'stored' });
  });

  test('reading pages of several filters waits for no disk', async () => {
    const store = await connect();
    await announce(store);
    const candidates = Array.from({ length: 50 }, (_, index) =>
      aCandidate(`c-${index}`, { labels: { team: 'red', tier: String(index % 3) } }),
    );
    await store.submitCandidates({
      ...{ migrationId: MIGRATION, discoveryId: 'd', candidates, final: false, at: at(1) },
    });
    const written = async () =>
      /aof_current_size:(\d+)/.exec(await connection.redis.info('persistence'))?.[1];
    const before = await written();
    const labels = [
      ['team', 'red'],
      ['tier', '1'],
    ] as const;
    for (const sort of ['id', '-since'] as const)
      expect(
        await store.listCandidates({ migrationId: MIGRATION, status: 'not_started', labels, sort, limit: 5 }),
      ).toMatchObject({ kind: 'page', total: 17 });
    expect(await written()).toBe(before);
  });

  test('a Redis that may lose writes or keys is found out', async () => {
    await connect();
    const { redis } = connection;
    expect(await checkPersistence(redis)).toEqual({
      ...{
        version: expect.stringMatching(/^\d+\./),
        isVersionSupported: true,
        isDurable: true,
        findings: [],
      },
    });
    await redis.config('SET', 'appendfsync', 'no');
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const risky = await checkPersistence(redis);
    expect(risky).toMatchObject({ isDurable: false });
    expect(risky.findings).toEqual([
      expect.stringContaining('appendfsync no'),
      expect.stringContaining('allkeys-lru'),
    ]);
    await redis.config('SET', 'appendonly', 'no');
    expect((await checkPersistence(redis)).findings[0]).toContain('appendonly yes');
  });
});
