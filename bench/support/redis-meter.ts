import { Redis } from 'ioredis';

/** What Redis itself says about its work. */
export interface RedisMeter {
  /** Scripts that it ran since it was last asked, and their time; nothing else may use it meanwhile. */
  scripts(): Promise<{ readonly count: number; readonly ms: number }>;
  /** Used, without what it has taken from the system in advance. */
  usedBytes(): Promise<number>;
  stop(): Promise<void>;
}

export async function openRedisMeter(url: string): Promise<RedisMeter> {
  const redis = new Redis(url);
  let before = { count: 0, ms: 0 };
  const scripts = async () => {
    const stats = await redis.info('commandstats');
    const total = { count: 0, ms: 0 };
    for (const [, count, usec] of stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+),usec=(\d+)/g)) {
      total.count += Number(count);
      total.ms += Number(usec) / 1_000;
    }
    const since = { count: total.count - before.count, ms: total.ms - before.ms };
    before = total;
    return since;
  };
  await scripts();
  return {
    scripts,
    usedBytes: async () => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]),
    stop: () => redis.quit().then(() => undefined),
  };
}
