import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compensateRun } from '../../src/application/compensate-run.ts';
import { ANN } from '../builders/build-run.ts';
import { done } from '../builders/scripted-dispatcher.ts';
import { type EngineHarness, expectOk, startEngineHarness, step, type TestRun } from './engine-harness.ts';

let loom: EngineHarness;
beforeAll(async () => {
  loom = await startEngineHarness();
});
afterAll(() => loom.close());
beforeEach(() => {
  loom.dispatcher.script = ({ stepName }) => ({
    kind: 'done',
    report: { eventId: 'e', status: 'succeeded', outputs: { of: stepName } },
    operations: [],
  });
});

const steps = [step('one', { compensable: true }), step('kept'), step('two', { compensable: true })];
const undosOf = (run: TestRun) => run.dials().map(({ stepName, phase }) => `${phase} ${stepName}`);
const refuseRollBack = (run: TestRun) =>
  compensateRun(loom.deps)({ ...run.ref, actor: ANN, commandId: crypto.randomUUID() });

async function complete(): Promise<TestRun> {
  const run = await loom.start(steps);
  await run.ends('completed');
  return run;
}

describe('a roll back of a completed run', () => {
  test('undoes its steps in reverse order as a run of its own, and frees the candidate', async () => {
    const run = await complete();
    const back = await run.rollBack('Wrong chart.');
    await back.ends('not_started');

    expect(undosOf(back)).toEqual(['compensate two', 'compensate one']);
    expect(await back.stored()).toMatchObject({
      kind: 'rollback',
      undoes: run.ref.runId,
      outcome: 'rolled_back',
    });
    expect(await run.stored()).toMatchObject({ kind: 'run', outcome: 'completed' });
    expect((await back.steps()).steps.map(({ step: { name }, state }) => [name, state])).toEqual([
      ['two', 'compensated'],
      ['one', 'compensated'],
    ]);
    // Its worker cannot undo it, so its effects stay.
    expect((await back.candidate()).reason).toBe('Not undone: kept.');
    expect((await back.stored()).reason).toBe('Wrong chart. Not undone: kept.');
    expect(await refuseRollBack(back)).toMatchObject({ ok: false, problem: { word: 'nothing-to-undo' } });
    await (await back.again()).ends('completed');
  });

  test('gives each undo the outputs of the run that it undoes', async () => {
    const back = await (await complete()).rollBack();
    await back.ends('not_started');
    expect(back.dials()[0]?.outputs).toEqual({
      one: { of: 'one' },
      kept: { of: 'kept' },
      two: { of: 'two' },
    });
  });

  test('waits where an undo fails; what is skipped stays named and can be rolled back later', async () => {
    const run = await complete();
    loom.dispatcher.script = ({ stepName }) =>
      stepName === 'one'
        ? { kind: 'done', report: { eventId: 'e', status: 'failed', message: 'No.' }, operations: [] }
        : done();
    const back = await run.rollBack();
    await back.shows('compensating', { step: 'one', who: 'operator', reason: 'No.' });
    expectOk(await back.skip('one', 'Later.'));
    await back.ends('not_started');
    expect((await back.candidate()).reason).toBe('Not undone: kept, one.');

    loom.dispatcher.script = () => done();
    const rest = await back.rollBack();
    await rest.ends('not_started');
    expect(undosOf(rest)).toEqual(['compensate one']);
    expect((await rest.stored()).undoes).toBe(run.ref.runId);
    expect((await rest.candidate()).reason).toBe('Not undone: kept.');
  });

  test('of two at once one is begun', async () => {
    const run = await complete();
    loom.dispatcher.script = () => ({ kind: 'accepted' });
    const answers = await Promise.all([refuseRollBack(run), refuseRollBack(run)]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    const back = loom.follow({ ...run.ref, runId: (await run.candidate()).runId ?? '' });
    await back.shows('compensating', { step: 'two', who: 'worker' });
    await back.callback('two', 'succeeded', { phase: 'compensate' });
    await back.shows('compensating', { step: 'one', who: 'worker' });
    await back.callback('one', 'succeeded', { phase: 'compensate' });
    await back.ends('not_started');
  });
});

test('a full roll back leaves nothing to name', async () => {
  const run = await loom.start([step('one', { compensable: true }), step('no', { when: 'false' })]);
  await run.ends('completed');
  const back = await run.rollBack();
  await back.ends('not_started');

  expect((await back.candidate()).reason).toBeUndefined();
  expect((await back.stored()).reason).toBeUndefined();
});

test('what a plain cancel left behind can be rolled back afterwards', async () => {
  loom.dispatcher.script = ({ stepName }) => (stepName === 'one' ? done() : { kind: 'accepted' });
  const run = await loom.start(steps);
  await run.shows('in_progress', { step: 'kept' });
  await run.cancel();
  await run.ends('not_started');
  loom.dispatcher.script = () => done();
  const back = await run.rollBack();
  await back.ends('not_started');
  expect(undosOf(back)).toEqual(['compensate one']);
});

test('a candidate that was never started has nothing to roll back', async () => {
  const ref = await loom.prepare(steps);
  const refused = await compensateRun(loom.deps)({ ...ref, actor: ANN, commandId: 'c' });
  expect(refused).toMatchObject({ ok: false, problem: { word: 'not-running' } });
});
