import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, inject, it, onTestFinished, vi } from 'vitest';
import { findRedis } from './find-redis.ts';
import { pingRedis } from './ping-redis.ts';
import { type RunningRedis, type StartRedisOptions, startRedis } from './start-redis.ts';
import { isAlive } from './testing/is-alive.ts';

/** One that is ours to kill, also where the environment names another. */
const source = await findRedis({ env: { ...process.env, LOOM_REDIS_URL: undefined } });

async function start(options: Partial<StartRedisOptions> = {}): Promise<RunningRedis> {
  const redis = await startRedis({ source, ...options });
  onTestFinished(() => redis.stop());
  return redis;
}

async function ask<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => {});
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

it('listens on 127.0.0.1 only, with every write put to the disk before it is acknowledged', async () => {
  const { url } = await start();
  const settings = await ask(url, async (redis) => {
    const told = await redis.config('GET', 'appendonly', 'appendfsync', 'save', 'bind');
    return told as unknown;
  });
  const pairs = Array.isArray(settings) ? settings : Object.entries(settings as object).flat();
  expect(pairs).toEqual(expect.arrayContaining(['appendonly', 'yes', 'appendfsync', 'always', 'save', '']));
  // A container listens for its own network; its port is published on 127.0.0.1.
  expect(pairs[pairs.indexOf('bind') + 1]).toBe(source.kind === 'binary' ? '127.0.0.1' : '0.0.0.0');
});

it('keeps acknowledged writes over a kill and a restart, on the same port', async () => {
  const redis = await start();
  const { url, pid } = redis;
  await ask(url, (client) => client.set('loom:test', 'kept'));
  await redis.kill();
  await expect(pingRedis(url, 1_000)).rejects.toThrow();
  await redis.restart();
  expect(redis.url).toBe(url);
  expect(redis.pid).not.toBe(pid);
  expect(await ask(url, (client) => client.get('loom:test'))).toBe('kept');
});

it('hangs and goes on by SIGSTOP and SIGCONT', async () => {
  const redis = await start();
  await redis.kill('SIGSTOP');
  await expect(pingRedis(redis.url, 200)).rejects.toThrow();
  await redis.kill('SIGCONT');
  await vi.waitFor(() => pingRedis(redis.url, 1_000), { timeout: 5_000 });
});

it('leaves no process and no folder of its own after stop', async () => {
  const ours = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('loom-redis-'));
  const before = await ours();
  const redis = await start();
  const { pid } = redis;
  const made = (await ours()).filter((name) => !before.includes(name));
  await redis.stop();
  expect(pid !== undefined && isAlive(pid)).toBe(false);
  const left = made.filter((name) => existsSync(join(tmpdir(), name)));
  expect(made.length).toBeGreaterThan(left.length);
});

it('keeps its data in the folder given, for the next one', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'loom-test-redis-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const first = await start({ dir });
  await ask(first.url, (client) => client.set('loom:test', 'kept'));
  await first.stop();
  const second = await start({ dir });
  expect(await ask(second.url, (client) => client.get('loom:test'))).toBe('kept');
});

it('refuses a wished port that is taken', async () => {
  const { url } = await start();
  const port = Number(new URL(url).port);
  await expect(start({ port })).rejects.toThrow(`Port ${port} of 127.0.0.1 is in use`);
});

it('uses one given by address and leaves it alone', async () => {
  const url = inject('redisUrl');
  const redis = await start({ source: { kind: 'url', url, version: '7.0.15' } });
  expect([redis.url, redis.pid]).toEqual([url, undefined]);
  await redis.stop();
  await pingRedis(url, 1_000);
  await expect(redis.kill()).rejects.toThrow('not ours to kill');
  await expect(redis.restart()).rejects.toThrow('not ours to kill');
});
