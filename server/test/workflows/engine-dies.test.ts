import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type EngineHarness, review, startEngineHarness, step, type TestRun } from './engine-harness.ts';

/** Temporal gives a workflow task whose engine died to another after its timeout of 10 s. */
const LONG_MS = 45_000;

describe('a run whose engine dies while it dials', () => {
  let loom: EngineHarness;
  let first: TestRun;
  let third: TestRun;
  beforeAll(async () => {
    loom = await startEngineHarness({ diesHard: true });
    const isHung = new Set<string>();
    loom.dispatcher.script = ({ runId, stepName }) => {
      if (!stepName.endsWith('hangs'))
        return { kind: 'done', report: { eventId: `${stepName}-done`, status: 'succeeded' }, operations: [] };
      if (isHung.has(runId)) return { kind: 'accepted' };
      isHung.add(runId);
      return new Promise(() => {});
    };
    first = await loom.start([step('hangs'), step('next')]);
    third = await loom.start([step('one'), step('two'), step('hangs')]);
    await vi.waitUntil(() => isHung.size === 2, { timeout: 10_000 });
    await loom.restart();
  });
  afterAll(() => loom.close());

  test('goes on with another engine, as the same attempt (trap 2)', { timeout: LONG_MS }, async () => {
    await expect.poll(() => first.dials().length, { timeout: LONG_MS }).toBe(2);
    await first.shows('in_progress');
    await first.callback('hangs', 'succeeded');
    await first.ends('completed');

    expect(first.dials().map(({ stepName, attempt }) => `${stepName} ${attempt}`)).toEqual([
      ...['hangs 1', 'hangs 1', 'next 1'],
    ]);
    expect(await first.attempts()).toEqual(['0:execute:1:succeeded', '1:execute:1:succeeded']);
  });

  test('does again under the same keys what it did since it last waited, and every outcome and event once (trap 2)', {
    timeout: LONG_MS,
  }, async () => {
    await expect.poll(() => third.dials().length, { timeout: LONG_MS }).toBeGreaterThan(3);
    await expect
      .poll(() => third.callback('hangs', 'succeeded'), { timeout: LONG_MS })
      .toMatchObject({ ok: true });
    await third.ends('completed');

    expect(third.dials().every(({ attempt }) => attempt === 1)).toBe(true);
    expect(await third.attempts()).toEqual([0, 1, 2].map((index) => `${index}:execute:1:succeeded`));
    const types = await third.eventTypes();
    expect(types.filter((type) => type === 'step.succeeded')).toHaveLength(3);
    expect(types.filter((type) => type === 'step.dispatched')).toHaveLength(3);
  });
});

describe('a run whose engine is restarted while it waits', () => {
  let loom: EngineHarness;
  beforeAll(async () => {
    loom = await startEngineHarness();
  });
  afterAll(() => loom.close());

  test('reacts to what happens afterwards', async () => {
    const run = await loom.start([review('check'), step('one')]);
    await run.shows('awaiting_approval');
    await loom.restart();
    await run.decide('check', 'approved');
    await run.shows('in_progress');
    await loom.restart();
    await run.callback('one', 'succeeded');
    await run.ends('completed');

    expect(run.dials()).toHaveLength(1);
  });
});
