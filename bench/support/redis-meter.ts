import { Redis } from 'ioredis';

/** What Redis itself says about its work. */
export interface RedisMeter {
  /** Time that Redis spent in scripts since it was last asked, in milliseconds; nothing else may use it meanwhile. */
  scriptMs(): Promise<number>;
  /** Used, without what it has taken from the system in advance. */
  usedBytes(): Promise<number>;
  stop(): Promise<void>;
}

export async function openRedisMeter(url: string): Promise<RedisMeter> {
  const redis = new Redis(url);
  let before = 0;
  const scriptMs = async () => {
    const stats = await redis.info('commandstats');
    let total = 0;
    for (const [, usec] of stats.matchAll(/cmdstat_eval(?:sha)?:calls=\d+,usec=(\d+)/g))
      total += Number(usec);
    const spent = (total - before) / 1_000;
    before = total;
    return spent;
  };
  await scriptMs();
  return {
    scriptMs,
    usedBytes: async () => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]),
    stop: () => redis.quit().then(() => undefined),
  };
}
