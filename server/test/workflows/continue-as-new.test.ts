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
});

/** Temporal's own id of the run that is open now; it changes when a run continues as new. */
const executionOf = async (run: TestRun) => (await run.handle.describe()).runId;

const continueAsNew = (run: TestRun) => loom.continueAsNew(run);

describe('a run that continues as new', () => {
  test('in the middle of a step keeps it: same attempt, same fence, and the callback completes it', async () => {
    const run = await loom.start([step('one'), step('two')]);
    await run.shows('in_progress', { step: 'one' });
    await run.callback('one', 'succeeded');
    await run.shows('in_progress', { step: 'two' });
    const before = await run.candidate();
    await continueAsNew(run);
    await continueAsNew(run);

    expect(await run.candidate()).toEqual(before);
    await run.callback('two', 'merged');
    await run.ends('completed');
    expect(await run.attempts()).toEqual(['0:execute:1:succeeded', '1:execute:1:merged']);
    expect(run.dials()).toHaveLength(2);
    expect((await run.eventTypes()).filter((type) => type === 'run.started')).toHaveLength(1);
  });

  test('is still known to the engine as the same run', async () => {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await continueAsNew(run);

    expect(await loom.engine.describe(run.ref)).toBe('open');
    await loom.reconcile(run.ref.migrationId);
    await run.shows('in_progress');
    expect((await loom.newEngine().progress(run.ref))?.view).toMatchObject({ runState: 'in_progress' });
  });

  test('while it is pending still says what it waits for', async () => {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await run.callback('one', 'pending', { message: 'Merge #7.', metadata: { who: 'reviewer' } });
    await run.shows('pending');
    await continueAsNew(run);

    await run.shows('pending', { who: 'reviewer', reason: 'Merge #7.' });
    expect((await loom.newEngine().progress(run.ref))?.view).toMatchObject({
      runState: 'pending',
      who: 'reviewer',
    });
  });

  test('keeps the deadline of its step, which is absolute', async () => {
    const run = await loom.start([step('one', { timeoutMs: 4_000 })]);
    await run.shows('in_progress');
    const acceptedAt = Date.parse((await run.candidate()).since ?? '');
    await continueAsNew(run);
    await run.shows('awaiting_retry', { reason: 'The step took longer than its timeout.' });
    const [attempt] = (await run.steps()).steps[0]?.attempts ?? [];

    expect(Date.parse(attempt?.endedAt ?? '') - acceptedAt).toBeGreaterThanOrEqual(4_000);
    expect(Date.parse(attempt?.endedAt ?? '') - acceptedAt).toBeLessThan(8_000);
  });

  test('keeps a failure, its automatic retry and the inputs of the next attempt', async () => {
    const retry = {
      maxAttempts: 2,
      initialIntervalMs: 600_000,
      backoffCoefficient: 1,
      maxIntervalMs: 600_000,
    };
    const run = await loom.start([step('one', { retry })], {
      requiredInputs: [{ name: 'team', type: 'string', required: true }],
      inputs: { team: 'blue' },
    });
    await run.shows('in_progress');
    await run.callback('one', 'failed');
    await run.shows('awaiting_retry', { who: 'nobody' });
    await run.changeInputs({ team: 'red' });
    await continueAsNew(run);
    expect(await run.retry('one')).toMatchObject({ ok: true });
    await run.shows('in_progress', { attempt: 2 });

    expect(run.dials()[1]?.request.material).toMatchObject({ inputs: { team: 'red' }, inputsVersion: 2 });
    expect((await run.steps()).steps[0]?.attempts.map(({ inputsVersion }) => inputsVersion)).toEqual([1, 2]);
  });

  test('keeps a review that waits', async () => {
    const run = await loom.start([review('check')]);
    await run.shows('awaiting_approval');
    await continueAsNew(run);
    expect(await run.decide('check', 'approved')).toMatchObject({ ok: true });
    await run.ends('completed');
  });

  test('while it waits for a worker is woken as before', async () => {
    const app = `parked-${loom.taskQueue.slice(5, 13)}`;
    const run = await loom.start([step('one', { workerApp: app })]);
    await run.shows('awaiting_worker');
    await continueAsNew(run);
    await loom.announce('back', app);
    await loom.wake();

    await run.shows('in_progress');
    expect(await run.attempts()).toEqual(['0:execute:1:open']);
  });

  test('while it undoes goes on undoing', async () => {
    const steps = ['one', 'two'].map((name) => step(name, { compensable: true }));
    loom.dispatcher.script = ({ phase, attempt }) =>
      phase === 'execute' ? done() : attempt === 1 ? done('failed') : done();
    const run = await loom.start([...steps, review('check')]);
    await run.shows('awaiting_approval');
    await run.cancel({ compensate: true, reason: 'Back.' });
    await run.shows('compensating', { step: 'two', who: 'operator' });
    await continueAsNew(run);
    await run.retry('two');
    await run.shows('compensating', { step: 'one', who: 'operator' });
    await run.retry('one');
    await run.ends('not_started');

    expect(await run.stored()).toMatchObject({ outcome: 'rolled_back', reason: 'Back.' });
  });

  test('can be cancelled, and its worker is told', async () => {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await continueAsNew(run);
    await run.cancel();
    await run.ends('not_started');

    expect(loom.dispatcher.cancellations.filter(({ runId }) => runId === run.ref.runId)).toHaveLength(1);
  });

  test('loses no callback that comes while it does', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `step-${index}`);
    const run = await loom.start(names.map((name) => step(name)));
    const first = await executionOf(run);
    for (const name of names) {
      await run.shows('in_progress', { step: name });
      const noise = Array.from({ length: 5 }, () => run.handle.signal('worker-back', { runId: 'nobody' }));
      await Promise.all([...noise, run.callback(name, 'succeeded')]);
    }
    await run.ends('completed');

    expect(await executionOf(run)).not.toBe(first);
    expect(run.dials().map((dial) => dial.stepName)).toEqual(names);
  });
});
