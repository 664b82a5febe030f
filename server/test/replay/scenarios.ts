import { expect } from 'vitest';
import { pauseScope, resumeScope } from '../../src/application/pause-scope.ts';
import { ANN } from '../builders/build-run.ts';
import { done } from '../builders/scripted-dispatcher.ts';
import { type EngineHarness, review, step, type TestRun } from '../workflows/engine-harness.ts';

const team = { name: 'team', type: 'string', required: true } as const;
const undoable = (name: string) => step(name, { compensable: true });

type Histories = Awaited<ReturnType<EngineHarness['historiesOf']>>;

/** Of all parts of a run, by the name of their attributes. */
export function countEvents(
  histories: Histories,
  name: 'timerStarted' | 'timerFired' | 'timerCanceled',
): number {
  const events = histories.flatMap((history) => history.events ?? []);
  return events.filter((event) => event[`${name}EventAttributes`] != null).length;
}

/** Runs of every shape that the interpreter has, brought to their end; each gives the runs to keep. */
export const SCENARIOS: Readonly<Record<string, (loom: EngineHarness) => Promise<TestRun>>> = {
  async 'reviews-with-a-condition'(loom) {
    loom.dispatcher.script = () => done('succeeded', { outputs: { risky: true } });
    const run = await loom.start([
      step('build'),
      { ...review('skipped'), when: '!outputs.build.risky' },
      { ...review('check'), when: 'outputs.build.risky' },
    ]);
    await run.shows('awaiting_approval', { step: 'check' });
    await run.decide('check', 'approved');
    await run.ends('completed');
    return run;
  },
  async 'steps-and-callbacks'(loom) {
    const run = await loom.start([step('one'), step('two')]);
    await run.shows('in_progress', { step: 'one' });
    await run.callback('one', 'pending', { message: 'Merge #7.', metadata: { who: 'reviewer' } });
    await run.shows('pending');
    await run.callback('one', 'merged');
    await run.shows('in_progress', { step: 'two' });
    await run.callback('two', 'succeeded');
    await run.ends('completed');
    return run;
  },

  async 'done-at-once'(loom) {
    loom.dispatcher.script = () => done();
    const run = await loom.start([step('one'), step('skipped', { when: 'false' }), step('three')]);
    await run.ends('completed');
    return run;
  },

  async 'quick-steps-around-a-slow-one'(loom) {
    loom.dispatcher.script = ({ stepName }) => (stepName === 'slow' ? { kind: 'accepted' } : done());
    const run = await loom.start(
      ['one', 'two', 'three', 'slow', 'five', 'six', 'seven'].map((name) => step(name)),
    );
    await run.shows('in_progress', { step: 'slow' });
    await run.callback('slow', 'succeeded');
    await run.ends('completed');
    return run;
  },

  async 'called-back-at-once'(loom) {
    const ref = await loom.prepare([step('one'), step('two')]);
    const run = loom.follow({ ...ref, runId: '01980000-0000-7000-8000-00000000000a' });
    loom.dispatcher.script = ({ stepName }) => {
      void run.callback(stepName, 'succeeded');
      return new Promise(() => {});
    };
    await loom.startAs(run.ref);
    await run.ends('completed');
    return run;
  },

  async 'cancel-that-waits-until-the-run-has-caught-up'(loom) {
    const run = await loom.start([undoable('one'), undoable('two')]);
    await run.shows('in_progress', { step: 'one' });
    loom.faults.store = true;
    await run.callback('one', 'succeeded');
    await expect
      .poll(async () => countEvents(await loom.historiesOf(run), 'timerStarted'))
      .toBeGreaterThan(1);
    await run.cancel({ compensate: true });
    loom.faults.store = false;
    await expect.poll(() => run.dials().at(-1)).toMatchObject({ stepName: 'one', phase: 'compensate' });
    await run.callback('one', 'succeeded', { phase: 'compensate' });
    await run.ends('not_started');
    return run;
  },

  async 'cancel-of-a-step-that-no-worker-was-given'(loom) {
    loom.dispatcher.script = () => done();
    const run = await loom.start([undoable('one'), { ...undoable('two'), workerApp: 'nobody' }]);
    await run.shows('awaiting_worker', { step: 'two' });
    await run.cancel({ compensate: true });
    await run.ends('not_started');
    return run;
  },

  async 'failure-and-retry'(loom) {
    const run = await loom.start([step('one')], { requiredInputs: [team], inputs: { team: 'blue' } });
    await run.shows('in_progress');
    await run.changeInputs({ team: 'green' });
    await run.callback('one', 'failed', { message: 'No such team.' });
    await run.shows('awaiting_retry');
    await run.retry('one', { inputs: { team: 'red' } });
    await run.shows('in_progress', { attempt: 2 });
    await run.callback('one', 'succeeded', { attempt: 2 });
    await run.ends('completed');
    return run;
  },

  async 'timeout-and-automatic-retry'(loom) {
    const retry = { maxAttempts: 2, initialIntervalMs: 100, backoffCoefficient: 1, maxIntervalMs: 100 };
    const run = await loom.start([step('one', { timeoutMs: 200, retry })]);
    await run.shows('in_progress', { attempt: 2 });
    await run.callback('one', 'succeeded', { attempt: 2 });
    await run.ends('completed');
    return run;
  },

  async review(loom) {
    const run = await loom.start([review('check'), step('after')]);
    await run.shows('awaiting_approval');
    await run.decide('check', 'rejected', 'Wrong chart.');
    await run.shows('awaiting_retry');
    await run.retry('check');
    await run.shows('awaiting_approval', { attempt: 2 });
    await run.decide('check', 'approved');
    await run.shows('in_progress');
    await run.callback('after', 'succeeded');
    await run.ends('completed');
    return run;
  },

  async 'deadlines-before-and-after-one-another'(loom) {
    const run = await loom.start([
      step('quick', { timeoutMs: 400 }),
      step('slow', { timeoutMs: 60_000 }),
      step('sooner', { timeoutMs: 300 }),
    ]);
    await run.shows('in_progress', { step: 'quick' });
    await run.callback('quick', 'succeeded');
    await run.shows('in_progress', { step: 'slow' });
    // The timer of the first step rings too early for the second.
    await expect.poll(async () => countEvents(await loom.historiesOf(run), 'timerFired')).toBe(1);
    await run.callback('slow', 'succeeded');
    await run.shows('awaiting_retry', { step: 'sooner' });
    await run.retry('sooner');
    await run.shows('in_progress', { attempt: 2 });
    await run.callback('sooner', 'succeeded', { attempt: 2 });
    await run.ends('completed');
    return run;
  },

  async 'worker-away-and-redelivery'(loom) {
    const app = 'late-app';
    const run = await loom.start([step('one', { workerApp: app })]);
    await run.shows('awaiting_worker');
    await loom.announce('a', app);
    await loom.wake();
    await run.shows('in_progress');
    await loom.announce('b', app);
    await loom.directory.withdraw(app, 'a');
    await loom.redeliver();
    await expect.poll(() => run.dials().length).toBe(2);
    await run.callback('one', 'succeeded');
    await run.ends('completed');
    return run;
  },

  async 'busy-then-accepted'(loom) {
    loom.dispatcher.script = ({ attempt }) =>
      loom.dispatcher.dials.length > attempt
        ? { kind: 'accepted' }
        : { kind: 'busy', reason: 'Full.', retryAfterSeconds: 0.05 };
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await run.callback('one', 'succeeded');
    await run.ends('completed');
    return run;
  },

  async 'skip-of-a-failed-and-of-a-parked-step'(loom) {
    loom.dispatcher.script = () => done('failed');
    const run = await loom.start([step('one'), step('two', { workerApp: 'nobody' })]);
    await run.shows('awaiting_retry');
    await run.skip('one', 'By hand.', { branch: 'main' });
    await run.shows('awaiting_worker', { step: 'two' });
    await run.skip('two', 'Nobody runs it.');
    await run.ends('completed');
    return run;
  },

  async 'pause-and-resume'(loom) {
    const run = await loom.start([step('one'), step('two')]);
    await run.shows('in_progress', { step: 'one' });
    await run.pause('Freeze.');
    await run.callback('one', 'succeeded');
    await run.shows('paused', { step: 'two' });
    await run.resume();
    await run.shows('in_progress', { step: 'two' });
    await run.callback('two', 'succeeded');
    await run.ends('completed');
    return run;
  },

  async 'held-by-its-migration'(loom) {
    const run = await loom.start([step('one'), step('two')]);
    await run.shows('in_progress', { step: 'one' });
    const scope = { kind: 'migration', id: run.ref.migrationId } as const;
    await pauseScope(loom.deps)({ scope, actor: ANN });
    await run.callback('one', 'succeeded');
    await run.shows('paused', { step: 'two' });
    await resumeScope(loom.deps)({ scope, actor: ANN });
    await loom.wakeReleased();
    await run.shows('in_progress', { step: 'two' });
    await run.callback('two', 'succeeded');
    await run.ends('completed');
    return run;
  },

  async 'queued-for-a-concurrency-key'(loom) {
    const keyed = [step('one', { concurrencyKey: 'replay' })];
    const first = await loom.start(keyed);
    await first.shows('in_progress');
    const run = await loom.start(keyed);
    await run.shows('queued');
    await first.callback('one', 'succeeded');
    await run.shows('in_progress');
    await run.callback('one', 'succeeded');
    await run.ends('completed');
    return run;
  },

  async 'review-of-two-with-a-reminder'(loom) {
    const decided = { approvals: 2, remindAfterMs: 1_000, escalateAfterMs: 2_000 };
    const run = await loom.start([{ ...review('check'), review: decided }]);
    await run.shows('awaiting_approval', { who: 'operator' });
    await run.decide('check', 'approved');
    await run.decide('check', 'approved', undefined, { kind: 'person', id: 'ben' });
    await run.ends('completed');
    return run;
  },

  async rollback(loom) {
    loom.dispatcher.script = ({ phase, stepName }) =>
      phase === 'compensate' && stepName === 'one' ? done('failed') : done();
    const completed = await loom.start([undoable('one'), undoable('two')]);
    await completed.ends('completed');
    const run = await completed.rollBack();
    await run.shows('compensating', { step: 'one', who: 'operator' });
    await run.skip('one', 'By hand.');
    await run.ends('not_started');
    return run;
  },

  async cancel(loom) {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await run.cancel({ reason: 'Wrong one.' });
    await run.ends('not_started');
    return run;
  },

  async 'cancel-of-a-step-that-takes-time'(loom) {
    loom.dispatcher.script = ({ phase }) => (phase === 'compensate' ? done() : { kind: 'accepted' });
    loom.dispatcher.stopState = 'stopping';
    const run = await loom.start([step('one', { compensable: true, cancelGraceSeconds: 60 })]);
    await run.shows('in_progress');
    await run.cancel({ compensate: true });
    const asks = () => loom.dispatcher.cancellations.filter(({ runId }) => runId === run.ref.runId);
    await expect.poll(() => asks().length, { timeout: 10_000 }).toBeGreaterThan(2);
    loom.dispatcher.stopState = 'stopped';
    await run.ends('not_started');
    return run;
  },

  async 'reminder-of-a-step'(loom) {
    const run = await loom.start([step('one', { remindAfterMs: 1_000 })]);
    await run.shows('in_progress', { reason: 'Takes longer than expected.' });
    await run.callback('one', 'succeeded');
    await run.ends('completed');
    return run;
  },

  async 'cancel-in-temporal'(loom) {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await run.handle.cancel();
    await run.ends('not_started');
    return run;
  },

  async 'compensation-with-a-failing-undo'(loom) {
    loom.dispatcher.script = ({ phase, stepName, attempt }) =>
      phase === 'compensate' && stepName === 'one' && attempt === 1 ? done('failed') : done();
    const run = await loom.start([undoable('one'), undoable('two'), review('check')]);
    await run.shows('awaiting_approval');
    await run.cancel({ compensate: true });
    await run.shows('compensating', { step: 'one', who: 'operator' });
    await run.retry('one');
    await run.ends('not_started');
    return run;
  },

  async 'abandoned-compensation'(loom) {
    loom.dispatcher.script = ({ phase }) => (phase === 'compensate' ? { kind: 'accepted' } : done());
    const run = await loom.start([undoable('one'), undoable('two'), review('check')]);
    await run.shows('awaiting_approval');
    await run.cancel({ compensate: true });
    await run.shows('compensating', { step: 'two', who: 'worker' });
    await run.cancel({ reason: 'Leave it.' });
    await run.ends('not_started');
    return run;
  },

  async 'store-away-for-a-while'(loom) {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    loom.faults.store = true;
    await run.callback('one', 'succeeded');
    await expect.poll(() => loom.faults.refused, { timeout: 10_000 }).toBeGreaterThan(3);
    loom.faults.store = false;
    await run.ends('completed');
    return run;
  },

  async 'continued-as-new'(loom) {
    const run = await loom.start([step('one'), step('two')]);
    await run.shows('in_progress', { step: 'one' });
    await run.callback('one', 'succeeded');
    await run.shows('in_progress', { step: 'two' });
    await loom.continueAsNew(run);
    await run.callback('two', 'succeeded');
    await run.ends('completed');
    return run;
  },
};
