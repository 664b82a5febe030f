import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { z } from 'zod';
import { type AttemptName, type AttemptRecord, isOpen } from '../attempts/attempt-record.ts';
import { parseRecord, parseRecords } from '../attempts/parse-record.ts';
import { type Admission, type AttemptStore, closedForMs } from './attempt-store.ts';
import {
  admitScript,
  cancelScript,
  claimScript,
  releaseScript,
  renewScript,
  reopenScript,
  saveScript,
} from './redis-scripts.ts';

interface RedisStoreOptions {
  readonly redisUrl: string;
  /** First part of every key. */
  readonly namespace: string;
  readonly workerApp: string;
  readonly instanceId: string;
  /** How long another instance waits before it takes over the attempts of a dead one. */
  readonly leaseMs: number;
  readonly log: Logger;
}

const admissionReply = z.union([
  z.tuple([z.literal('refused'), z.enum(['cancelled', 'superseded'])]),
  z.tuple([z.literal('known'), z.string(), z.enum(['closed', 'held', 'elsewhere'])]),
  z.tuple([z.literal('created'), z.string()]),
]);
const texts = z.array(z.string());

/** Keys of one script call; more would hold Redis up for others. */
const keysPerCall = 500;

function inParts<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const parts: (readonly Item[])[] = [];
  for (let start = 0; start < items.length; start += keysPerCall) {
    parts.push(items.slice(start, start + keysPerCall));
  }
  return parts;
}

/** An attempt store in Redis, which all instances of a worker app share. */
export async function openRedisAttemptStore(options: RedisStoreOptions): Promise<AttemptStore> {
  const { instanceId, leaseMs, log } = options;
  const redis = new Redis(options.redisUrl, {
    lazyConnect: true,
    // A caller waits at most about this long for a Redis that is away, and answers 503.
    maxRetriesPerRequest: 3,
    connectTimeout: 5_000,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  });
  redis.on('error', (error: Error) => log.warn({ err: error.message }, 'the Redis of the attempts is away'));
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    throw new Error('The Redis that is to keep the attempts (LOOM_WORKER_REDIS_URL) does not answer', {
      cause: error,
    });
  }

  const base = `${options.namespace}:{sdk:${options.workerApp}}:`;
  const openKey = `${base}open`;
  const attemptPrefix = `${base}attempt:`;
  const keysOf = (name: { runId: string; stepName: string; phase: string }, key: string) => [
    openKey,
    attemptPrefix + key,
    `${base}fence:${name.runId}:${name.stepName}:${name.phase}`,
  ];

  async function run(script: string, keys: readonly string[], args: readonly (string | number)[]) {
    const digest = createHash('sha1').update(script).digest('hex');
    try {
      return await redis.evalsha(digest, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return redis.eval(script, keys.length, ...keys, ...args);
    }
  }

  return {
    singleInstance: false,
    async admit(record): Promise<Admission> {
      const { identity, key } = record;
      const reply = admissionReply.parse(
        await run(admitScript, keysOf(identity, key), [
          key,
          identity.attempt,
          JSON.stringify(record),
          instanceId,
          leaseMs,
          attemptPrefix,
          closedForMs,
        ]),
      );
      if (reply[0] === 'refused') return { kind: 'refused', reason: reply[1] };
      if (reply[0] === 'created') {
        return { kind: 'created', superseded: reply[1] === '' ? undefined : reply[1] };
      }
      const isStillOpen = reply[2] !== 'closed';
      return {
        kind: 'known',
        record: parseRecord(reply[1]),
        isOpen: isStillOpen,
        isHeld: reply[2] === 'held',
      };
    },
    async save(record) {
      const { identity, key } = record;
      const closed = isOpen(record) ? '0' : '1';
      const args = [key, JSON.stringify(record), instanceId, leaseMs, closed, closedForMs];
      return (await run(saveScript, keysOf(identity, key), args)) === 1;
    },
    async reopen(record) {
      const { identity, key } = record;
      const args = [key, identity.attempt, JSON.stringify(record), instanceId, leaseMs];
      return (await run(reopenScript, keysOf(identity, key), args)) === 1;
    },
    async renew(keys) {
      const lost: string[] = [];
      for (const part of inParts(keys)) {
        lost.push(
          ...texts.parse(await run(renewScript, [openKey], [instanceId, leaseMs, attemptPrefix, ...part])),
        );
      }
      return lost;
    },
    async claimOrphans(limit): Promise<readonly AttemptRecord[]> {
      const reply = await run(claimScript, [openKey], [instanceId, leaseMs, attemptPrefix, limit]);
      return parseRecords(texts.parse(reply), log);
    },
    async release(keys) {
      for (const part of inParts(keys)) {
        await run(releaseScript, [openKey], [instanceId, attemptPrefix, ...part]);
      }
    },
    async cancel(attempt: AttemptName) {
      const { idempotencyKey } = attempt;
      const args = [idempotencyKey, attempt.attempt, closedForMs];
      return (await run(cancelScript, keysOf(attempt, idempotencyKey), args)) === 1;
    },
    async close() {
      await redis.quit();
    },
  };
}
