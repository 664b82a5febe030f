import type { Redis } from 'ioredis';

export interface RedisAdapterOptions {
  readonly redis: Redis;
  /** Prefix of every key. */
  readonly namespace: string;
  /** Moves the time that is read from Redis, so that tests need not wait. */
  readonly clockOffsetMs?: () => number;
}
