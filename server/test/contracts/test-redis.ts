import { randomUUID } from 'node:crypto';
import type {} from '@loom/stack/test-parts';
import { Redis } from 'ioredis';
import { inject } from 'vitest';

export interface TestRedis {
  readonly redis: Redis;
  /** One for each test, so that tests share a Redis and see nothing of one another. */
  newNamespace(): string;
  /** Deletes what this file's tests wrote. */
  close(): Promise<void>;
}

/** A connection to the Redis of the whole test run; it waits for the connection, as products do not. */
export function openTestRedis(): TestRedis {
  const redis = new Redis(inject('redisUrl'));
  const prefix = `test-${randomUUID()}`;
  let namespaces = 0;
  return {
    redis,
    newNamespace: () => {
      namespaces += 1;
      return `${prefix}-${namespaces}`;
    },
    close: async () => {
      let cursor = '0';
      do {
        const [next, keys] = await redis.scan(cursor, 'MATCH', `loom:${prefix}*`, 'COUNT', 1_000);
        if (keys.length > 0) await redis.unlink(...keys);
        cursor = next;
      } while (cursor !== '0');
      await redis.quit();
    },
  };
}
