import { describe, expect, test } from 'vitest';
import {
  ANN,
  accept,
  after,
  beginRun,
  buildStep,
  fenceOf,
  outcomesOf,
  REVIEW,
  report,
} from '../../test/builders/build-run.ts';
import { nextAction } from './next-action.ts';
import { createRun, type Run } from './run.ts';
import { listUndoable, undoNext } from './run-attempt.ts';
import { applyCancel, applyInputs, applyRetry, finishCancel, whyNotRetryable } from './run-commands.ts';
import { applyPause } from './run-pause.ts';
import { applyDialled, applyWake } from './run-reports.ts';
import { applyDecision } from './run-review.ts';

const failedRun = () => report(accept(beginRun()), 'failed');
const reviewRun = () => beginRun([buildStep('check', REVIEW), buildStep('after')]);
const completedRun = () => report(beginRun([buildStep('one')]), 'succeeded');
const cancel = (run: Run, more: { reason?: string; compensate?: boolean } = {}, at = after(10)) =>
  applyCancel(run, { compensate: false, actor: ANN, ...more }, at);
const eventTypes = (run: Run) => run.outbox.events.map((event) => event.type);

describe('a cancel with compensation of a step that waits for its concurrency key', () => {
  const QUEUED = { kind: 'queued', reason: 'Waits.', retryAfterMs: 1_000 } as const;
  const queue = (run: Run, more: { isUntaken?: true } = {}) =>
    applyDialled(run, fenceOf(run), { ...QUEUED, ...more }, after(3));
  const queued = () => queue(report(accept(beginRun()), 'succeeded'), { isUntaken: true });
  const undo = (run: Run) => cancel(run, { compensate: true });

  test('has nothing to undo of it, and tells no worker', () => {
    const run = undo(queued());

    expect(outcomesOf(run).slice(1)).toEqual(['two:execute:1:cancelled', 'one:compensate:1:open']);
    expect(run.toCancel).toBeUndefined();
    expect(run.outbox.attempts).toContainEqual(expect.objectContaining({ stepIndex: 1, deliveries: 0 }));
    expect(cancel(queue(beginRun(), { isUntaken: true }), { compensate: true }).mode).toBe('cancelling');
  });

  test('undoes it where a worker may have had it', () => {
    const first = undo(queue(report(accept(beginRun()), 'succeeded')));
    expect(first.toCancel).toMatchObject({ index: 1 });
    expect(outcomesOf(first).at(-1)).toBe('two:compensate:1:open');

    for (const change of [
      (run: Run) => applyWake(run, after(4)),
      (run: Run) => report(run, 'pending'),
      (run: Run) => queue(accept(applyWake(run, after(4)), after(5)), { isUntaken: true }),
    ])
      expect(outcomesOf(undo(change(queued()))).at(-1)).toBe('two:compensate:1:open');
  });

  test('has nothing to undo of it after it was paused there', () => {
    const paused = applyPause(queued(), { actor: ANN }, after(4));

    expect(outcomesOf(undo(paused)).at(-1)).toBe('one:compensate:1:open');
  });
});

describe('a retry', () => {
  test('of a failed step opens its next attempt and keeps the one before', () => {
    const run = applyRetry(failedRun(), { actor: ANN }, after(9));

    expect(outcomesOf(run)).toEqual(['one:execute:1:failed', 'one:execute:2:open']);
    expect(run.view).toMatchObject({ runState: 'dispatching', attempt: 2, since: after(9).iso });
    expect(run.outbox.events).toContainEqual(
      expect.objectContaining({ type: 'step.retry_requested', actor: ANN, attempt: 1 }),
    );
  });

  test('with inputs gives them to the next attempt as a new version', () => {
    const run = applyRetry(failedRun(), { actor: ANN, inputs: { greeting: 'Hi' } }, after(9));

    expect(run.outbox.inputs).toEqual({ version: 2, values: { greeting: 'Hi' } });
    expect(run.attempts.map((attempt) => attempt.inputsVersion)).toEqual([1, 2]);
  });

  test('is allowed for the step that failed and for no other', () => {
    expect(whyNotRetryable(failedRun(), 'one')).toBeUndefined();
    expect(whyNotRetryable(failedRun(), 'two')).toBe('Step "one" waits for a retry, not "two".');
  });

  test('is refused for a step that does not wait for one', () => {
    expect(whyNotRetryable(accept(beginRun()), 'one')).toBe('Step "one" does not wait for a retry.');
    expect(whyNotRetryable(cancel(failedRun()), 'one')).toBe('Step "one" does not wait for a retry.');
    expect(whyNotRetryable(completedRun(), 'one')).toBe('The run is over.');
  });

  test('changes nothing while no step waits for one, so a second one is none', () => {
    const once = applyRetry(failedRun(), { actor: ANN }, after(9));

    for (const run of [once, beginRun(), completedRun(), cancel(failedRun())])
      expect(applyRetry(run, { actor: ANN, inputs: { a: 1 } }, after(9))).toBe(run);
  });
});

