import type { Redis } from 'ioredis';
import type { Clock } from '../../application/ports/system.ts';

export interface RedisAdapterOptions {
  readonly redis: Redis;
  /** Prefix of every key. */
  readonly namespace: string;
  /** Instead of the time of Redis, so that tests need not wait. */
  readonly clock?: Clock;
}
