import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { createMemoryDeadLetterStore } from '../../src/adapters/memory/memory-dead-letter-store.ts';
import { createRedisDeadLetterStore } from '../../src/adapters/redis/redis-dead-letter-store.ts';
import type { DeadLetterStore } from '../../src/application/ports/dead-letter-store.ts';
import { openTestRedis } from '../contracts/test-redis.ts';
import { createHarness, type Harness } from './http-harness.ts';
import { API, reportWebhook } from './scenes.ts';

const { redis, newNamespace, close } = openTestRedis();
afterAll(close);
let harness: Harness;
afterEach(() => harness.close());

const stores: Readonly<Record<string, () => DeadLetterStore>> = {
  memory: createMemoryDeadLetterStore,
  Redis: () => createRedisDeadLetterStore({ redis, namespace: newNamespace() }),
};

describe.each(Object.entries(stores))('a webhook that several requeue at once, kept in %s', (_, open) => {
  /** Requeues it so often at once; the worker answers as told, the first time once all are on their way. */
  async function requeueAtOnce(times: number, answers: readonly number[]) {
    const deadLetters = open();
    const holders = new Set<string>();
    let begun: ServerResponse | undefined;
    const answerFirst = () => {
      if (holders.size < times || begun?.writableEnded === true) return;
      begun?.writeHead(answers[0] ?? 500).end();
    };
    harness = await createHarness({
      limits: { dispatchTimeoutMs: 30_000 },
      deadLetters: {
        ...deadLetters,
        async claim(id, holder, forMs) {
          const answer = await deadLetters.claim(id, holder, forMs);
          holders.add(holder);
          answerFirst();
          return answer;
        },
      },
    });
    let handed = 0;
    harness.worker.answers.set('/redeliver-webhook', (_request, response) => {
      handed += 1;
      if (handed > 1) return response.writeHead(answers[handed - 1] ?? 500).end();
      begun = response;
      return answerFirst();
    });
    const id = String((await reportWebhook(harness)).body['deadLetterId']);
    const requeue = () => harness.send('POST', `${API}/dead-letters/${id}/requeue`);
    const replies = await Promise.all(Array.from({ length: times }, requeue));
    const events = await harness.send('GET', `${API}/events?limit=200`);
    const types = (events.body['items'] as { type: string }[]).map(({ type }) => type);
    return {
      handed,
      statuses: replies.map(({ status }) => status).toSorted((one, other) => one - other),
      told: types.filter((type) => type === 'dead_letter.requeued').length,
      after: (await requeue()).status,
    };
  }

  test('reaches its worker once, and all are told that it was used', async () => {
    expect(await requeueAtOnce(5, [202])).toEqual({
      ...{ handed: 1, statuses: [202, 202, 202, 202, 202], told: 1, after: 404 },
    });
  });

  test('is tried again by the next where the worker could not use it the first time', async () => {
    expect(await requeueAtOnce(3, [422, 202])).toEqual({
      ...{ handed: 2, statuses: [202, 202, 409], told: 1, after: 404 },
    });
  });
});
