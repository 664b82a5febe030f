import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { countEvents, SCENARIOS } from '../replay/scenarios.ts';
import { type EngineHarness, startEngineHarness, step } from './engine-harness.ts';

let loom: EngineHarness;
beforeAll(async () => {
  loom = await startEngineHarness();
});
afterAll(() => loom.close());
beforeEach(() => {
  loom.dispatcher.script = () => ({ kind: 'accepted' });
});

describe('the timer of a run', () => {
  test('is one for steps whose deadlines follow one another, and is never cancelled', async () => {
    const names = ['one', 'two', 'three'];
    const run = await loom.start(names.map((name) => step(name, { timeoutMs: 60_000 })));
    for (const name of names) {
      await run.shows('in_progress', { step: name });
      await run.callback(name, 'succeeded');
    }
    await run.ends('completed');

    const histories = await loom.historiesOf(run);
    expect(countEvents(histories, 'timerStarted')).toBe(1);
    expect(countEvents(histories, 'timerCanceled')).toBe(0);
  });

  test('ends no step before its own deadline, and each one at it', async () => {
    const run = await SCENARIOS['deadlines-before-and-after-one-another']?.(loom);

    expect(await run?.attempts()).toEqual([
      '0:execute:1:succeeded',
      '1:execute:1:succeeded',
      '2:execute:1:timed_out',
      '2:execute:2:succeeded',
    ]);
  });

  test('that is days away is one, however often a step is tried again by itself', async () => {
    const retry = { maxAttempts: 4, initialIntervalMs: 100, backoffCoefficient: 1, maxIntervalMs: 100 };
    const run = await loom.start([step('one', { timeoutMs: 7 * 86_400_000, retry })]);
    for (const attempt of [1, 2, 3, 4]) {
      await run.shows('in_progress', { attempt });
      await run.callback('one', 'failed', { attempt });
    }
    await run.shows('awaiting_retry', { attempt: 4, who: 'operator' });

    const histories = await loom.historiesOf(run);
    const far = histories
      .flatMap(({ events }) => events ?? [])
      .map((event) => Number(event.timerStartedEventAttributes?.startToFireTimeout?.seconds ?? 0))
      .filter((seconds) => seconds > 86_400);
    expect(far).toHaveLength(1);
  });

  test('rings again and again for a step that is tried again by itself', async () => {
    const retry = { maxAttempts: 3, initialIntervalMs: 50, backoffCoefficient: 1, maxIntervalMs: 50 };
    const run = await loom.start([step('one', { timeoutMs: 100, retry })]);
    await run.shows('awaiting_retry', { attempt: 3, who: 'operator' });

    expect(await run.attempts()).toEqual([1, 2, 3].map((attempt) => `0:execute:${attempt}:timed_out`));
  });
});
