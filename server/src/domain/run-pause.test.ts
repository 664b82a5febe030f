import { describe, expect, test } from 'vitest';
import {
  ANN,
  accept,
  after,
  beginRun,
  buildStep,
  fenceOf,
  REVIEW,
  report,
} from '../../test/builders/build-run.ts';
import { nextAction, projectionOf, takeOutbox } from './next-action.ts';
import type { Run } from './run.ts';
import { applyCancel } from './run-commands.ts';
import { applyPause, applyResume, hold, whyNotPausable, whyNotResumable } from './run-pause.ts';
import { acceptedView, applyDialled, applyRedeliver, applyWake } from './run-reports.ts';
import { applyTimer, nextTimerMs } from './run-timers.ts';
import { stepDispatchOf } from './step-dispatch.ts';

const pause = (run: Run, reason?: string) => applyPause(run, { actor: ANN, reason }, after(10));
const resume = (run: Run, at = after(20)) => applyResume(run, { actor: ANN }, at);
/** What the activity writes when a worker accepts. */
const dispatchedView = (run: Run) => {
  if (run.current === undefined) throw new Error('Nothing is to be dispatched.');
  const projection = projectionOf(run, takeOutbox(run).outbox, 1, after(30));
  const { view, pending } = stepDispatchOf(run, run.current, projection, 1).accepted;
  return acceptedView(view, pending, after(31).iso);
};
const held = (run: Run) =>
  applyDialled(run, fenceOf(run), { kind: 'held', reason: 'Away.', heldBy: MIGRATION_HOLD }, after(2));
const MIGRATION_HOLD = { kind: 'migration', id: 'charts' } as const;

describe('pausing', () => {
  test('during a dial that queues the step is shown when its backstop rings, once', () => {
    const begun = pause(beginRun(), 'Freeze.');
    const dialled = { kind: 'queued', reason: 'Others are before it.' } as const;
    const queued = takeOutbox(applyDialled(begun, fenceOf(begun), dialled, after(11))).run;
    const run = applyTimer(queued, after(90));
    expect(run.view).toMatchObject({
      runState: 'paused',
      who: 'operator',
      reason: expect.stringContaining('Freeze.'),
    });
    expect(nextTimerMs(run)).toBeUndefined();
    const written = takeOutbox(run).run;
    expect(nextAction(written)).toEqual({ kind: 'wait', untilMs: undefined });
    expect(applyTimer(written, after(200)).outbox.dirty).toBe(false);
  });

  test('holds the next attempt before it is opened, so that nobody can call back about it', () => {
    const run = report(pause(accept(beginRun())), 'succeeded', {}, after(11));
    expect(run.current).toBeUndefined();
    expect(run.view).toEqual({
      status: 'running',
      runState: 'paused',
      who: 'operator',
      reason: 'The run is paused.',
      heldBy: { kind: 'run', id: run.runId, since: after(10).iso, by: ANN },
      step: 'two',
      stepIndex: 1,
      since: after(11).iso,
    });
    expect(resume(run).view).toMatchObject({ runState: 'dispatching', step: 'two', attempt: 1 });
    expect(resume(run).view.heldBy).toBeUndefined();
  });

  test('keeps an attempt that is about to be dialled from being dialled', () => {
    const run = pause(beginRun());
    expect(run.view).toMatchObject({ runState: 'dispatching', pauseRequested: true });
    const action = nextAction(run);
    expect(action).toMatchObject({ kind: 'hold', why: { reason: 'The run is paused.' } });
    const stopped = hold(run, { reason: 'The run is paused.' }, after(11));
    expect(stopped.view).toMatchObject({ runState: 'paused', step: 'one', attempt: 1 });
    expect(stopped.view.pauseRequested).toBeUndefined();
    expect(nextAction(resume(stopped)).kind).toBe('dispatch');
  });

  test('lets the deadline run on once a worker says that it has the held attempt after all', () => {
    const lost = pause(applyRedeliver(accept(beginRun()), fenceOf(beginRun())));
    const held = hold(lost, { reason: 'Paused.' }, after(11));
    expect(held.current).toMatchObject({ deadlineAtMs: undefined, deadlineLeftMs: 50_000 });
    const pending = report(held, 'pending', {}, after(20));
    expect(pending.current).toMatchObject({ stage: 'held', deadlineAtMs: after(70).ms });
    // Neither the resume nor another hold gives it the whole rest again.
    expect(resume(pending, after(60)).current?.deadlineAtMs).toBe(after(70).ms);
  });

  test('stops the deadline of an attempt that nobody has, and of no other', () => {
    const working = pause(accept(beginRun(), after(1)));
    expect(nextTimerMs(working)).toBe(after(61).ms);
    const lost = hold(applyRedeliver(working, fenceOf(working)), { reason: 'Held.' }, after(21));
    expect(nextTimerMs(lost)).toBeUndefined();
    expect(resume(lost, after(500)).current?.deadlineAtMs).toBe(after(540).ms);
  });

  test('is allowed once, and not of a run that is over or being cancelled', () => {
    const cancelling = applyCancel(accept(beginRun()), { compensate: false, actor: ANN }, after(9));
    const over = report(beginRun([buildStep('one')]), 'succeeded');
    expect(whyNotPausable(beginRun())).toBeUndefined();
    expect(whyNotPausable(pause(beginRun()))).toBe('The run is paused already.');
    expect(whyNotPausable(cancelling)).toBe('The run is being cancelled.');
    expect(whyNotPausable(over)).toBe('The run is over.');
    expect(whyNotResumable(beginRun())).toBe('The run is not paused.');
    expect(whyNotResumable(pause(beginRun()))).toBeUndefined();
    expect(whyNotResumable(over)).toBe('The run is over.');
    for (const run of [cancelling, over]) expect(pause(run)).toBe(run);
    expect(resume(beginRun()).pause).toBeUndefined();
  });

  test('and resuming a run that does not wait for it changes nothing that it does', () => {
    const run = resume(pause(accept(beginRun()), 'Lunch.'));
    expect(run.view).toMatchObject({ runState: 'in_progress', step: 'one' });
    expect(run.view.pauseRequested).toBeUndefined();
    expect(run.outbox.events.map(({ type }) => type).slice(-2)).toEqual([
      'run.pause_requested',
      'run.resumed',
    ]);
  });

  test('shows its own reason where the migration was paused before it', () => {
    const run = pause(held(beginRun()), 'Mine.');
    expect(run.view.reason).toBe('The run is paused: Mine.');
    expect(run.view.heldBy).toMatchObject({ kind: 'run', reason: 'Mine.' });
  });

  test('leaves a review to its reviewers', () => {
    const run = pause(beginRun([buildStep('check', REVIEW)]));
    expect(run.view).toMatchObject({ runState: 'awaiting_approval', pauseRequested: true });
  });
});

