import { describe, expect, test } from 'vitest';
import {
  ANN,
  after,
  beginRun,
  buildStep,
  fenceOf,
  outcomesOf,
  REVIEW,
  report,
} from '../../test/builders/build-run.ts';
import { nextAction } from './next-action.ts';
import type { Run } from './run.ts';
import { applyCancel, applyRetry } from './run-commands.ts';
import type { Dialled } from './run-messages.ts';
import { applyPause } from './run-pause.ts';
import { applyDialled } from './run-reports.ts';
import { applyDecision, whyNotDecidable } from './run-review.ts';
import { applyTimer, nextTimerMs } from './run-timers.ts';
import type { StepOutline } from './step.ts';

const BEN = { kind: 'person', id: 'ben' } as const;
const reviewRun = (review?: StepOutline['review']) =>
  beginRun([buildStep('check', { ...REVIEW, review }), buildStep('after')]);
const completedRun = () => report(beginRun([buildStep('one')]), 'succeeded');
const approve = (stepName: string) => ({ stepName, decision: 'approved', actor: ANN }) as const;

describe('a decision', () => {
  test('to approve goes on to the next step and is kept with its comment and who made it', () => {
    const run = applyDecision(reviewRun(), { decision: 'approved', comment: 'Fine.', actor: ANN }, after(5));

    expect(outcomesOf(run)).toEqual(['check:execute:1:succeeded', 'after:execute:1:open']);
    expect(run.outbox.attempts[0]).toMatchObject({
      message: 'Fine.',
      metadata: { decision: 'approved', comment: 'Fine.', actor: ANN },
    });
    expect(run.outbox.events).toContainEqual(expect.objectContaining({ type: 'step.succeeded', actor: ANN }));
  });

  test.each([
    [undefined, 'Rejected.'],
    ['Wrong chart.', 'Rejected: Wrong chart.'],
  ])('to reject with the comment %s fails the step with it', (comment, message) => {
    const run = applyDecision(reviewRun(), { decision: 'rejected', comment, actor: ANN }, after(5));

    expect(run.view).toMatchObject({ runState: 'awaiting_retry', who: 'operator', reason: message });
    expect(outcomesOf(run)).toEqual(['check:execute:1:failed']);
  });

  test('to reject is followed by another review when the step is retried', () => {
    const rejected = applyDecision(reviewRun(), { decision: 'rejected', actor: ANN }, after(5));
    const run = applyRetry(rejected, { actor: ANN }, after(6));

    expect(run.view).toMatchObject({ runState: 'awaiting_approval', who: 'reviewer', attempt: 2 });
  });

  test('is allowed for the review that waits and for no other step', () => {
    expect(whyNotDecidable(reviewRun(), approve('check'))).toBeUndefined();
    expect(whyNotDecidable(reviewRun(), approve('after'))).toBe(
      'Step "check" waits for a decision, not "after".',
    );
    expect(whyNotDecidable(beginRun(), approve('check'))).toBe('Step "check" does not wait for a decision.');
    expect(whyNotDecidable(completedRun(), approve('one'))).toBe('The run is over.');
  });

  test('changes nothing before the review is reached, after it, or once the run is being cancelled', () => {
    const decided = applyDecision(reviewRun(), { decision: 'approved', actor: ANN }, after(5));

    for (const run of [
      beginRun(),
      decided,
      applyCancel(reviewRun(), { compensate: false, actor: ANN }, after(6)),
      completedRun(),
    ])
      expect(applyDecision(run, { decision: 'approved', actor: ANN }, after(6))).toBe(run);
  });
});

describe('a review that has a condition', () => {
  const times = { approvals: 1, remindAfterMs: 1_000 };
  const conditional = () =>
    beginRun([buildStep('check', { ...REVIEW, review: times, isConditional: true }), buildStep('after')]);
  const dial = (run: Run, dialled: Dialled) => applyDialled(run, fenceOf(run), dialled, after(5));

  test('asks nobody before it is known whether the condition holds', () => {
    const run = conditional();

    expect(run.view).toMatchObject({ runState: 'dispatching', who: 'nobody', step: 'check' });
    expect(nextAction(run)).toMatchObject({ kind: 'dispatch' });
    expect(run.outbox.events.map(({ type }) => type)).toEqual(['run.started']);
    expect(whyNotDecidable(run, approve('check'))).toBe('Step "check" does not wait for a decision.');
    expect(report(run, 'succeeded')).toBe(run);
  });

  test('is decided by people where it holds, and their time begins then', () => {
    const run = dial(conditional(), { kind: 'asked' });

    expect(run.view).toMatchObject({ runState: 'awaiting_approval', who: 'reviewer' });
    expect(run.current?.remindAtMs).toBe(after(6).ms);
    expect(run.outbox.events.map(({ type }) => type)).toEqual(['run.started', 'review.requested']);
    const approved = applyDecision(run, { decision: 'approved', actor: ANN }, after(7));
    expect(outcomesOf(approved)).toEqual(['check:execute:1:succeeded', 'after:execute:1:open']);
  });

  test('is skipped where it does not', () => {
    const run = dial(conditional(), { kind: 'skipped', message: 'No.' });

    expect(outcomesOf(run)).toEqual(['check:execute:1:skipped', 'after:execute:1:open']);
  });

  test('waits for a person where that cannot be told, and is asked about again by a retry', () => {
    const run = dial(conditional(), { kind: 'refused', message: 'No such key.' });

    expect(run.view).toMatchObject({ runState: 'awaiting_retry', who: 'operator', reason: 'No such key.' });
    expect(nextAction(applyRetry(run, { actor: ANN }, after(6)))).toMatchObject({ kind: 'dispatch' });
  });

  test('is not looked at while the run is paused, and no worker is told of a cancel', () => {
    const paused = applyPause(beginRun([buildStep('one')]), { actor: ANN }, after(1));
    const steps = [buildStep('one'), ...conditional().steps];
    const held = report({ ...paused, steps }, 'succeeded');
    expect(held.view).toMatchObject({ runState: 'paused', step: 'check' });

    const cancelled = applyCancel(conditional(), { compensate: false, actor: ANN }, after(2));
    expect(cancelled.toCancel).toBeUndefined();
  });
});

