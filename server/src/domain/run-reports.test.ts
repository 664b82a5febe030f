import { describe, expect, test } from 'vitest';
import {
  ANN,
  accept,
  acceptedAt,
  after,
  beginRun,
  buildStep,
  fenceOf,
  outcomesOf,
  REVIEW,
  report,
} from '../../test/builders/build-run.ts';
import { takeOutbox } from './next-action.ts';
import type { Run } from './run.ts';
import { applyCancel } from './run-commands.ts';
import type { Dialled } from './run-messages.ts';
import { EMPTY_OUTBOX } from './run-outbox.ts';
import { acceptedView, applyDialled, applyRedeliver, applyReport, applyWake } from './run-reports.ts';

const dialled = (run: Run, outcome: Dialled, at = after(1)) => applyDialled(run, fenceOf(run), outcome, at);
const away: Dialled = { kind: 'away', reason: 'No instance lives.' };

describe('a report', () => {
  test.each(['succeeded', 'merged'] as const)(
    'that says %s closes the attempt and opens the next step',
    (status) => {
      const run = report(accept(beginRun()), status);

      expect(outcomesOf(run)).toEqual([`one:execute:1:${status}`, 'two:execute:1:open']);
      expect(run.view).toMatchObject({ runState: 'dispatching', step: 'two', who: 'nobody' });
    },
  );

  test('of the last step completes the run', () => {
    const run = report(report(beginRun(), 'succeeded'), 'merged', {}, after(9));

    expect(run.ended).toEqual({ outcome: 'completed' });
    expect(run.view).toEqual({ status: 'completed', since: after(9).iso });
    expect(run.outbox.events.at(-1)).toMatchObject({ type: 'run.completed', actor: { id: 'engine' } });
  });

  test('that says pending keeps the attempt open and shows who must act and why', () => {
    const run = report(accept(beginRun()), 'pending', { who: 'reviewer', reason: 'Merge #7.' });

    expect(run.view).toMatchObject({ runState: 'pending', who: 'reviewer', reason: 'Merge #7.' });
    expect(outcomesOf(run)).toEqual(['one:execute:1:open']);
    expect(run.outbox.attempts).toMatchObject([{ stepIndex: 0, attempt: 1, reportEventId: 'event-pending' }]);
  });

  test('that says pending without saying who waits for the worker', () => {
    expect(report(accept(beginRun()), 'pending').view.who).toBe('worker');
  });

  test('may say pending any number of times before the merge', () => {
    const pending = report(
      report(accept(beginRun()), 'pending'),
      'pending',
      { eventId: 'second' },
      after(30),
    );

    expect(pending.view.since).toBe(after(2).iso);
    expect(outcomesOf(report(pending, 'merged'))).toContain('one:execute:1:merged');
  });

  test('that overtakes the answer of its dispatch counts', () => {
    const run = report(beginRun(), 'succeeded');

    expect(outcomesOf(run)[0]).toBe('one:execute:1:succeeded');
    expect(applyDialled(run, fenceOf(beginRun()), acceptedAt(after(3)), after(3))).toBe(run);
  });

  test('that says pending and overtakes the answer of its dispatch is shown, and the acceptance still counts', () => {
    const overtaken = report(beginRun(), 'pending', { who: 'reviewer', reason: 'Merge #7.' });
    const run = accept(overtaken, after(3));

    expect(overtaken.current?.stage).toBe('to_dispatch');
    expect(run.current).toMatchObject({ stage: 'delivered', deliveries: 1 });
    expect(run.view).toMatchObject({ runState: 'pending', who: 'reviewer', reason: 'Merge #7.' });
    expect(run.view.since).toBe(after(2).iso);
  });

  test('that says pending while the run is parked makes it dial again at once, so that the acceptance is known', () => {
    const parked = dialled(beginRun(), { kind: 'unreachable', reason: 'Timed out.' });
    const run = report(parked, 'pending', { reason: 'Merge #7.' });

    expect(run.current).toMatchObject({ stage: 'to_dispatch', parkings: 0, deadlineAtMs: after(62).ms });
    expect(run.current?.wakeAtMs).toBeUndefined();
    expect(run.view.runState).toBe('pending');
  });

  test('that says failed waits for a person', () => {
    const run = report(accept(beginRun()), 'failed', { reason: 'No such chart.', failureClass: 'invalid' });

    expect(run.view).toMatchObject({ runState: 'awaiting_retry', who: 'operator', reason: 'No such chart.' });
    expect(run.current).toMatchObject({ stage: 'failed', wakeAtMs: undefined });
    expect(outcomesOf(run)).toEqual(['one:execute:1:failed']);
  });

  test.each([
    ['another run', { runId: 'run-0' }],
    ['another step', { stepIndex: 1 }],
    ['another phase', { phase: 'compensate' }],
    ['another attempt', { attempt: 2 }],
  ] as const)('about %s changes nothing', (_, other) => {
    const run = accept(beginRun());

    expect(report(run, 'succeeded', other)).toBe(run);
  });

  test('about a failed attempt changes nothing', () => {
    const run = report(accept(beginRun()), 'failed');

    expect(report(run, 'succeeded')).toBe(run);
  });

  test('about a review changes nothing, since nobody runs it', () => {
    const run = beginRun([buildStep('check', REVIEW)]);

    expect(report(run, 'succeeded')).toBe(run);
  });

  test('after the end changes nothing', () => {
    const run = report(beginRun([buildStep('one')]), 'succeeded');

    expect(applyReport(run, { ...fenceOf(beginRun()), eventId: 'late', status: 'failed' }, after(9))).toBe(
      run,
    );
  });

  test('while the run is being cancelled changes nothing, whatever it says', () => {
    const delivered = accept(beginRun());
    const run = applyCancel(delivered, { compensate: false, actor: ANN }, after(2));
    const late = { ...fenceOf(delivered), eventId: 'late' };

    expect(applyReport(run, { ...late, status: 'succeeded' }, after(3))).toBe(run);
    expect(applyReport(run, { ...late, status: 'pending' }, after(3))).toBe(run);
  });

  test('with a status that nobody knows changes nothing', () => {
    const run = accept(beginRun());

    expect(report(run, 'finished' as never)).toBe(run);
  });
});

