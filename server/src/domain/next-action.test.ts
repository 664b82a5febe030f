import { describe, expect, test } from 'vitest';
import { ANN, accept, after, beginRun, buildStep, REVIEW, report } from '../../test/builders/build-run.ts';
import { nextAction, projectionOf, putBack, takeOutbox } from './next-action.ts';
import type { Run } from './run.ts';
import { applyCancel, applyInputs } from './run-commands.ts';
import { EMPTY_OUTBOX } from './run-outbox.ts';

const written = (run: Run): Run => takeOutbox(run).run;
const cancelled = () => applyCancel(accept(beginRun()), { compensate: false, actor: ANN }, after(5));

describe('the next action', () => {
  test('of a run with something to dispatch writes and dials in one', () => {
    expect(nextAction(beginRun())).toMatchObject({ kind: 'dispatch' });
    expect(nextAction(written(beginRun()))).toMatchObject({ kind: 'dispatch' });
  });

  test('writes what changed before it waits', () => {
    const review = beginRun([buildStep('check', REVIEW)]);

    expect(nextAction(review)).toEqual({ kind: 'project' });
    expect(nextAction(written(review))).toEqual({ kind: 'wait', untilMs: undefined });
  });

  test('waits until the deadline of the step', () => {
    expect(nextAction(written(accept(beginRun())))).toEqual({ kind: 'wait', untilMs: after(61).ms });
  });

  test('of a cancelled run shows it, tells the worker, then ends it', () => {
    const told = { ...written(cancelled()), toCancel: undefined };

    expect(nextAction(cancelled())).toEqual({ kind: 'project' });
    expect(nextAction(written(cancelled()))).toMatchObject({ kind: 'cancel-step' });
    expect(nextAction(told)).toEqual({ kind: 'finish-cancel' });
    expect(nextAction({ ...told, outbox: { ...EMPTY_OUTBOX, dirty: true } })).toEqual({ kind: 'project' });
  });

  test('of a run that is over writes that and stops', () => {
    const run = report(beginRun([buildStep('one')]), 'succeeded');

    expect(nextAction(run)).toEqual({ kind: 'project' });
    expect(nextAction(written(run))).toEqual({ kind: 'end' });
  });
});

describe('a write that failed', () => {
  test('puts back attempts and events in front of what came since', () => {
    const { run, outbox } = takeOutbox(beginRun());
    const moved = report(run, 'succeeded');
    const back = putBack(moved, outbox).outbox;

    expect(back.events.map((event) => event.type)).toEqual([
      'run.started',
      'step.dispatched',
      'step.succeeded',
      'step.dispatched',
    ]);
    expect(back.attempts).toMatchObject([{ stepIndex: 0, outcome: 'succeeded' }, { stepIndex: 1 }]);
  });

  test('keeps of one attempt what either change said, the newer first', () => {
    const { run, outbox } = takeOutbox(report(accept(beginRun()), 'pending'));
    const cancel = applyCancel(run, { compensate: false, actor: ANN, reason: 'Wrong.' }, after(5));

    expect(putBack(cancel, outbox).outbox.attempts).toMatchObject([
      { reportEventId: 'event-pending', outcome: 'cancelled', message: 'Wrong.' },
    ]);
  });

  test('keeps the report of a pending step when its outcome came since', () => {
    const { run, outbox } = takeOutbox(report(accept(beginRun()), 'pending'));
    const back = putBack(report(run, 'merged'), outbox).outbox;

    expect(back.attempts).toMatchObject([
      { stepIndex: 0, reportEventId: 'event-pending' },
      { stepIndex: 0, reportEventId: 'event-merged', outcome: 'merged' },
      { stepIndex: 1 },
    ]);
  });

  test('keeps the newest inputs', () => {
    const first = takeOutbox(applyInputs(beginRun(), { a: 1 }, ANN, after(1)));
    const second = applyInputs(first.run, { a: 2 }, ANN, after(2));

    expect(putBack(first.run, first.outbox).outbox.inputs).toEqual({ version: 2, values: { a: 1 } });
    expect(putBack(second, first.outbox).outbox.inputs).toEqual({ version: 3, values: { a: 2 } });
  });

  test('is still to be written, whatever the run is now', () => {
    const { run } = takeOutbox(beginRun());

    expect(putBack(run, { ...EMPTY_OUTBOX, dirty: true }).outbox.dirty).toBe(true);
    expect(putBack(run, EMPTY_OUTBOX).outbox).toEqual(EMPTY_OUTBOX);
  });
});

describe('what is written', () => {
  test('is the whole view with what changed', () => {
    const run = applyInputs(beginRun(), { a: 1 }, ANN, after(1));
    const projection = projectionOf(run, run.outbox, 7, after(2));

    expect(projection).toMatchObject({
      migrationId: 'paint',
      candidateId: 'shop/web',
      runId: 'run-1',
      seq: 7,
      at: after(2).iso,
      view: run.view,
      inputs: { version: 2, values: { a: 1 } },
    });
    expect(projection).not.toHaveProperty('ended');
  });

  test('says how the run ended, once it has', () => {
    const run = report(beginRun([buildStep('one')]), 'succeeded');

    expect(projectionOf(run, run.outbox, 7, after(2))).toMatchObject({ ended: { outcome: 'completed' } });
    expect(projectionOf(run, EMPTY_OUTBOX, 7, after(2))).not.toHaveProperty('inputs');
  });
});
