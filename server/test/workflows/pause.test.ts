import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pauseScope, resumeScope } from '../../src/application/pause-scope.ts';
import type { PauseScope } from '../../src/application/ports/pause-store.ts';
import { ANN } from '../builders/build-run.ts';
import { done } from '../builders/scripted-dispatcher.ts';
import {
  type EngineHarness,
  expectOk,
  review,
  startEngineHarness,
  step,
  WORKER_APP,
} from './engine-harness.ts';

let loom: EngineHarness;
beforeAll(async () => {
  loom = await startEngineHarness();
});
afterAll(() => loom.close());
beforeEach(() => {
  loom.dispatcher.script = () => ({ kind: 'accepted' });
});

describe('a paused run', () => {
  test('lets the worker end what it has, takes its callback, and dispatches nothing more until it is resumed', async () => {
    const run = await loom.start([step('one'), step('two')]);
    await run.shows('in_progress', { step: 'one' });
    expectOk(await run.pause('Release freeze.'));
    await run.shows('in_progress', { step: 'one', pauseRequested: true });
    expectOk(await run.callback('one', 'succeeded'));
    await run.shows('paused', { step: 'two', who: 'operator', reason: 'The run is paused: Release freeze.' });
    expect((await run.candidate()).pauseRequested).toBeUndefined();
    expect(run.dials()).toHaveLength(1);
    expect(await run.callback('two', 'succeeded')).toMatchObject({
      ok: false,
      problem: { word: 'step-not-dispatched' },
    });

    expectOk(await run.resume());
    await run.shows('in_progress', { step: 'two', attempt: 1 });
    await run.callback('two', 'succeeded');
    await run.ends('completed');
    expect(await run.eventTypes()).toEqual(expect.arrayContaining(['run.pause_requested', 'run.resumed']));
  });

  test('is refused a second pause, and a resume when it is not paused', async () => {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    expect(await run.resume()).toMatchObject({ ok: false, problem: { word: 'not-waiting' } });
    expectOk(await run.pause());
    expect(await run.pause()).toMatchObject({ ok: false, problem: { word: 'not-waiting' } });
    await run.callback('one', 'succeeded');
    await run.ends('completed');
  });

  test('asks for its reviews all the same, and holds what comes behind them', async () => {
    const run = await loom.start([review('check'), step('two')]);
    await run.shows('awaiting_approval');
    expectOk(await run.pause());
    await run.shows('awaiting_approval', { pauseRequested: true });
    expectOk(await run.decide('check', 'approved'));
    await run.shows('paused', { step: 'two' });
    await run.cancel();
    await run.ends('not_started');
  });

  test('that waits for its worker is held at once, and dialled when it is resumed', async () => {
    const run = await loom.start([step('one', { workerApp: 'late' })]);
    await run.shows('awaiting_worker');
    expectOk(await run.pause());
    await run.shows('paused', { step: 'one', attempt: 1 });
    await loom.announce('late-1', 'late');
    await loom.wake();
    expect((await run.candidate()).runState).toBe('paused');
    expectOk(await run.resume());
    await run.shows('in_progress');
    await run.callback('one', 'succeeded');
    await run.ends('completed');
  });

  test('whose instance dies is not given to another until it is resumed, and keeps the rest of its deadline', async () => {
    const run = await loom.start([step('one', { timeoutMs: 60_000, workerApp: 'twins' })]);
    await run.shows('awaiting_worker');
    await loom.announce('t-1', 'twins');
    await loom.wake();
    await run.shows('in_progress');
    expectOk(await run.pause());
    await loom.announce('t-2', 'twins');
    await loom.directory.withdraw('twins', 't-1');
    await loom.redeliver();
    await run.shows('paused', { step: 'one', attempt: 1 });
    expect(run.dials()).toHaveLength(1);
    expectOk(await run.resume());
    await run.shows('in_progress', { attempt: 1 });
    expect(run.dials()).toHaveLength(2);
    await run.callback('one', 'succeeded');
    await run.ends('completed');
  });

  test('is no longer paused once it is cancelled: what is undone then is not held', async () => {
    loom.dispatcher.script = () => done();
    const run = await loom.start([step('one', { compensable: true }), review('check')]);
    await run.shows('awaiting_approval');
    expectOk(await run.pause());
    await run.cancel({ compensate: true });
    await run.ends('not_started');
    expect((await run.stored()).outcome).toBe('rolled_back');
  });

  test('holds the undos that are left when it is paused while it undoes', async () => {
    const undoable = { compensable: true };
    const run = await loom.start([step('one', undoable), step('two', undoable)]);
    await run.shows('in_progress', { step: 'one' });
    await run.callback('one', 'succeeded');
    await run.shows('in_progress', { step: 'two' });
    await run.cancel({ compensate: true });
    await run.shows('compensating', { step: 'two', who: 'worker' });
    expectOk(await run.pause());
    await run.callback('two', 'succeeded', { phase: 'compensate' });
    await run.shows('paused', { step: 'one' });
    expectOk(await run.resume());
    await run.shows('compensating', { step: 'one', who: 'worker' });
    await run.callback('one', 'succeeded', { phase: 'compensate' });
    await run.ends('not_started');
  });
});