describe('a dial', () => {
  test('that is accepted shows the step in progress and starts its timeout', () => {
    const run = accept(beginRun(), after(5));

    expect(run.view).toMatchObject({ runState: 'in_progress', who: 'worker', since: after(5).iso });
    expect(run.current).toMatchObject({ stage: 'delivered', deliveries: 1, deadlineAtMs: after(65).ms });
  });

  test('that is accepted without being written leaves that to the run', () => {
    const run = takeOutbox(beginRun()).run;

    expect(dialled(run, acceptedAt(after(1))).outbox).toEqual(EMPTY_OUTBOX);
    expect(dialled(run, acceptedAt(after(1), false)).outbox).toMatchObject({
      dirty: true,
      attempts: [{ stepIndex: 0, attempt: 1, startedAt: after(0).iso, instanceId: 'p-1', deliveries: 1 }],
      events: [
        {
          key: 'step.accepted:0:execute:1:1',
          at: after(1).iso,
          type: 'step.accepted',
          actor: { kind: 'worker', id: 'painter/p-1' },
          stepName: 'one',
          runId: 'run-1',
        },
      ],
    });
  });

  test('that is accepted sets no deadline where the step has no timeout', () => {
    const run = accept(beginRun([buildStep('one', { timeoutMs: undefined })]));

    expect(run.current?.deadlineAtMs).toBeUndefined();
  });

  test('that is done at once goes on without a wait', () => {
    const run = dialled(beginRun(), { kind: 'reported', report: { eventId: 'e', status: 'succeeded' } });

    expect(outcomesOf(run)).toEqual(['one:execute:1:succeeded', 'two:execute:1:open']);
  });

  test('that is answered with pending counts as accepted', () => {
    const run = dialled(beginRun(), { kind: 'reported', report: { eventId: 'e', status: 'pending' } });

    expect(run.current).toMatchObject({ stage: 'delivered', deliveries: 1 });
    expect(run.view.runState).toBe('pending');
  });

  test('that is refused fails the step for a person, without automatic retries', () => {
    const retry = { maxAttempts: 5, initialIntervalMs: 1, backoffCoefficient: 1, maxIntervalMs: 1 };
    const run = dialled(beginRun([buildStep('one', { retry })]), { kind: 'refused', message: 'Too large.' });

    expect(run.view).toMatchObject({ runState: 'awaiting_retry', who: 'operator', reason: 'Too large.' });
    expect(run.outbox.attempts).toMatchObject([{ outcome: 'failed', message: 'Too large.' }]);
  });

  test('whose condition does not hold skips the step and says why', () => {
    const run = dialled(beginRun(), { kind: 'skipped', message: 'Not here.' });

    expect(outcomesOf(run)).toEqual(['one:execute:1:skipped', 'two:execute:1:open']);
    expect(run.outbox.events.map((event) => event.type)).toContain('step.skipped');
  });

  test.each([
    ['away', away, [60, 120, 240, 480, 600, 600]],
    ['unreachable', { kind: 'unreachable', reason: 'Refused.' }, [1, 2, 4, 8, 16, 32, 60, 60]],
    ['busy', { kind: 'busy', reason: 'Later.', retryAfterMs: 7_000 }, [7, 7]],
  ] as const)('that finds the worker %s parks the run for longer and longer', (_, outcome, seconds) => {
    let run = beginRun();
    const waits = seconds.map(() => {
      run = dialled(applyWake(run, after(60)), outcome, after(0));
      return ((run.current?.wakeAtMs ?? 0) - after(0).ms) / 1_000;
    });

    expect(waits).toEqual(seconds);
    expect(run.view).toMatchObject({ runState: 'awaiting_worker', who: 'worker', reason: outcome.reason });
  });

  test('that parks again for the same reason writes nothing', () => {
    const parked = takeOutbox(dialled(beginRun(), away)).run;
    const again = dialled(applyWake(parked, after(60)), away, after(60));

    expect(again.outbox.dirty).toBe(false);
    expect(again.view.since).toBe(after(1).iso);
  });

  test('of an attempt that is not current any more changes nothing', () => {
    const first = fenceOf(beginRun());
    const run = report(beginRun(), 'succeeded');

    expect(applyDialled(run, first, away, after(3))).toBe(run);
  });

  test('that is answered after the cancel changes nothing', () => {
    const run = applyCancel(beginRun(), { compensate: false, actor: ANN }, after(1));

    for (const outcome of [away, acceptedAt(after(2))])
      expect(applyDialled(run, fenceOf(beginRun()), outcome, after(2))).toBe(run);
  });
});

