import { Redis } from 'ioredis';
import { StoreUnavailable } from '../../application/ports/migration-store.ts';

export interface RedisConnectionOptions {
  /** `redis://` or `rediss://`. */
  readonly url: string;
  /** A command that is not answered within this is given up. Default 2,000. */
  readonly commandTimeoutMs?: number;
  /** Told of every lost or refused connection, many times while Redis is away. */
  readonly onError?: (error: Error) => void;
}

export interface RedisConnection {
  readonly redis: Redis;
  /** Rejects with `StoreUnavailable` when Redis is not there within the time. */
  whenReady(timeoutMs: number): Promise<void>;
  /** Ends after what was sent is answered. */
  close(): Promise<void>;
}

/**
 * Connects and reconnects by itself. While Redis is away every call fails at once: nothing is queued, and what was
 * sent is not sent again, since a script that ran unseen must not run twice (a claim would refuse itself).
 */
export function createRedisConnection(options: RedisConnectionOptions): RedisConnection {
  const commandTimeout = options.commandTimeoutMs ?? 2_000;
  const redis = new Redis(options.url, {
    commandTimeout,
    connectTimeout: 2_000,
    // A peer that vanished without a word is noticed by silence.
    socketTimeout: commandTimeout * 2,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(2_000, 50 * 2 ** Math.min(times, 6)),
    // After a failover the old primary says READONLY until the connection is made anew.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    connectionName: 'loom',
  });
  redis.on('error', (error: Error) => options.onError?.(error));
  return {
    redis,
    whenReady: (timeoutMs) => whenReady(redis, timeoutMs),
    close: async () => {
      if (redis.status === 'ready') await redis.quit().catch(() => redis.disconnect());
      else redis.disconnect();
    },
  };
}

function whenReady(redis: Redis, timeoutMs: number): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      redis.off('ready', done);
      reject(new StoreUnavailable(`Redis did not answer within ${timeoutMs} ms.`));
    }, timeoutMs);
    redis.once('ready', done);
  });
}