describe('changed inputs', () => {
  test('are a new version that the current attempt does not have', () => {
    const run = applyInputs(accept(beginRun()), { greeting: 'Hi' }, ANN, after(5));

    expect(run.inputsVersion).toBe(2);
    expect(run.attempts[0]?.inputsVersion).toBe(1);
    expect(run.outbox.inputs).toEqual({ version: 2, values: { greeting: 'Hi' } });
    expect(report(run, 'succeeded').attempts.at(-1)?.inputsVersion).toBe(2);
  });

  test('change nothing after the end', () => {
    const run = completedRun();

    expect(applyInputs(run, { greeting: 'Hi' }, ANN, after(5))).toBe(run);
  });
});

describe('a cancel without compensation', () => {
  const states = {
    'about to be dispatched': beginRun(),
    delivered: accept(beginRun()),
    pending: report(accept(beginRun()), 'pending'),
    parked: applyDialled(beginRun(), fenceOf(beginRun()), { kind: 'away', reason: 'Dead.' }, after(1)),
  };

  test.each(Object.entries(states))(
    'of a step that is %s closes it and tells the worker to stop',
    (_, run) => {
      const cancelled = cancel(run, { reason: 'Wrong.' });

      expect(cancelled.view).toMatchObject({
        status: 'running',
        runState: 'cancelling',
        who: 'nobody',
        reason: 'Wrong.',
        step: 'one',
      });
      expect(cancelled.toCancel).toEqual({ index: 0, phase: 'execute', attempt: 1 });
      expect(outcomesOf(cancelled)).toEqual(['one:execute:1:cancelled']);
    },
  );

  test('of a review or of a failed step has no worker to tell', () => {
    expect(cancel(reviewRun()).toCancel).toBeUndefined();
    expect(cancel(failedRun()).toCancel).toBeUndefined();
    expect(outcomesOf(cancel(reviewRun()))).toEqual(['check:execute:1:cancelled']);
    expect(outcomesOf(cancel(failedRun()))).toEqual(['one:execute:1:failed']);
  });

  test('ends with the candidate not started and the reason kept', () => {
    const run = finishCancel(cancel(accept(beginRun()), { reason: 'Wrong.' }), after(12));

    expect(run.ended).toEqual({ outcome: 'cancelled', reason: 'Wrong.' });
    expect(run.view).toEqual({ status: 'not_started', since: after(12).iso });
    expect(run.outbox.events.at(-1)).toMatchObject({
      type: 'run.cancelled',
      actor: ANN,
      data: { reason: 'Wrong.' },
    });
  });

  test('without a reason says none', () => {
    const run = finishCancel(cancel(accept(beginRun())), after(12));

    expect(run.ended).toEqual({ outcome: 'cancelled' });
    expect(run.outbox.events.find((event) => event.type === 'run.cancel_requested')?.data).toEqual({
      compensate: false,
    });
  });

  test('asked for again changes nothing', () => {
    const once = cancel(accept(beginRun()));

    expect(cancel(once, { reason: 'Again.' })).toBe(once);
    expect(cancel(completedRun())).toEqual(completedRun());
  });
});

