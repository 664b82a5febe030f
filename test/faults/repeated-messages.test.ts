import { setTimeout as delay } from 'node:timers/promises';
import { getFreePorts } from '@loom/stack';
import { defineMigration, defineStep, failed, pending, runWorker, succeeded } from '@loom/worker-sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Api, getSteps, listAll, startForSure, untilAllCompleted } from '../support/api.ts';
import { candidates as named } from '../support/contract-worker.ts';
import { inForm, LIMIT_MS } from '../support/form.ts';
import { startRepeater } from '../support/repeater.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const candidates = inForm(10, 200);
const TIMES = 5;

/** Steps of every kind of end: at once, later, after a wait, and after a failure that is tried again. */
async function startWorker(
  stack: Stack,
  id: string,
  at: { readonly listen: string; readonly workerUrl?: string },
) {
  /** How often the work of a key was done. */
  const done = new Map<string, number>();
  const note = (key: string) => {
    done.set(key, (done.get(key) ?? 0) + 1);
  };
  const atOnce = defineStep({
    type: 'at-once',
    inline: true,
    async run(context) {
      note(context.idempotencyKey);
      return succeeded({ outputs: { of: context.candidate.id } });
    },
  });
  const later = defineStep({
    type: 'later',
    async run(context) {
      await delay(30);
      note(context.idempotencyKey);
      return succeeded({ message: 'Done.', outputs: { saw: context.outputs } });
    },
  });
  const waiting = defineStep({
    type: 'waiting',
    pollEveryMs: 100,
    async run(context) {
      note(context.idempotencyKey);
      return pending('Waits.', { since: 1 });
    },
    poll: async () => succeeded({ message: 'Waited.' }),
  });
  const trying = defineStep({
    type: 'trying',
    async run(context) {
      note(context.idempotencyKey);
      return context.attempt < 3 ? failed(`Failed in attempt ${context.attempt}.`) : succeeded();
    },
  });
  const worker = await runWorker({
    workerApp: id,
    serverUrl: stack.api.url,
    ...at,
    store: { redisUrl: stack.redis.url },
    handleSignals: false,
    logLevel: 'silent',
    migrations: [
      defineMigration({
        id,
        name: id,
        description: 'Ends steps in every way.',
        owner: 'tests',
        inputs: z.object({}),
        labelKeys: [],
        steps: [
          { name: 'at-once', use: atOnce, config: {} },
          { name: 'later', use: later, config: {} },
          { name: 'waiting', use: waiting, config: {} },
          {
            name: 'trying',
            use: trying,
            config: {},
            retry: { maxAttempts: 3, initialIntervalMs: 200, backoffCoefficient: 1 },
          },
          { name: 'last', use: later, config: {} },
        ],
        discover: async () => named(candidates).map((one) => ({ ...one, kind: 'thing', labels: {} })),
      }),
    ],
  });
  stack.keep({ stop: () => worker.close() });
  await until('discovery', async () => (await listAll(stack.client, id)).length === candidates);
  return done;
}

/** What a run came to, without what differs from run to run. */
async function resultOf(client: Api, migrationId: string, candidateId: string) {
  const { steps, status } = await getSteps(client, migrationId, candidateId);
  return {
    candidateId,
    status,
    steps: steps.map(({ name, state, attempts }) => ({
      name,
      state,
      attempts: attempts.map(({ attempt, phase, outcome, message, outputs }) => ({
        ...{ attempt, phase, outcome, message, outputs },
      })),
    })),
  };
}

test(
  `promise 3: ${candidates} runs end as in a clean run when every dispatch and callback is delivered ${TIMES} times and reordered`,
  async () => {
    const stack = await startStack({ name: 'repeated' });
    const [port] = await getFreePorts(1);
    const repeater = stack.keep(
      await startRepeater({
        workerUrl: `http://127.0.0.1:${port}`,
        seed: 3,
        times: TIMES,
        withinMs: 1_000,
      }),
    );
    await startWorker(stack, 'clean', { listen: '127.0.0.1:0' });
    const done = await startWorker(stack, 'repeated', {
      listen: `127.0.0.1:${port}`,
      workerUrl: repeater.url,
    });

    await Promise.all(
      named(candidates).flatMap(({ id }) => [
        startForSure(stack.client, 'clean', id),
        startForSure(stack.client, 'repeated', id),
      ]),
    );
    await Promise.all([
      untilAllCompleted(stack.client, 'clean', inForm(60_000, 240_000)),
      untilAllCompleted(stack.client, 'repeated', inForm(120_000, 300_000)),
    ]);
    await repeater.settled();

    for (const { id } of named(candidates)) {
      expect(await resultOf(stack.client, 'repeated', id)).toEqual(await resultOf(stack.client, 'clean', id));
    }
    expect([...done.values()].filter((times) => times !== 1)).toEqual([]);
    // 5 steps, one of them in 3 attempts.
    expect(done.size).toBe(candidates * 7);
    const count = (what: string) =>
      [...repeater.answers].reduce((sum, [name, n]) => sum + (name.startsWith(what) ? n : 0), 0);
    expect(count('dispatch')).toBeGreaterThanOrEqual(candidates * 7 * TIMES);
    expect(count('callback')).toBeGreaterThanOrEqual(candidates * 6 * TIMES);
    process.stderr.write(`answers: ${JSON.stringify(Object.fromEntries(repeater.answers))}\n`);
    // It could not be stored now, and the worker repeated it; any other is a fault of the server.
    expect(count('callback 5') - count('callback 503')).toBe(0);
  },
  LIMIT_MS,
);
