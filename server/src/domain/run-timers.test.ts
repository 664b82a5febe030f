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
import type { Run } from './run.ts';
import { applyCancel } from './run-commands.ts';
import { applyDialled, applyRedeliver } from './run-reports.ts';
import { applyTimer, nextTimerMs } from './run-timers.ts';

const retry = { maxAttempts: 3, initialIntervalMs: 10_000, backoffCoefficient: 3, maxIntervalMs: 20_000 };
const parked = (run: Run = beginRun()) =>
  applyDialled(run, fenceOf(run), { kind: 'away', reason: 'Dead.' }, after(1));

describe('a reminder of a step', () => {
  const slow = () => beginRun([buildStep('one', { remindAfterMs: 10_000 })]);
  const remindersOf = (run: Run) => run.outbox.events.filter(({ type }) => type === 'step.reminded');

  test('falls due so long after the worker accepted it, once, and changes nothing but what is said', () => {
    const taken = accept(slow(), after(1));
    expect(nextTimerMs(taken)).toBe(after(11).ms);
    expect(applyTimer(taken, after(10))).toBe(taken);
    const run = applyTimer(taken, after(11));

    expect(run.view).toEqual({ ...taken.view, reason: 'Takes longer than expected.' });
    expect(remindersOf(run)).toMatchObject([
      { key: 'step.reminded:0:execute:1', stepName: 'one', phase: 'execute', attempt: 1, at: after(11).iso },
    ]);
    expect(nextTimerMs(run)).toBe(after(61).ms);
    expect(applyTimer(run, after(60))).toBe(run);
    expect(outcomesOf(applyTimer(run, after(61)))).toEqual(['one:execute:1:timed_out']);
  });

  test('keeps what the step waits for in sight, until the worker says something new', () => {
    const waiting = report(accept(slow(), after(1)), 'pending', { who: 'reviewer', reason: 'Merge #12.' });
    const run = applyTimer(waiting, after(11));

    expect(run.view).toMatchObject({
      ...{ runState: 'pending', who: 'reviewer', since: waiting.view.since },
      reason: 'Takes longer than expected: Merge #12.',
    });
    const told = report(run, 'pending', { reason: 'Merge #13.', eventId: 'event-2' }, after(12));
    expect(told.view.reason).toBe('Merge #13.');
    expect(nextTimerMs(told)).toBe(after(61).ms);
  });

  test('counts from when it was first taken, whoever takes it again, and is not lost while nobody has it', () => {
    const taken = accept(slow(), after(1));
    const away = parked(applyRedeliver(taken, fenceOf(taken)));
    const run = applyTimer(away, after(11));
    expect(remindersOf(run)).toHaveLength(1);
    expect(run.view).toEqual(away.view);

    const again = accept(applyRedeliver(taken, fenceOf(taken)), after(8));
    expect(nextTimerMs(again)).toBe(after(11).ms);
    expect(nextTimerMs(accept(run, after(12)))).toBe(after(61).ms);
  });

  test('is of one attempt: the next has its own', () => {
    const steps = [buildStep('one', { remindAfterMs: 10_000, retry })];
    const first = applyTimer(accept(beginRun(steps), after(1)), after(11));
    const failedOnce = applyTimer(first, after(61));
    expect(nextTimerMs(failedOnce)).toBe(after(71).ms);
    const second = accept(applyTimer(failedOnce, after(71)), after(72));
    expect(nextTimerMs(second)).toBe(after(82).ms);
  });

  test('there is none before a worker took it', () => {
    expect(nextTimerMs(slow())).toBeUndefined();
  });
});

