import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { findDocker, findRedisImage } from './docker.ts';
import { pingRedis } from './ping-redis.ts';
import { runCommand } from './run-command.ts';
import { type RunningRedis, startRedis } from './start-redis.ts';

async function docker(...args: readonly string[]): Promise<string> {
  const result = await runCommand('docker', args, { timeoutMs: 10_000, env: process.env });
  if (!result.ok) throw new Error(result.reason);
  return result.stdout.trim();
}

async function start(dir?: string): Promise<RunningRedis> {
  const found = await findDocker(process.env);
  if (!found.ok) throw new Error(found.reason);
  const image = await findRedisImage(found.path, process.env);
  if (image === undefined) throw new Error('there is no local image of redis:7');
  const source = { kind: 'docker', docker: found.path, image } as const;
  const redis = await startRedis({ source, ...(dir === undefined ? {} : { dir }) });
  onTestFinished(() => redis.stop());
  return redis;
}

/** Names of our containers that publish the port of this Redis. */
async function containersOf({ url }: RunningRedis): Promise<readonly string[]> {
  const rows = await docker(
    'ps',
    '--all',
    '--filter',
    'name=loom-redis-',
    '--format',
    '{{.Names}} {{.Ports}}',
  );
  return rows.split('\n').filter((row) => row.includes(`127.0.0.1:${new URL(url).port}->`));
}

async function withClient<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { retryStrategy: () => null });
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

// The run for containers (LOOM_TEST_PARTS=containers) demands Docker; the usual one must do without.
describe.runIf(process.env['LOOM_TEST_PARTS'] === 'containers')('a Redis from an image', () => {
  it('keeps acknowledged writes over a kill, a restart and in the folder given', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'loom-test-redis-'));
    onTestFinished(() => rm(dir, { recursive: true }));
    const first = await start(dir);
    const info = await withClient(first.url, (redis) => redis.info('persistence'));
    expect(info).toContain('aof_enabled:1');
    await withClient(first.url, (redis) => redis.set('loom:test', 'kept'));
    await first.kill();
    await expect(pingRedis(first.url, 1_000)).rejects.toThrow();
    await first.restart();
    expect(await withClient(first.url, (redis) => redis.get('loom:test'))).toBe('kept');
    await first.stop();
    const second = await start(dir);
    expect(await withClient(second.url, (redis) => redis.get('loom:test'))).toBe('kept');
  });

  it('hangs and goes on by SIGSTOP and SIGCONT', async () => {
    const redis = await start();
    await redis.kill('SIGSTOP');
    await expect(pingRedis(redis.url, 300)).rejects.toThrow();
    await redis.kill('SIGCONT');
    await vi.waitFor(() => pingRedis(redis.url, 1_000), { timeout: 5_000 });
  });

  it('leaves no container after stop', async () => {
    const redis = await start();
    expect(await containersOf(redis)).toHaveLength(1);
    await redis.stop();
    expect(await containersOf(redis)).toEqual([]);
  });

  it('ends with our docker client, however that ends', async () => {
    const redis = await start();
    process.kill(redis.pid ?? 0, 'SIGKILL');
    await vi.waitFor(async () => expect(await containersOf(redis)).toEqual([]), { timeout: 10_000 });
  });
});
