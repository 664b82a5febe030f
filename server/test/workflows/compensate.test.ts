import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { done } from '../builders/scripted-dispatcher.ts';
import { type EngineHarness, review, startEngineHarness, step, type TestRun } from './engine-harness.ts';

let loom: EngineHarness;
beforeAll(async () => {
  loom = await startEngineHarness();
});
afterAll(() => loom.close());
beforeEach(() => {
  loom.dispatcher.script = ({ phase }) => (phase === 'compensate' ? done() : { kind: 'accepted' });
});

const undoable = (name: string) => step(name, { compensable: true });
const undosOf = (run: TestRun) =>
  run.dials().flatMap((dial) => (dial.phase === 'compensate' ? [dial.stepName] : []));

/** Two steps done, the third given to the worker. */
async function startThree(): Promise<TestRun> {
  const run = await loom.start([undoable('one'), undoable('two'), undoable('three')]);
  for (const name of ['one', 'two']) {
    await run.shows('in_progress', { step: name });
    await run.callback(name, 'succeeded');
  }
  await run.shows('in_progress', { step: 'three' });
  return run;
}

describe('a cancel with compensation', () => {
  test('undoes the steps in reverse order, the interrupted one first, and frees the candidate', async () => {
    const run = await startThree();
    await run.cancel({ compensate: true, reason: 'Back.' });
    await run.ends('not_started');

    expect(undosOf(run)).toEqual(['three', 'two', 'one']);
    expect(await run.stored()).toMatchObject({ outcome: 'rolled_back', reason: 'Back.' });
    expect((await run.steps()).steps.map(({ state }) => state)).toEqual([
      'compensated',
      'compensated',
      'compensated',
    ]);
    await (await run.again()).shows('in_progress');
  });

  test('tells the worker to stop before it undoes anything', async () => {
    const run = await startThree();
    const seen: number[] = [];
    loom.dispatcher.script = () => {
      seen.push(loom.dispatcher.cancellations.filter(({ runId }) => runId === run.ref.runId).length);
      return done();
    };
    await run.cancel({ compensate: true });
    await run.ends('not_started');

    expect(seen).toEqual([1, 1, 1]);
  });

  test('shows compensating with status running until the last undo is done', async () => {
    loom.dispatcher.script = () => ({ kind: 'accepted' });
    const run = await startThree();
    await run.cancel({ compensate: true });
    for (const name of ['three', 'two', 'one']) {
      expect(await loom.tryStart(run.ref)).toMatchObject({ problem: { word: 'cancelling' } });
      await run.shows('compensating', { step: name, who: 'worker' });
      await run.callback(name, 'succeeded', { phase: 'compensate' });
    }
    await run.ends('not_started');
    expect(await run.attempts()).toEqual([
      ...['0:execute:1:succeeded', '0:compensate:1:succeeded'],
      ...['1:execute:1:succeeded', '1:compensate:1:succeeded'],
      ...['2:execute:1:cancelled', '2:compensate:1:succeeded'],
    ]);
  });

  test('undoes a step that is pending', async () => {
    const run = await loom.start([undoable('one')]);
    await run.shows('in_progress');
    await run.callback('one', 'pending', { metadata: { prUrl: 'https://forge.test/pull/1' } });
    await run.shows('pending');
    await run.cancel({ compensate: true });
    await run.ends('not_started');

    expect(undosOf(run)).toEqual(['one']);
  });

  test('waits where an undo fails until it is retried', async () => {
    const run = await startThree();
    loom.dispatcher.script = ({ stepName, attempt }) =>
      stepName === 'two' && attempt === 1 ? done('failed', { message: 'Merged since.' }) : done();
    await run.cancel({ compensate: true });
    await run.shows('compensating', { step: 'two', who: 'operator', reason: 'Merged since.' });
    expect(undosOf(run)).toEqual(['three', 'two']);
    expect(await run.retry('two')).toMatchObject({ ok: true });
    await run.ends('not_started');

    expect(undosOf(run)).toEqual(['three', 'two', 'two', 'one']);
  });

  test('waits for a dead worker as a step does', async () => {
    const app = `late-${loom.taskQueue}`;
    await loom.announce('first', app);
    const run = await loom.start([step('one', { workerApp: app, compensable: true })]);
    await run.shows('in_progress');
    await loom.directory.withdraw(app, 'first');
    await run.cancel({ compensate: true });
    await run.shows('compensating', { who: 'worker' });
    expect(undosOf(run)).toEqual([]);
    await loom.announce('second', app);
    await loom.wake();
    await run.ends('not_started');

    expect(undosOf(run)).toEqual(['one']);
  });

  test('leaves out reviews, skipped steps and steps that cannot be undone', async () => {
    loom.dispatcher.script = () => done();
    const run = await loom.start([
      undoable('one'),
      step('kept'),
      step('skipped', { compensable: true, when: 'false' }),
      review('check'),
    ]);
    await run.shows('awaiting_approval');
    await run.cancel({ compensate: true });
    await run.ends('not_started');

    expect(undosOf(run)).toEqual(['one']);
    // Of what was given to a worker, and of nothing else, the effects stay.
    expect(await run.stored()).toMatchObject({ outcome: 'rolled_back', reason: 'Not undone: kept.' });
    expect((await run.candidate()).reason).toBe('Not undone: kept.');
  });

  test('ends like one without where there is nothing to undo', async () => {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await run.cancel({ compensate: true, reason: 'Back.' });
    await run.ends('not_started');

    expect(undosOf(run)).toEqual([]);
    expect(await run.stored()).toMatchObject({ outcome: 'cancelled', reason: 'Back. Not undone: one.' });
    expect(loom.dispatcher.cancellations.filter(({ runId }) => runId === run.ref.runId)).toHaveLength(1);
  });

  test('that is asked for twice goes on once', async () => {
    loom.dispatcher.script = () => ({ kind: 'accepted' });
    const run = await startThree();
    await run.cancel({ compensate: true });
    await run.shows('compensating', { step: 'three', who: 'worker' });
    expect(await run.cancel({ compensate: true })).toMatchObject({ ok: true });
    await run.callback('three', 'succeeded', { phase: 'compensate' });
    await run.shows('compensating', { step: 'two', who: 'worker' });

    expect(undosOf(run)).toEqual(['three', 'two']);
    await run.cancel({ reason: 'Leave it.' });
    await run.ends('not_started');
  });
});

