import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { done } from '../builders/scripted-dispatcher.ts';
import { expectOk, step } from '../workflows/engine-harness.ts';
import { CANCEL_GRACE_MS, DAY, HOUR, MINUTE, startTimeHarness, type TimeHarness } from './time-harness.ts';

let loom: TimeHarness;
beforeAll(async () => {
  loom = await startTimeHarness();
});
afterAll(() => loom.close());
beforeEach(() => {
  loom.dispatcher.script = () => ({ kind: 'accepted' });
});

test('automatic retries back off over hours, as the policy says, and then a person is asked', async () => {
  const retry = {
    maxAttempts: 6,
    initialIntervalMs: 15 * MINUTE,
    backoffCoefficient: 4,
    maxIntervalMs: 6 * HOUR,
  };
  loom.dispatcher.script = () => done('failed', { message: 'The forge is being moved.' });
  const run = await loom.start([step('one', { retry })]);
  await run.shows('awaiting_retry', { who: 'nobody', attempt: 1 });
  await loom.skip(2 * DAY);
  await run.shows('awaiting_retry', { who: 'operator', attempt: 6 });

  const starts = ((await run.steps()).steps[0]?.attempts ?? []).map(({ startedAt }) => Date.parse(startedAt));
  const waits = starts.slice(1).map((at, index) => Math.round((at - (starts[index] ?? 0)) / MINUTE));
  expect(waits).toEqual([15, 60, 240, 360, 360]);
  expect(run.dials()).toHaveLength(6);
});

test('a run whose worker is away for three days looks for it now and then, continues as new, times out for nothing and goes on at once', async () => {
  const app = 'on-holiday';
  const run = await loom.start([step('one', { workerApp: app, timeoutMs: HOUR }), step('two')]);
  await run.shows('awaiting_worker', { who: 'worker' });
  const { since } = await run.candidate();
  await loom.skip(3 * DAY);
  expect((await loom.historiesOf(run)).length).toBeGreaterThan(1);
  await run.shows('awaiting_worker', { who: 'worker', since, attempt: 1 });
  expect(run.dials()).toEqual([]);

  await loom.announce('back', app);
  await loom.wake();
  await run.shows('in_progress', { attempt: 1 });
  expect(run.dials()).toHaveLength(1);
  // Its hour begins now.
  await loom.skip(30 * MINUTE);
  await run.callback('one', 'succeeded');
  await run.shows('in_progress', { step: 'two' });
});

test('a run that ignores its cancel is ended from outside when the grace period is over, and not before', async () => {
  const run = await loom.start([step('one')]);
  await run.shows('in_progress');
  loom.faults.store = true;
  expectOk(await run.cancel());
  await loom.skip(CANCEL_GRACE_MS - 5_000);
  await loom.reconcile(run.ref.migrationId);
  await run.shows('in_progress');
  expect((await run.handle.describe()).status.name).toBe('RUNNING');

  await loom.skip(6_000);
  loom.faults.store = false;
  await loom.reconcile(run.ref.migrationId);
  const { status, runState } = await run.candidate();
  expect({ status, runState }).toEqual({ status: 'not_started', runState: undefined });
  expect((await run.handle.describe()).status.name).toBe('TERMINATED');
  expect(await run.stored()).toMatchObject({ outcome: 'cancelled' });
  await (await run.again()).shows('in_progress');
});