describe('a run that its migration or worker app holds', () => {
  test('is paused, looks again by itself at last, and goes on when it is woken', () => {
    const run = held(beginRun());
    expect(run.view).toMatchObject({ runState: 'paused', who: 'operator', reason: 'Away.' });
    expect(run.view.heldBy).toEqual(MIGRATION_HOLD);
    expect(dispatchedView(applyWake(run, after(3))).heldBy).toBeUndefined();
    expect(nextAction(applyWake(run, after(3))).kind).toBe('dispatch');
    expect(nextTimerMs(run)).toBe(after(602).ms);
    expect(nextAction(applyTimer(run, after(602))).kind).toBe('dispatch');
  });

  test('is not woken while it is paused itself', () => {
    const run = pause(held(beginRun()));
    expect(applyWake(run, after(11))).toBe(run);
    expect(nextAction(resume(run)).kind).toBe('dispatch');
  });

  test('shows that its effects are undone once a worker has the undo', () => {
    const undoing = applyCancel(accept(beginRun()), { compensate: true, actor: ANN }, after(2));
    const woken = applyWake(held(undoing), after(30));
    expect(dispatchedView(woken)).toMatchObject({ runState: 'compensating' });
    expect(accept(woken, after(31)).view).toMatchObject({ runState: 'compensating', who: 'worker' });
  });

  test('does not look again for as long as it is paused itself', () => {
    const waiting = pause(held(beginRun()));
    const looked = applyTimer(waiting, after(602));
    expect(nextTimerMs(looked)).toBeUndefined();
    expect(looked.view).toEqual(waiting.view);
    expect(nextAction(applyResume(looked, { actor: ANN }, after(700))).kind).toBe('dispatch');
  });

  test('does not try a worker again that was away when the run was paused', () => {
    const paused = pause(beginRun());
    const parked = applyDialled(paused, fenceOf(paused), { kind: 'away', reason: 'Away.' }, after(11));
    const looked = applyTimer(parked, after(72));
    expect(nextTimerMs(looked)).toBeUndefined();
    expect(looked.view).toMatchObject({ runState: 'paused', reason: 'The run is paused.' });
    expect(nextAction(applyResume(looked, { actor: ANN }, after(700))).kind).toBe('dispatch');
  });

  test('still takes what a worker says that had the attempt before', () => {
    const lost = held(applyRedeliver(accept(beginRun()), fenceOf(beginRun())));
    expect(report(lost, 'pending', { reason: 'Waits.' }).current).toMatchObject({ stage: 'held' });
    expect(report(lost, 'succeeded').view).toMatchObject({ step: 'two' });
  });
});
