import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { DEFAULT_STEP_TIMEOUT_MS } from '../../src/domain/step.ts';
import { expectOk, review, step } from '../workflows/engine-harness.ts';
import { SUGGEST_AFTER_EVENTS } from './suggest-continue-as-new.ts';
import { DAY, HOUR, MINUTE, startTimeHarness, type TimeHarness } from './time-harness.ts';

let loom: TimeHarness;
beforeAll(async () => {
  loom = await startTimeHarness();
});
afterAll(() => loom.close());
beforeEach(() => {
  loom.dispatcher.script = () => ({ kind: 'accepted' });
});

test('a review reminds after two days, goes to an operator after five, and half a year of silence approves nothing', async () => {
  const times = { approvals: 1, remindAfterMs: 2 * DAY, escalateAfterMs: 5 * DAY };
  const run = await loom.start([{ ...review('check'), review: times }, step('two')]);
  await run.shows('awaiting_approval', { who: 'reviewer', reason: 'Waits for a decision.' });
  const [asked = 0] = await loom.timesOf(run, 'review.requested');

  await loom.skip(2 * DAY - HOUR);
  expect(await loom.timesOf(run, 'review.reminded')).toEqual([]);
  await loom.skip(2 * HOUR);
  await run.shows('awaiting_approval', { who: 'reviewer', reason: 'Still waits for a decision.' });
  await loom.skip(2 * DAY);
  await run.shows('awaiting_approval', { who: 'reviewer' });
  await loom.skip(DAY);
  await run.shows('awaiting_approval', { who: 'operator' });
  const after = async (type: string) => (await loom.timesOf(run, type)).map((at) => at - asked);
  expectAbout(await after('review.reminded'), [2 * DAY]);
  expectAbout(await after('review.escalated'), [5 * DAY]);

  await loom.skip(180 * DAY);
  await run.shows('awaiting_approval', { who: 'operator' });
  expect(run.dials()).toEqual([]);
  expectOk(await run.decide('check', 'approved'));
  await run.shows('in_progress', { step: 'two' });
  await run.callback('two', 'succeeded');
  await run.ends('completed');
});

test('a pull request that nobody merges times out after seven days, its worker is told, and a person can try again', async () => {
  const run = await loom.start([step('merge', { timeoutMs: DEFAULT_STEP_TIMEOUT_MS })]);
  await run.shows('in_progress');
  await run.callback('merge', 'pending', { message: 'Merge #7.', metadata: { who: 'reviewer' } });
  await run.shows('pending', { who: 'reviewer', reason: 'Merge #7.' });

  await loom.skip(7 * DAY - HOUR);
  await run.shows('pending');
  await loom.skip(2 * HOUR);
  await run.shows('awaiting_retry', { who: 'operator', reason: 'The step took longer than its timeout.' });
  const [attempt] = (await run.steps()).steps[0]?.attempts ?? [];
  expect(attempt?.outcome).toBe('timed_out');
  expectAbout([Date.parse(attempt?.endedAt ?? '') - Date.parse(attempt?.startedAt ?? '')], [7 * DAY]);
  expect(loom.dispatcher.cancellations.filter(({ runId }) => runId === run.ref.runId)).toMatchObject([
    { stepName: 'merge', attempt: 1 },
  ]);
  expect(await run.callback('merge', 'merged')).toMatchObject({ problem: { word: 'run-over' } });

  await loom.skip(30 * DAY);
  await run.shows('awaiting_retry', { attempt: 1 });
  expectOk(await run.retry('merge'));
  await run.shows('in_progress', { attempt: 2 });
  await loom.skip(6 * DAY);
  expectOk(await run.callback('merge', 'merged', { attempt: 2 }));
  await run.ends('completed');
});

