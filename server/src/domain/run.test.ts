import { describe, expect, test } from 'vitest';
import {
  ANN,
  accept,
  after,
  beginRun,
  buildStep,
  outcomesOf,
  REVIEW,
  report,
} from '../../test/builders/build-run.ts';
import { createRun, putAttempt, show } from './run.ts';
import { closeAttempt, openAttempt } from './run-attempt.ts';
import { applyDecision } from './run-review.ts';

describe('a new run', () => {
  test('shows that its first step is about to be dispatched', () => {
    expect(beginRun().view).toEqual({
      status: 'running',
      runState: 'dispatching',
      step: 'one',
      stepIndex: 0,
      attempt: 1,
      since: after(0).iso,
      who: 'nobody',
    });
    expect(beginRun().outbox.events.map((event) => event.type)).toEqual(['run.started', 'step.dispatched']);
  });

  test('waits for a decision where its first step is a review', () => {
    const run = beginRun([buildStep('check', REVIEW)]);

    expect(run.view).toMatchObject({ runState: 'awaiting_approval', who: 'reviewer' });
    expect(run.outbox.events.at(-1)?.type).toBe('review.requested');
  });

  test('without steps is completed at once', () => {
    expect(beginRun([])).toMatchObject({ ended: { outcome: 'completed' }, view: { status: 'completed' } });
  });

  test('goes through its steps in their order', () => {
    let run = beginRun([buildStep('one'), buildStep('check', REVIEW), buildStep('two')]);
    run = report(accept(run), 'succeeded');
    run = applyDecision(run, { decision: 'approved', actor: ANN }, after(3));
    run = report(accept(run), 'merged');

    expect(outcomesOf(run)).toEqual([
      'one:execute:1:succeeded',
      'check:execute:1:succeeded',
      'two:execute:1:merged',
    ]);
  });

  test('writes the trace of its start into every event', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const start = { migrationId: 'paint', candidateId: 'web', runId: 'run-1', steps: [] };

    expect(createRun({ ...start, traceparent }, after(0)).outbox.events[0]?.traceId).toBe(
      '0af7651916cd43dd8448eb211c80319c',
    );
    expect(createRun(start, after(0)).outbox.events[0]).not.toHaveProperty('traceId');
  });
});

describe('what a run shows', () => {
  test('keeps its time while state, step and who must act stay', () => {
    const run = beginRun();
    const later = show(run, { runState: 'dispatching', who: 'nobody', reason: 'Still.' }, after(9));

    expect(later.view).toMatchObject({ reason: 'Still.', since: after(0).iso });
  });

  test('is new when somebody else must act', () => {
    const run = show(beginRun(), { runState: 'dispatching', who: 'operator' }, after(9));

    expect(run.view.since).toBe(after(9).iso);
  });

  test('names no step where none is current', () => {
    const { view } = show({ ...beginRun(), current: undefined }, { runState: 'cancelling' }, after(9));

    expect(view).toEqual({ status: 'running', runState: 'cancelling', since: after(9).iso });
  });
});

describe('what is to be written of an attempt', () => {
  test('keeps what an earlier change said and was not written yet', () => {
    const change = {
      stepIndex: 0,
      phase: 'execute',
      attempt: 1,
      startedAt: after(0).iso,
      inputsVersion: 1,
    } as const;
    const pending = putAttempt(beginRun(), { ...change, reportEventId: 'e1' });
    const run = putAttempt(pending, { ...change, endedAt: after(3).iso, outcome: 'cancelled' });

    expect(run.outbox.attempts).toEqual([
      { ...change, dials: 0, reportEventId: 'e1', endedAt: after(3).iso, outcome: 'cancelled' },
    ]);
  });

  test('is each of its reports, so that what it said while it was pending outlives its outcome', () => {
    const run = report(report(accept(beginRun()), 'pending'), 'merged');

    expect(run.outbox.attempts).toMatchObject([
      { stepIndex: 0, reportEventId: 'event-pending' },
      { stepIndex: 0, reportEventId: 'event-merged', outcome: 'merged', startedAt: after(0).iso },
      { stepIndex: 1 },
    ]);
  });

  test('does not grow with every pending report', () => {
    let run = accept(beginRun());
    for (let n = 0; n < 9; n += 1) run = report(run, 'pending', { eventId: `e-${n}` });

    expect(run.outbox.attempts.map((one) => one.reportEventId)).toEqual(['e-7', 'e-8']);
  });
});

test('closing changes nothing while no attempt is current', () => {
  const { current: _, ...idle } = openAttempt(beginRun([]), after(1));

  expect(closeAttempt(idle, { outcome: 'failed' }, after(2))).toBe(idle);
});
