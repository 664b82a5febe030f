import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listSteps } from '../../src/application/list-steps.ts';
import type { RunEngine } from '../../src/application/ports/run-engine.ts';
import { done } from '../builders/scripted-dispatcher.ts';
import {
  type EngineHarness,
  expectOk,
  review,
  startEngineHarness,
  step,
  type TestRun,
} from './engine-harness.ts';

let loom: EngineHarness;
beforeAll(async () => {
  // Without a cache every workflow task replays the whole run, so nothing here depends on what a process remembers.
  loom = await startEngineHarness({ cachedRuns: 0 });
});
afterAll(() => loom.close());
beforeEach(() => {
  loom.dispatcher.script = () => ({ kind: 'accepted' });
});

const away: Pick<RunEngine, 'progress'> = { progress: async () => undefined };

/** What the run says of itself and what the store has are the same, but for where and when it was read. */
async function expectEqualViews(run: TestRun): Promise<void> {
  const asked = expectOk(await listSteps({ ...loom.deps, engine: loom.newEngine() })(run.ref));
  const kept = expectOk(await listSteps({ ...loom.deps, engine: away })(run.ref));
  expect([asked.source, kept.source]).toEqual(['query', 'store']);
  const { source: _, asOf: __, ...said } = asked;
  const { source: ___, asOf: ____, ...stored } = kept;
  expect(said).toEqual(stored);
}

describe('what a run says when it is asked equals what the store has', () => {
  test('at every moment of a run with a failure, a pending step, a review and an undo', async () => {
    loom.dispatcher.script = ({ phase }) => (phase === 'compensate' ? done('failed') : { kind: 'accepted' });
    const run = await loom.start([
      step('one', { compensable: true }),
      step('skipped', { when: 'false' }),
      step('two'),
      review('check'),
    ]);
    await run.shows('in_progress');
    await expectEqualViews(run);
    await run.callback('one', 'pending', { message: 'Merge #7.', metadata: { who: 'reviewer' } });
    await run.shows('pending');
    await expectEqualViews(run);
    await run.callback('one', 'merged');
    await run.shows('in_progress', { step: 'two' });
    await expectEqualViews(run);
    await run.callback('two', 'failed', { message: 'No.' });
    await run.shows('awaiting_retry');
    await expectEqualViews(run);
    await run.retry('two');
    await run.shows('in_progress', { attempt: 2 });
    await expectEqualViews(run);
    await run.callback('two', 'succeeded', { attempt: 2 });
    await run.shows('awaiting_approval');
    await expectEqualViews(run);
    await run.cancel({ compensate: true });
    await run.shows('compensating', { step: 'one', who: 'operator' });
    await expectEqualViews(run);
    await run.retry('one');
    await run.shows('compensating', { attempt: 2, who: 'operator' });
    await expectEqualViews(run);
    await run.cancel({ reason: 'Leave it.' });
    await run.ends('not_started');
  });

  test('while it waits for a worker', async () => {
    const run = await loom.start([step('one', { workerApp: 'ghost' })]);
    await run.shows('awaiting_worker');
    await expectEqualViews(run);
    await run.cancel();
    await run.ends('not_started');
  });
});

test('all steps of a run are shown, those to come included', async () => {
  const run = await loom.start([step('one'), step('two'), step('three')]);
  await run.shows('in_progress', { step: 'one' });
  await run.callback('one', 'succeeded');
  await run.shows('in_progress', { step: 'two' });

  expect((await run.steps()).steps.map((one) => [one.step.name, one.state])).toEqual([
    ['one', 'succeeded'],
    ['two', 'active'],
    ['three', 'to_come'],
  ]);
});

test('any number of watchers at once cost one query', async () => {
  const run = await loom.start([step('one')]);
  await run.shows('in_progress');
  const engine = loom.newEngine();
  const answers = await Promise.all(Array.from({ length: 50 }, () => engine.progress(run.ref)));

  expect(new Set(answers).size).toBe(1);
  expect(answers[0]?.view).toMatchObject({ runState: 'in_progress' });
});

test('a run that is over is not asked', async () => {
  loom.dispatcher.script = () => done();
  const run = await loom.start([step('one')]);
  await run.ends('completed');

  expect(await run.steps()).toMatchObject({
    source: 'store',
    status: 'completed',
    steps: [{ state: 'succeeded' }],
  });
});

test('a run of before is read from the store while another is open', async () => {
  const run = await loom.start([step('one')]);
  await run.shows('in_progress');
  await run.cancel();
  await run.ends('not_started');
  const again = await run.again();
  await again.shows('in_progress');

  expect(await run.steps()).toMatchObject({
    source: 'store',
    status: 'not_started',
    steps: [{ state: 'cancelled' }],
  });
  expect(await loom.newEngine().progress(run.ref)).toBeUndefined();
});
