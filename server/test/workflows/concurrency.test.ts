import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { done } from '../builders/scripted-dispatcher.ts';
import { type EngineHarness, expectOk, startEngineHarness, step, type TestRun } from './engine-harness.ts';

let loom: EngineHarness;
let keys = 0;
beforeAll(async () => {
  loom = await startEngineHarness();
});
afterAll(() => loom.close());
beforeEach(() => {
  loom.dispatcher.script = () => ({ kind: 'accepted' });
  keys += 1;
});

const startThree = async (): Promise<readonly [TestRun, TestRun, TestRun]> => {
  const steps = [step('swap', { concurrencyKey: `gitops-${keys}` })];
  const first = await loom.start(steps);
  await first.shows('in_progress');
  const second = await loom.start(steps);
  await second.shows('queued', { who: 'nobody', step: 'swap' });
  const third = await loom.start(steps);
  await third.shows('queued', { reason: `Waits for its turn: 2 before it on "gitops-${keys}".` });
  return [first, second, third];
};

test('steps with one concurrency key are with their worker one at a time, in the order in which they came', async () => {
  const [first, second, third] = await startThree();
  expect([...second.dials(), ...third.dials()]).toEqual([]);
  await first.callback('swap', 'succeeded');
  await first.ends('completed');
  await second.shows('in_progress');
  expect(third.dials()).toEqual([]);
  await second.callback('swap', 'failed');
  await third.shows('in_progress');
  await third.callback('swap', 'succeeded');
  await third.ends('completed');
  expectOk(await second.retry('swap'));
  await second.shows('in_progress', { attempt: 2 });
  await second.callback('swap', 'succeeded', { attempt: 2 });
  await second.ends('completed');
});

test('a cancelled run gives up its key, and its place in the queue', async () => {
  const [first, second, third] = await startThree();
  await second.cancel();
  await second.ends('not_started');
  await first.cancel();
  await first.ends('not_started');
  await third.shows('in_progress');
  await third.callback('swap', 'succeeded');
  await third.ends('completed');
});

test('a queued run that is cancelled with compensation undoes what was done, and does not wait for its turn', async () => {
  loom.dispatcher.script = ({ stepName }) => (stepName === 'open' ? done() : { kind: 'accepted' });
  const swap = step('swap', { concurrencyKey: `gitops-${keys}`, compensable: true });
  const first = await loom.start([swap]);
  await first.shows('in_progress');
  const second = await loom.start([step('open', { compensable: true }), swap]);
  await second.shows('queued', { step: 'swap' });
  await second.cancel({ compensate: true });
  await second.ends('not_started');

  expect(second.dials().map(({ stepName, phase }) => `${stepName} ${phase}`)).toEqual([
    'open execute',
    'open compensate',
  ]);
  expect((await first.candidate()).runState).toBe('in_progress');
  await first.cancel();
  await first.ends('not_started');
});

test('a queued run whose workflow is lost does not hold up the others', async () => {
  const [first, second, third] = await startThree();
  await second.handle.terminate('gone');
  await loom.reconcile(second.ref.migrationId);
  expect((await second.candidate()).runState).toBe('lost');
  await first.callback('swap', 'succeeded');
  await third.shows('in_progress');
  await third.callback('swap', 'succeeded');
  await third.ends('completed');
});

test('who has the key, and who waits for it, keep their places when their runs continue as new', async () => {
  const [first, second, third] = await startThree();
  await loom.continueAsNew(first);
  await loom.continueAsNew(second);
  expect(await second.candidate()).toMatchObject({ runState: 'queued', heldBy: { kind: 'concurrency-key' } });
  await first.callback('swap', 'succeeded');
  await first.ends('completed');
  await second.shows('in_progress', { attempt: 1 });
  expect(third.dials()).toEqual([]);
  await second.callback('swap', 'succeeded');
  await second.ends('completed');
  await third.shows('in_progress');
  await third.callback('swap', 'succeeded');
  await third.ends('completed');
});

test('a step that is skipped gives up its place, and one that takes too long its key', async () => {
  const swap = { concurrencyKey: `gitops-${keys}` };
  const first = await loom.start([step('swap', swap)]);
  await first.shows('in_progress');
  const skipped = await loom.start([step('swap', swap), step('after')]);
  await skipped.shows('queued');
  const slow = await loom.start([step('swap', { ...swap, timeoutMs: 1_000 })]);
  await slow.shows('queued');
  const last = await loom.start([step('swap', swap)]);
  await last.shows('queued');
  expectOk(await skipped.skip('swap', 'Done by hand.'));
  await skipped.shows('in_progress', { step: 'after' });
  await first.callback('swap', 'succeeded');
  await last.shows('in_progress');

  expect(await slow.attempts()).toEqual(['0:execute:1:timed_out']);
  for (const run of [skipped, slow, last]) await run.cancel();
  for (const run of [skipped, slow, last]) await run.ends('not_started');
});

test('a paused run lets those behind it go first', async () => {
  const [first, second, third] = await startThree();
  expectOk(await second.pause());
  await first.callback('swap', 'succeeded');
  await first.ends('completed');
  await expect.poll(() => loom.wakeNextInQueue(), { timeout: 10_000, interval: 200 }).toBe(1);
  await third.shows('in_progress');
  expectOk(await second.resume());
  await second.shows('queued');
  await third.callback('swap', 'succeeded');
  await second.shows('in_progress');
  await second.callback('swap', 'succeeded');
  await second.ends('completed');
});