describe('a review that needs two approvals', () => {
  const approved = { decision: 'approved', actor: ANN } as const;

  test('keeps the first, says how many are missing, and goes on with the second', () => {
    const once = applyDecision(reviewRun({ approvals: 2 }), { ...approved, comment: 'Fine.' }, after(5));
    expect(once.view).toMatchObject({
      runState: 'awaiting_approval',
      who: 'reviewer',
      reason: '1 of 2 approvals; waits for 1 more.',
      since: after(0).iso,
    });
    expect(once.outbox.attempts[0]?.metadata).toEqual({
      approvals: [{ actor: ANN, at: after(5).iso, comment: 'Fine.' }],
    });
    expect(once.outbox.events.at(-1)).toMatchObject({ type: 'review.approved', actor: ANN });

    const twice = applyDecision(once, { ...approved, actor: BEN }, after(6));
    expect(outcomesOf(twice)).toEqual(['check:execute:1:succeeded', 'after:execute:1:open']);
  });

  test('does not take the same person twice, who may still reject', () => {
    const once = applyDecision(reviewRun({ approvals: 2 }), approved, after(5));
    expect(whyNotDecidable(once, { ...approved, stepName: 'check' })).toBe(
      'ann has approved "check" already; somebody else has to.',
    );
    expect(applyDecision(once, approved, after(6))).toBe(once);
    const shouted = { ...approved, stepName: 'check', actor: { ...ANN, id: 'ＡNN' } };
    expect(whyNotDecidable(once, shouted)).toBe('ＡNN has approved "check" already; somebody else has to.');
    expect(whyNotDecidable(once, { ...shouted, actor: { kind: 'token', id: 'ann' } })).toBeUndefined();
    const rejected = applyDecision(once, { decision: 'rejected', actor: ANN }, after(7));
    expect(rejected.view).toMatchObject({ runState: 'awaiting_retry', reason: 'Rejected.' });
  });
});

describe('a review that nobody decides on', () => {
  const times = { approvals: 2, remindAfterMs: 10_000, escalateAfterMs: 20_000 };

  test('reminds once, escalates once, and is never decided by time', () => {
    const run = reviewRun(times);
    expect(nextTimerMs(run)).toBe(after(10).ms);
    expect(applyTimer(run, after(9))).toBe(run);
    const reminded = applyTimer(run, after(10));
    expect(reminded.view).toMatchObject({ who: 'reviewer', reason: 'Still waits for a decision.' });
    expect(nextTimerMs(reminded)).toBe(after(20).ms);
    const escalated = applyTimer(reminded, after(20));
    expect(escalated.view).toMatchObject({ runState: 'awaiting_approval', who: 'operator' });
    expect(nextTimerMs(escalated)).toBeUndefined();
    expect(applyTimer(escalated, after(90_000))).toBe(escalated);
    const types = escalated.outbox.events.map(({ type }) => type);
    expect(types.filter((type) => type.startsWith('review.'))).toEqual([
      'review.requested',
      'review.reminded',
      'review.escalated',
    ]);
  });

  test('says what was approved so far, and stays escalated after another approval', () => {
    const once = applyDecision(
      reviewRun({ ...times, approvals: 3 }),
      { decision: 'approved', actor: ANN },
      after(1),
    );
    const escalated = applyTimer(once, after(20));
    expect(escalated.view.reason).toBe(
      'Nobody decided in time, so an operator has to see to it. 1 of 3 approvals.',
    );
    const twice = applyDecision(escalated, { decision: 'approved', actor: BEN }, after(21));
    expect(twice.view).toMatchObject({ who: 'operator', reason: '2 of 3 approvals; waits for 1 more.' });
  });
});
