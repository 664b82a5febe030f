import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { done } from '../builders/scripted-dispatcher.ts';
import { type EngineHarness, review, startEngineHarness, step, type TestRun } from './engine-harness.ts';

let loom: EngineHarness;
beforeAll(async () => {
  loom = await startEngineHarness();
});
afterAll(() => loom.close());
beforeEach(() => {
  loom.dispatcher.script = () => ({ kind: 'accepted' });
  loom.dispatcher.stopState = 'stopping';
});

const asksOf = (run: TestRun) => loom.dispatcher.cancellations.filter(({ runId }) => runId === run.ref.runId);

const WAITS = 'Waits until charts has stopped step "one", at most 300 s.';

describe('a cancelled run whose step asks for time to stop', () => {
  test('is cancelling until its worker has stopped, and ends then', async () => {
    const run = await loom.start([step('one', { cancelGraceSeconds: 300 })]);
    await run.shows('in_progress');
    await run.cancel();
    await run.shows('cancelling', { who: 'worker', reason: WAITS });
    await expect.poll(() => asksOf(run).length).toBeGreaterThan(1);
    expect(await loom.tryStart(run.ref)).toMatchObject({ problem: { word: 'cancelling' } });
    loom.dispatcher.stopState = 'stopped';
    await run.ends('not_started');

    expect(await run.attempts()).toEqual(['0:execute:1:cancelled']);
    expect(await run.stored()).toMatchObject({ outcome: 'cancelled' });
    const given = asksOf(run).map(({ graceMs = 0 }) => graceMs);
    expect(given[0]).toBeGreaterThan(290_000);
    expect(given[0]).toBeLessThanOrEqual(300_000);
    expect(given).toEqual(given.toSorted((a, b) => b - a));
  });

  test.each(['stopping', 'unknown'] as const)(
    'ends when the time is over, though its worker is %s still',
    async (stopState) => {
      loom.dispatcher.stopState = stopState;
      const run = await loom.start([step('one', { cancelGraceSeconds: 1 })]);
      await run.shows('in_progress');
      await run.cancel();
      await run.ends('not_started');

      const page = await loom.deps.events.list({ ...run.ref, limit: 200 });
      const timeOf = (type: string) =>
        Date.parse((page.kind === 'page' && page.items.find((event) => event.type === type)?.at) || '');
      expect(timeOf('run.cancelled') - timeOf('run.cancel_requested')).toBeGreaterThanOrEqual(1_000);
    },
  );

  test('goes on waiting over continue-as-new', async () => {
    const run = await loom.start([step('one', { cancelGraceSeconds: 300 })]);
    await run.shows('in_progress');
    await run.cancel();
    await run.shows('cancelling', { reason: WAITS });
    await loom.continueAsNew(run);
    const before = asksOf(run).length;
    await expect.poll(() => asksOf(run).length, { timeout: 10_000 }).toBeGreaterThan(before);
    loom.dispatcher.stopState = 'stopped';
    await run.ends('not_started');
  });

  test('undoes nothing before its worker has stopped', async () => {
    loom.dispatcher.script = ({ phase }) => (phase === 'compensate' ? done() : { kind: 'accepted' });
    const run = await loom.start([step('one', { compensable: true, cancelGraceSeconds: 300 })]);
    await run.shows('in_progress');
    await run.cancel({ compensate: true });
    await run.shows('compensating', { who: 'worker', reason: WAITS });
    await expect.poll(() => asksOf(run).length).toBeGreaterThan(1);
    expect(run.dials().map(({ phase }) => phase)).toEqual(['execute']);
    loom.dispatcher.stopState = 'stopped';
    await run.ends('not_started');

    expect(run.dials().map(({ phase }) => phase)).toEqual(['execute', 'compensate']);
  });

  test('that is to be undone ends without undoing when it is cancelled again meanwhile', async () => {
    const run = await loom.start([step('one', { compensable: true, cancelGraceSeconds: 300 })]);
    await run.shows('in_progress');
    await run.cancel({ compensate: true });
    await run.shows('compensating', { reason: WAITS });
    await run.cancel({ reason: 'Leave it.' });
    await expect.poll(async () => (await run.candidate()).runState).toBe('cancelling');
    loom.dispatcher.stopState = 'stopped';
    await run.ends('not_started');

    expect(run.dials().map(({ phase }) => phase)).toEqual(['execute']);
    // Only what its worker may be at is told to stop: the undo was never dialled.
    expect(new Set(asksOf(run).map(({ phase }) => phase))).toEqual(new Set(['execute']));
  });

  test('waits for nothing when no worker has the step', async () => {
    const asking = { cancelGraceSeconds: 300 };
    const run = await loom.start([review('check'), step('one', asking)]);
    await run.shows('awaiting_approval');
    await run.cancel();
    await run.ends('not_started');
    const alone = await loom.start([step('one', { ...asking, workerApp: 'ghost' })]);
    await alone.shows('awaiting_worker');
    await alone.cancel();
    await alone.ends('not_started');

    expect([...asksOf(run), ...asksOf(alone)]).toEqual([]);
  });
});

test('a cancelled run whose step asks for none ends as soon as its worker was told', async () => {
  const run = await loom.start([step('one')]);
  await run.shows('in_progress');
  await run.cancel();
  await run.ends('not_started');

  expect(asksOf(run).map(({ graceMs }) => graceMs)).toEqual([undefined]);
});