test('a pause of a week stops the deadline of what nobody has, and neither that of a worker nor the reminders of a review', async () => {
  const week = step('one', { timeoutMs: 7 * DAY });
  const [held, worked, reviewed] = await Promise.all([
    loom.start([{ ...week, workerApp: 'twins' }]),
    loom.start([{ ...week, timeoutMs: 5 * DAY }]),
    loom.start([{ ...review('check'), review: { approvals: 1, remindAfterMs: 3 * DAY } }, step('two')]),
  ]);
  await held.shows('awaiting_worker');
  await loom.announce('t-1', 'twins');
  await loom.wake();
  for (const run of [held, worked]) await run.shows('in_progress');
  await reviewed.shows('awaiting_approval');
  await loom.skip(2 * DAY);
  for (const run of [held, worked, reviewed]) expectOk(await run.pause('Freeze.'));
  // The instance that had it dies, so from now on nobody has it.
  await loom.announce('t-2', 'twins');
  await loom.directory.withdraw('twins', 't-1');
  await loom.redeliver();
  await held.shows('paused', { step: 'one', attempt: 1 });

  await loom.skip(7 * DAY);
  await held.shows('paused', { attempt: 1 });
  await worked.shows('awaiting_retry', { pauseRequested: true, reason: expect.stringContaining('timeout') });
  await reviewed.shows('awaiting_approval', { pauseRequested: true, reason: 'Still waits for a decision.' });
  const [asked = 0] = await loom.timesOf(reviewed, 'review.requested');
  expectAbout(
    (await loom.timesOf(reviewed, 'review.reminded')).map((at) => at - asked),
    [3 * DAY],
  );

  // Five of its seven days are left.
  expectOk(await held.resume());
  await held.shows('in_progress', { attempt: 1 });
  await loom.skip(5 * DAY - HOUR);
  await held.shows('in_progress', { attempt: 1 });
  await loom.skip(2 * HOUR);
  await held.shows('awaiting_retry', { reason: expect.stringContaining('timeout') });

  // What is decided or tried again during a pause is dialled when that is over.
  expectOk(await reviewed.decide('check', 'approved'));
  await reviewed.shows('paused', { step: 'two' });
  await loom.skip(7 * DAY);
  expect(reviewed.dials()).toEqual([]);
  expectOk(await reviewed.resume());
  await reviewed.shows('in_progress', { step: 'two' });
});

test('a run of weekly reviews continues as new over a year of reminders, and loses no decision', async () => {
  const times = { approvals: 1, remindAfterMs: 3 * DAY, escalateAfterMs: 6 * DAY };
  const names = Array.from({ length: 60 }, (_, week) => `week-${week}`);
  const run = await loom.start(names.map((name) => ({ ...review(name), review: times })));
  for (const name of names) {
    await run.shows('awaiting_approval', { step: name, who: 'reviewer' });
    await loom.skip(7 * DAY);
    await run.shows('awaiting_approval', { step: name, who: 'operator' });
    expectOk(await run.decide(name, 'approved', `Fine in ${name}.`));
  }
  await run.ends('completed');

  const { steps } = await run.steps();
  expect(steps.map(({ attempts }) => attempts.map(({ message }) => message))).toEqual(
    names.map((name) => [`Fine in ${name}.`]),
  );
  expect(await loom.timesOf(run, 'review.reminded')).toHaveLength(names.length);
  expect(await loom.timesOf(run, 'review.escalated')).toHaveLength(names.length);
  const lengths = (await loom.historiesOf(run)).map(({ events }) => events?.length ?? 0);
  expect(lengths.length).toBeGreaterThan(1);
  expect(Math.max(...lengths)).toBeLessThan(SUGGEST_AFTER_EVENTS + 100);
});

/** Each within the time that a busy machine takes to see to it. */
function expectAbout(times: readonly number[], expected: readonly number[]): void {
  expect(times).toHaveLength(expected.length);
  for (const [index, time] of times.entries()) {
    expect(time).toBeGreaterThanOrEqual(expected[index] ?? 0);
    expect(time).toBeLessThan((expected[index] ?? 0) + 10 * MINUTE);
  }
}