describe('a parked run', () => {
  test('is dialled again when its worker is back', () => {
    const run = applyWake(dialled(beginRun(), away), after(60));

    expect(run.current).toMatchObject({ stage: 'to_dispatch', parkings: 1, wakeAtMs: undefined });
  });

  test('is the only one that a wake-up moves', () => {
    for (const run of [beginRun(), accept(beginRun()), report(beginRun([buildStep('one')]), 'succeeded')])
      expect(applyWake(run, after(60))).toBe(run);
  });
});

describe('a redelivery', () => {
  test('gives the same attempt to an instance again and keeps its deadline', () => {
    const delivered = accept(beginRun(), after(1));
    const run = accept(applyRedeliver(delivered, fenceOf(delivered)), after(30));

    expect(outcomesOf(run)).toEqual(['one:execute:1:open']);
    expect(run.current).toMatchObject({ attempt: 1, deliveries: 2, deadlineAtMs: after(61).ms });
    expect(run.view.since).toBe(after(1).iso);
  });

  test('shows again what the worker waited for, since the worker does not repeat it', () => {
    const pending = report(accept(beginRun()), 'pending', { who: 'reviewer', reason: 'Merge #7.' });
    const parked = dialled(applyRedeliver(pending, fenceOf(pending)), away, after(40));
    const run = accept(applyWake(parked, after(60)), after(50));

    expect(parked.view.runState).toBe('awaiting_worker');
    expect(run.view).toMatchObject({ runState: 'pending', who: 'reviewer', reason: 'Merge #7.' });
    expect(run.view.since).toBe(after(50).iso);
  });

  test('of an attempt that nobody accepted, or that is over, changes nothing', () => {
    const failed = report(accept(beginRun()), 'failed');
    const completed = report(beginRun([buildStep('one')]), 'succeeded');

    for (const run of [beginRun(), failed, completed]) expect(applyRedeliver(run, fenceOf(run))).toBe(run);
  });

  test('of another attempt changes nothing', () => {
    const run = accept(beginRun());

    expect(applyRedeliver(run, { ...fenceOf(run), attempt: 2 })).toBe(run);
  });
});

describe('what an accepted run shows', () => {
  test('stays compensating while effects are undone', () => {
    const view = { status: 'running', runState: 'compensating', since: after(0).iso, who: 'worker' } as const;

    expect(acceptedView(view, undefined, after(5).iso)).toEqual(view);
  });

  test('says the reason of a pending step only where there is one', () => {
    const view = { status: 'running', runState: 'dispatching', since: after(0).iso, reason: 'Old.' } as const;

    expect(acceptedView(view, { who: 'worker' }, after(5).iso)).toEqual({
      status: 'running',
      runState: 'pending',
      since: after(5).iso,
      who: 'worker',
    });
  });
});

describe('which steps are known to have given no outputs', () => {
  const of = (run: Run) => run.bareSteps ?? [];

  test('is known of a step that succeeded without any, and not of one that may have some', () => {
    expect(of(report(accept(beginRun()), 'succeeded', { hasOutputs: false }))).toEqual([0]);
    expect(of(report(accept(beginRun()), 'succeeded', { hasOutputs: true }))).toEqual([]);
    expect(of(report(accept(beginRun()), 'merged'))).toEqual([]);
  });

  test('is known of a step that its condition skipped', () => {
    const run = beginRun();
    expect(of(applyDialled(run, fenceOf(run), { kind: 'skipped', message: 'No.' }, after(1)))).toEqual([0]);
  });
});
