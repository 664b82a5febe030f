import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Handovers } from '../../application/ports/handovers.ts';
import { runAttemptKey } from '../../domain/attempt.ts';
import type { Reported } from '../../domain/run-messages.ts';

export interface RedisHandovers extends Handovers {
  close(): void;
}

/** Silence is what it mostly hears, so that it tells nothing of the connection: the most that a timer can take. */
const SILENCE_MS = 2 ** 31 - 1;

/** A channel of its own in Redis, on a connection of its own, since one that listens can do nothing else. */
export function createRedisHandovers({
  redis,
  namespace,
}: {
  readonly redis: Redis;
  readonly namespace: string;
}): RedisHandovers {
  const channel = `loom:${namespace}:handovers:${randomUUID()}`;
  const expected = new Map<string, (report: Reported) => void>();
  let isListening = false;
  const connection = redis.duplicate({ socketTimeout: SILENCE_MS, autoResubscribe: false });
  const listen = async () => {
    await connection.subscribe(channel);
    isListening = true;
  };
  connection.on('ready', () => {
    listen().catch(() => connection.disconnect(true));
  });
  connection.on('close', () => {
    isListening = false;
  });
  // Whoever has the other connection tells of a Redis that is away.
  connection.on('error', () => undefined);
  connection.on('message', (_channel: string, message: string) => {
    const [runId = '', attempt = ''] = message.split(' ', 2);
    const key = `${runId} ${attempt}`;
    expected.get(key)?.(JSON.parse(message.slice(key.length + 1)) as Reported);
  });

  return {
    listener: () => (isListening ? channel : undefined),
    expect(attempt) {
      const key = runAttemptKey(attempt);
      const { promise, resolve } = newPromise<Reported>();
      expected.set(key, resolve);
      return {
        arrival: promise,
        stop: () => {
          if (expected.get(key) === resolve) expected.delete(key);
        },
      };
    },
    close: () => connection.disconnect(),
  };
}

/** `Promise.withResolvers`, which Node 20 has not. */
function newPromise<Value>() {
  let resolve!: (value: Value) => void;
  const promise = new Promise<Value>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
