import { Redis } from 'ioredis';

export interface RedisAnswer {
  readonly version: string;
  readonly processId: number;
}

/** Connects once, sends PING and asks the server who it is; rejects after `timeoutMs` at the latest. */
export async function pingRedis(url: string, timeoutMs: number): Promise<RedisAnswer> {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false,
  });
  let timer: NodeJS.Timeout | undefined;
  const failure = new Promise<never>((_, reject) => {
    redis.on('error', reject); // tells more than the rejected commands do
    // ioredis bounds its steps one by one, which together may take seconds longer.
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
  });
  try {
    return await Promise.race([failure, askWhoItIs(redis)]);
  } finally {
    clearTimeout(timer);
    redis.disconnect();
  }
}

async function askWhoItIs(redis: Redis): Promise<RedisAnswer> {
  await redis.connect();
  await redis.ping();
  const info = await redis.info('server');
  const valkey = /^valkey_version:(.+?)\r?$/m.exec(info)?.[1];
  const version = valkey ?? /^redis_version:(.+?)\r?$/m.exec(info)?.[1] ?? 'unknown';
  return { version, processId: Number(/^process_id:(\d+)/m.exec(info)?.[1]) };
}

/** Redis 7 and Valkey 7.2 brought the commands and the Lua that Loom relies on. */
export function isRedisVersionFit(version: string): boolean {
  return Number.parseInt(version, 10) >= 7;
}
