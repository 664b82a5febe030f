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