describe('the timeout of a step', () => {
  test('falls due so long after the worker accepted it', () => {
    expect(nextTimerMs(accept(beginRun(), after(1)))).toBe(after(61).ms);
  });

  test('fails the attempt and has the worker told to stop', () => {
    const run = applyTimer(accept(beginRun(), after(1)), after(61));

    expect(outcomesOf(run)).toEqual(['one:execute:1:timed_out']);
    expect(run.toCancel).toEqual({ index: 0, phase: 'execute', attempt: 1 });
    expect(run.view).toMatchObject({ runState: 'awaiting_retry', who: 'operator' });
    expect(run.outbox.attempts).toMatchObject([{ failureClass: 'timeout' }]);
  });

  test('is not due a moment earlier', () => {
    const run = accept(beginRun(), after(1));

    expect(applyTimer(run, after(60))).toBe(run);
  });

  test('is retried by itself where the policy says so', () => {
    const run = applyTimer(accept(beginRun([buildStep('one', { retry })]), after(1)), after(61));

    expect(run.view.who).toBe('nobody');
    expect(nextTimerMs(run)).toBe(after(71).ms);
  });

  test('runs on while the step waits to be given to another instance', () => {
    const delivered = accept(beginRun(), after(1));
    const run = parked(applyRedeliver(delivered, fenceOf(delivered)));

    expect(nextTimerMs(run)).toBe(after(61).ms);
    expect(outcomesOf(applyTimer(run, after(61)))).toEqual(['one:execute:1:timed_out']);
  });

  test('never ends a review', () => {
    expect(nextTimerMs(beginRun([buildStep('check', REVIEW)]))).toBeUndefined();
  });
});

describe('a parked run', () => {
  test('dials again by itself after a while', () => {
    const run = parked();

    expect(nextTimerMs(run)).toBe(after(61).ms);
    expect(applyTimer(run, after(61)).current?.stage).toBe('to_dispatch');
    expect(applyTimer(run, after(60))).toBe(run);
  });

  test('that nobody ever accepted has no timeout, however long the worker is away', () => {
    expect(outcomesOf(applyTimer(parked(), after(9_000_000)))).toEqual(['one:execute:1:open']);
  });
});

describe('automatic retries', () => {
  test('wait longer each time, up to the maximum, and then a person is asked', () => {
    let run = beginRun([buildStep('one', { retry })]);
    const waits: (number | undefined)[] = [];
    for (let round = 0; round < retry.maxAttempts; round += 1) {
      run = report(accept(run, after(0)), 'failed', {}, after(0));
      const due = nextTimerMs(run);
      waits.push(due === undefined ? undefined : (due - after(0).ms) / 1_000);
      if (due !== undefined) run = applyTimer(run, { ...after(0), ms: due });
    }

    expect(waits).toEqual([10, 20, undefined]);
    expect(run.view).toMatchObject({ runState: 'awaiting_retry', who: 'operator', attempt: 3 });
  });

  test.each([
    ['says so itself', { retryable: false }],
    ['calls it invalid', { failureClass: 'invalid' }],
    ['calls it fatal', { failureClass: 'fatal' }],
  ] as const)('are not made where the worker %s', (_, more) => {
    const run = report(accept(beginRun([buildStep('one', { retry })])), 'failed', more);

    expect(run.view.who).toBe('operator');
    expect(nextTimerMs(run)).toBeUndefined();
  });

  test.each([
    ['invalid', after(12).ms],
    ['transport', undefined],
    [undefined, undefined],
  ] as const)('of a failure of class %s follow the classes that the step names', (failureClass, due) => {
    const policy = { ...retry, classes: ['invalid', 'fatal'] } as const;
    const run = report(accept(beginRun([buildStep('one', { retry: policy })])), 'failed', { failureClass });

    expect(nextTimerMs(run)).toBe(due);
  });

  test('are not made once the run is cancelled', () => {
    const backingOff = report(accept(beginRun([buildStep('one', { retry })])), 'failed');
    const run = applyCancel(backingOff, { compensate: false, actor: ANN }, after(3));

    expect(nextTimerMs(run)).toBeUndefined();
    expect(applyTimer(run, after(99))).toBe(run);
  });
});

test('a run that is over waits for nothing', () => {
  const run = report(beginRun([buildStep('one')]), 'succeeded');

  expect(nextTimerMs(run)).toBeUndefined();
  expect(applyTimer(run, after(99))).toBe(run);
});

test('a step that failed for good waits for nobody but a person', () => {
  const run = report(accept(beginRun()), 'failed');

  expect(nextTimerMs(run)).toBeUndefined();
  expect(applyTimer(run, after(9_999))).toBe(run);
});