describe('a cancel with compensation', () => {
  /** Two steps done, the third delivered. */
  const third = () =>
    accept(
      report(
        report(beginRun([buildStep('one'), buildStep('two'), buildStep('three')]), 'succeeded'),
        'merged',
      ),
    );

  test('undoes what was dispatched in reverse order, the interrupted step first', () => {
    let run = cancel(third(), { compensate: true, reason: 'Back.' });
    const undone: (string | undefined)[] = [];
    while (run.ended === undefined) {
      undone.push(run.view.step);
      expect(run.view).toMatchObject({ status: 'running', runState: 'compensating' });
      run = report(accept(run), 'succeeded', {}, after(20));
    }

    expect(undone).toEqual(['three', 'two', 'one']);
    expect(run.ended).toEqual({ outcome: 'rolled_back', reason: 'Back.' });
    expect(run.view.status).toBe('not_started');
  });

  test('tells the worker to stop before anything is undone', () => {
    const run = cancel(third(), { compensate: true });

    expect(run.toCancel).toEqual({ index: 2, phase: 'execute', attempt: 1 });
    expect(nextAction(run)).toEqual({ kind: 'project' });
    expect(nextAction({ ...run, outbox: { dirty: false, attempts: [], events: [] } })).toMatchObject({
      kind: 'cancel-step',
    });
  });

  test('leaves out what has no effect to undo: skipped, reviewed, not compensable', () => {
    const steps = [
      buildStep('kept', { compensable: false }),
      buildStep('skipped'),
      buildStep('check', REVIEW),
    ];
    let run = report(beginRun([...steps, buildStep('last')]), 'succeeded');
    run = applyDialled(run, fenceOf(run), { kind: 'skipped', message: 'Not here.' }, after(3));
    run = applyDecision(run, { decision: 'approved', actor: ANN }, after(4));

    expect(listUndoable(report(run, 'failed'))).toEqual(['last']);
  });

  test('undoes a pending step, whose pull request may be open', () => {
    const run = cancel(report(accept(beginRun()), 'pending'), { compensate: true });

    expect(run.current).toMatchObject({
      phase: 'compensate',
      attempt: 1,
      stage: 'to_dispatch',
      deliveries: 0,
    });
    expect(run.current?.pending).toBeUndefined();
    expect(outcomesOf(run)).toEqual(['one:execute:1:cancelled', 'one:compensate:1:open']);
  });

  test('ignores what the interrupted step still reports', () => {
    const run = cancel(third(), { compensate: true });

    expect(report(run, 'succeeded', { phase: 'execute' })).toBe(run);
  });

  test('waits where an undo fails, and goes on when it is retried', () => {
    const failing = report(accept(cancel(third(), { compensate: true })), 'failed', { reason: 'Conflict.' });
    const run = report(applyRetry(failing, { actor: ANN }, after(30)), 'succeeded');

    expect(failing.view).toMatchObject({ runState: 'compensating', who: 'operator', reason: 'Conflict.' });
    expect(whyNotRetryable(failing, 'three')).toBeUndefined();
    expect(outcomesOf(run).slice(-3)).toEqual([
      'three:compensate:1:failed',
      'three:compensate:2:succeeded',
      'two:compensate:1:open',
    ]);
  });

  test('ends at once as cancelled where there is nothing to undo, and still tells the worker to stop', () => {
    const run = cancel(accept(beginRun([buildStep('one', { compensable: false })])), { compensate: true });

    expect(run.mode).toBe('cancelling');
    expect(run.toCancel).toEqual({ index: 0, phase: 'execute', attempt: 1 });
    expect(run.view.reason).toBe('Not undone: one.');
  });

  test('asked for again goes on as it was, since a message may be delivered twice', () => {
    const once = cancel(third(), { compensate: true });

    expect(cancel(once, { compensate: true, reason: 'Again.' })).toBe(once);
  });

  test('is abandoned by a cancel without it, which names what was not undone', () => {
    const undoing = accept(report(cancel(third(), { compensate: true }), 'succeeded'));
    const run = cancel(undoing, { reason: 'Enough.' });

    expect(run.view).toMatchObject({ runState: 'cancelling', reason: 'Enough. Not undone: two, one.' });
    expect(run.toCancel).toEqual({ index: 1, phase: 'compensate', attempt: 1 });
    expect(finishCancel(run, after(40)).ended).toEqual({
      outcome: 'cancelled',
      reason: 'Enough. Not undone: two, one.',
    });
  });

  test('of a rollback that is abandoned names what could not be undone, too', () => {
    const steps = ['one', 'two', 'three', 'never reached'].map((name) => buildStep(name));
    const start = { migrationId: 'paint', candidateId: 'shop/web', runId: 'run-2', steps };
    const back = undoNext(createRun({ ...start, undo: [0, 2], kept: [1] }, after(0)), after(0));
    const run = cancel(report(accept(back), 'succeeded'));

    expect(run.view.reason).toBe('Not undone: two, one.');
  });

  test('names at its end what no worker could undo, and nothing where all was undone', () => {
    const steps = [buildStep('one'), buildStep('kept', { compensable: false }), buildStep('three')];
    const third = accept(report(report(beginRun(steps), 'succeeded'), 'succeeded'));
    const run = report(report(cancel(third, { compensate: true }), 'succeeded'), 'succeeded');

    expect(run.ended).toEqual({ outcome: 'rolled_back', reason: 'Not undone: kept.' });
    expect(run.view.reason).toBe('Not undone: kept.');
  });

  test('is abandoned without a reason of its own where none was given', () => {
    const run = cancel(cancel(third(), { compensate: true }));

    expect(run.view.reason).toBe('Not undone: three, two, one.');
    expect(eventTypes(run).filter((type) => type === 'run.cancel_requested')).toHaveLength(2);
  });
});