describe('a second cancel, without compensation,', () => {
  test('abandons the undos that are left and says which', async () => {
    loom.dispatcher.script = () => ({ kind: 'accepted' });
    const run = await startThree();
    await run.cancel({ compensate: true });
    await run.shows('compensating', { step: 'three', who: 'worker' });
    await run.callback('three', 'succeeded', { phase: 'compensate' });
    await run.shows('compensating', { step: 'two', who: 'worker' });
    expect(await run.cancel({ reason: 'Leave it.' })).toMatchObject({ ok: true });
    await run.ends('not_started');

    expect(await run.stored()).toMatchObject({
      outcome: 'cancelled',
      reason: 'Leave it. Not undone: two, one.',
    });
    expect(await run.attempts()).toContain('1:compensate:1:cancelled');
    expect(loom.dispatcher.cancellations.at(-1)).toMatchObject({ stepName: 'two', phase: 'compensate' });
  });

  test('is taken while an undo has failed', async () => {
    const run = await startThree();
    loom.dispatcher.script = () => done('failed');
    await run.cancel({ compensate: true });
    await run.shows('compensating', { who: 'operator' });
    expect(await run.cancel()).toMatchObject({ ok: false, problem: { word: 'invalid-request' } });
    await run.cancel({ reason: 'Leave it.' });
    await run.ends('not_started');

    expect(await run.stored()).toMatchObject({ reason: 'Leave it. Not undone: three, two, one.' });
  });
});
