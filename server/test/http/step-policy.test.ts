import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHarness, type Harness } from './http-harness.ts';
import { announce, succeed, WORLD } from './scenes.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await createHarness();
});
afterEach(() => harness.close());

it('stands with the steps of a run as it was announced, with the usual figures for what it leaves open', async () => {
  const retry = { maxAttempts: 4, initialIntervalMs: 500, backoffCoefficient: 3, maxIntervalMs: 9_000 };
  const greet = {
    ...{
      timeoutMs: 5_000,
      remindAfterMs: 3_000,
      compensable: true,
      cancelGraceSeconds: 20,
      concurrencyKey: 'gitops',
    },
    when: 'candidate.kind != ""',
  };
  const review = { approvals: 2, remindAfterMs: 60_000, escalateAfterMs: 120_000, instructions: 'Look.' };
  const workerApp = 'greeter';
  await announce(harness, {
    steps: [
      { name: 'greet', workerApp, retry, ...greet },
      { name: 'check', workerApp, kind: 'review', review, when: 'has(outputs.greet)' },
    ],
  });
  succeed(await harness.send('POST', `${WORLD}/start`, {}));
  const { body } = await harness.send('GET', `${WORLD}/steps`);

  const classes = ['transport', 'throttled', 'timeout', 'conflict'];
  expect(body['steps']).toMatchObject([
    { name: 'greet', ...greet, retry: { ...retry, classes } },
    { name: 'check', review, when: 'has(outputs.greet)' },
  ]);
});