describe.each([
  ['migration', (migrationId: string): PauseScope => ({ kind: 'migration', id: migrationId })],
  ['worker app', (): PauseScope => ({ kind: 'worker-app', id: WORKER_APP })],
])('a paused %s', (_, scopeOf) => {
  test('holds the next dispatch of its runs, and wakes them when it is resumed', async () => {
    const run = await loom.start([step('one'), step('two')]);
    await run.shows('in_progress', { step: 'one' });
    const scope = scopeOf(run.ref.migrationId);
    expectOk(await pauseScope(loom.deps)({ scope, reason: 'Freeze.', actor: ANN }));
    await run.callback('one', 'succeeded');
    await run.shows('paused', {
      step: 'two',
      who: 'operator',
      reason: expect.stringContaining('is paused: Freeze.'),
    });
    expect(run.dials()).toHaveLength(1);

    expect(expectOk(await resumeScope(loom.deps)({ scope, actor: ANN }))).toEqual({ wasPaused: true });
    expect(await loom.wakeReleased()).toBe(1);
    await run.shows('in_progress', { step: 'two' });
    await run.callback('two', 'succeeded');
    await run.ends('completed');
    expect(expectOk(await resumeScope(loom.deps)({ scope, actor: ANN }))).toEqual({ wasPaused: false });
  });
});

test('a run that several pauses hold goes on when the last of them has ended', async () => {
  const run = await loom.start([step('one'), step('two')]);
  await run.shows('in_progress', { step: 'one' });
  const migration: PauseScope = { kind: 'migration', id: run.ref.migrationId };
  const worker: PauseScope = { kind: 'worker-app', id: WORKER_APP };
  expectOk(await run.pause('By itself.'));
  for (const scope of [migration, worker]) expectOk(await pauseScope(loom.deps)({ scope, actor: ANN }));
  await run.callback('one', 'succeeded');
  await run.shows('paused', { step: 'two', heldBy: expect.objectContaining({ kind: 'run' }) });

  expectOk(await run.resume());
  await run.shows('paused', { step: 'two', heldBy: expect.objectContaining({ kind: 'migration' }) });
  expectOk(await run.pause('Once more.'));
  await run.shows('paused', { heldBy: expect.objectContaining({ kind: 'run', reason: 'Once more.' }) });
  expectOk(await resumeScope(loom.deps)({ scope: migration, actor: ANN }));
  await loom.wakeReleased();
  expect(await run.candidate()).toMatchObject({ runState: 'paused', heldBy: { kind: 'run' } });
  expectOk(await run.resume());
  await run.shows('paused', { heldBy: expect.objectContaining({ kind: 'worker-app' }) });
  expect(run.dials()).toHaveLength(1);

  expectOk(await resumeScope(loom.deps)({ scope: worker, actor: ANN }));
  expect(await loom.wakeReleased()).toBe(1);
  await run.shows('in_progress', { step: 'two', attempt: 1 });
  await run.callback('two', 'succeeded');
  await run.ends('completed');
});
