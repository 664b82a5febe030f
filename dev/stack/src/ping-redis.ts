import { Redis } from 'ioredis';

export interface RedisAnswer {
  readonly version: string;
  readonly processId: number;
}

/** Connects once, sends PING and asks the server who it is; rejects within `timeoutMs` when it does not answer. */
export async function pingRedis(url: string, timeoutMs: number): Promise<RedisAnswer> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false,
  });
  redis.on('error', () => {}); // the promises below tell
  try {
    await redis.connect();
    await redis.ping();
    const info = await redis.info('server');
    const valkey = /^valkey_version:(.+?)\r?$/m.exec(info)?.[1];
    const version = valkey ?? /^redis_version:(.+?)\r?$/m.exec(info)?.[1] ?? 'unknown';
    return { version, processId: Number(/^process_id:(\d+)/m.exec(info)?.[1]) };
  } finally {
    redis.disconnect();
  }
}

/** Redis 7 and Valkey 7.2 brought the commands and the Lua that Loom relies on. */
export function isRedisVersionFit(version: string): boolean {
  return Number.parseInt(version, 10) >= 7;
}
