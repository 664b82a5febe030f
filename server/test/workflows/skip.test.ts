import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { done } from '../builders/scripted-dispatcher.ts';
import { type EngineHarness, startEngineHarness, step } from './engine-harness.ts';

let loom: EngineHarness;
beforeAll(async () => {
  loom = await startEngineHarness();
});
afterAll(() => loom.close());

const failOn = (stepName: string) => {
  loom.dispatcher.script = (dial) =>
    dial.stepName === stepName
      ? { kind: 'done', report: { eventId: 'e', status: 'failed', message: 'No.' }, operations: [] }
      : done();
};

describe('skipping a failed step', () => {
  test('goes on with the outputs that were given, keeps the failed attempt, and shows it as skipped', async () => {
    failOn('one');
    const run = await loom.start([step('one'), step('two')]);
    await run.shows('awaiting_retry', { step: 'one' });
    expect((await run.skip('one', 'Done by hand.', { branch: 'main' })).ok).toBe(true);
    await run.ends('completed');

    expect(await run.attempts()).toEqual([
      '0:execute:1:failed',
      '0:execute:2:skipped',
      '1:execute:1:succeeded',
    ]);
    expect(run.dials().at(-1)?.outputs).toEqual({ one: { branch: 'main' } });
    const [one] = (await run.steps()).steps;
    expect(one?.state).toBe('skipped');
    expect(one?.attempts[0]).toMatchObject({ outcome: 'failed', message: 'No.' });
    expect(one?.attempts[1]).toMatchObject({ message: 'Done by hand.', outputs: { branch: 'main' } });
  });

  test('is refused for another step, for a step that runs, and a second time', async () => {
    failOn('two');
    const run = await loom.start([step('one'), step('two'), step('three')]);
    await run.shows('awaiting_retry', { step: 'two' });
    expect(await run.skip('one', 'No.')).toMatchObject({ ok: false, problem: { word: 'not-waiting' } });
    loom.dispatcher.script = () => ({ kind: 'accepted' });
    const [first, second] = [await run.skip('two', 'Yes.'), await run.skip('two', 'Yes.')];
    expect(first.ok).toBe(true);
    expect(second).toMatchObject({ ok: false, problem: { word: 'not-waiting' } });
    await run.shows('in_progress', { step: 'three' });
    expect(await run.skip('three', 'No.')).toMatchObject({ ok: false, problem: { word: 'not-waiting' } });
    await run.cancel();
    await run.ends('not_started');
  });

  test('of a step whose worker is away needs no worker', async () => {
    const run = await loom.start([step('one', { workerApp: 'nobody' }), step('two')]);
    await run.shows('awaiting_worker', { step: 'one' });
    loom.dispatcher.script = () => done();
    expect((await run.skip('one', 'Nobody runs it.')).ok).toBe(true);
    await run.ends('completed');
    expect(await run.attempts()).toEqual(['0:execute:1:skipped', '1:execute:1:succeeded']);
  });

  test('of an undo leaves its effects, which the run and the candidate name', async () => {
    loom.dispatcher.script = ({ phase, stepName }) =>
      phase === 'compensate' && stepName === 'two'
        ? { kind: 'done', report: { eventId: 'e', status: 'failed', message: 'No.' }, operations: [] }
        : done();
    const run = await loom.start([
      step('one', { compensable: true }),
      step('two', { compensable: true }),
      step('three', { kind: 'review' }),
    ]);
    await run.shows('awaiting_approval');
    await run.cancel({ compensate: true });
    await run.shows('compensating', { step: 'two', who: 'operator' });
    expect((await run.skip('two', 'Reverted by hand.')).ok).toBe(true);
    await run.ends('not_started');

    expect(await run.stored()).toMatchObject({ outcome: 'rolled_back', reason: 'Not undone: two.' });
    expect((await run.candidate()).reason).toBe('Not undone: two.');
    expect((await run.steps()).steps.map(({ state }) => state)).toEqual([
      'compensated',
      'succeeded',
      'cancelled',
    ]);
  });
});
