import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ANN,
  acceptedAt,
  after,
  beginRun,
  buildStep,
  fenceOf,
  REVIEW,
} from '../../test/builders/build-run.ts';
import { dispatchNext, takeDispatched } from './dispatch-onward.ts';
import { takeOutbox } from './next-action.ts';
import type { Moment, Run } from './run.ts';
import type { Dialled } from './run-messages.ts';
import { applyPause } from './run-pause.ts';
import { applyDialled } from './run-reports.ts';
import type { DispatchedOnward } from './step-dispatch.ts';

const done = (status: 'succeeded' | 'failed' = 'succeeded'): Dialled => ({
  kind: 'reported',
  report: { eventId: `done-${status}`, status },
});

/** What an activity does with a run of which it dispatched a step. */
function goOnward(given: Run, first: Dialled, others: readonly Dialled[], at: Moment) {
  const onward: DispatchedOnward[] = [];
  let run = applyDialled(given, fenceOf(given), first, at);
  for (const [index, dialled] of others.entries()) {
    const next = dispatchNext(run, 2 * index, at);
    if (next === undefined) break;
    const { stepIndex, phase, attempt } = next.command;
    onward.push({ stepIndex, phase, attempt, dialled, at });
    run = applyDialled(next.run, next.command, dialled, at);
  }
  return { run, onward };
}

test('the next dispatch carries what its step is to write, and leaves nothing of it in the run', () => {
  const run = applyDialled(takeOutbox(beginRun()).run, fenceOf(beginRun()), done(), after(1));
  const next = dispatchNext(run, 12, after(2));

  expect(next?.run).toMatchObject({ index: 1, outbox: { dirty: false, events: [], attempts: [] } });
  expect(next?.command).toMatchObject({
    ...{ stepIndex: 1, phase: 'execute', attempt: 1, accepted: { seq: 13 } },
    projection: {
      seq: 12,
      at: after(2).iso,
      attempts: [{ stepIndex: 0, outcome: 'succeeded' }, { stepIndex: 1 }],
    },
  });
});

test('nothing is dispatched next where a worker has the step, the run is over or paused, or a cancel is to be applied', () => {
  const given = takeOutbox(beginRun()).run;
  const afterwards = applyDialled(given, fenceOf(given), done(), after(1));

  for (const run of [
    applyDialled(given, fenceOf(given), acceptedAt(after(1)), after(1)),
    applyDialled(given, fenceOf(given), done('failed'), after(1)),
    applyDialled(afterwards, fenceOf(afterwards), done(), after(2)),
    applyPause(afterwards, { actor: ANN }, after(2)),
    { ...afterwards, asked: { compensate: true, actor: ANN } },
  ])
    expect(dispatchNext(run, 2, after(3))).toBeUndefined();
});

const dialled = fc.oneof(
  { weight: 6, arbitrary: fc.constant(done()) },
  { weight: 1, arbitrary: fc.constant(done('failed')) },
  { weight: 1, arbitrary: fc.constant<Dialled>({ kind: 'skipped', message: 'Not here.' }) },
  { weight: 1, arbitrary: fc.constant<Dialled>({ kind: 'away', reason: 'Dead.' }) },
  { weight: 1, arbitrary: fc.constant<Dialled>(acceptedAt(after(1))) },
  { weight: 1, arbitrary: fc.constant<Dialled>({ kind: 'asked' }) },
);
const outlines = fc
  .array(fc.boolean(), { minLength: 1, maxLength: 8 })
  .map((made) => made.map((isReview, index) => buildStep(`step-${index}`, isReview ? REVIEW : {})));

test('the workflow works out the run that the activity worked out', () => {
  fc.assert(
    fc.property(outlines, dialled, fc.array(dialled, { maxLength: 8 }), (steps, first, others) => {
      const given = takeOutbox(beginRun(steps)).run;
      const { run, onward } = goOnward(given, first, others, after(2));

      const dispatched = { dialled: first, at: after(2), onward };
      expect(takeDispatched(given, fenceOf(given), dispatched, true)).toEqual(run);
    }),
  );
});

test('what a run was told meanwhile stands, and all that it has to write is written once more', () => {
  const given = takeOutbox(beginRun(['one', 'two', 'three'].map((name) => buildStep(name)))).run;
  const { onward } = goOnward(given, done(), [done(), acceptedAt(after(2))], after(2));

  const told = applyPause(given, { actor: ANN }, after(1));
  const run = takeDispatched(told, fenceOf(given), { dialled: done(), at: after(2), onward }, false);

  expect(run).toMatchObject({ index: 2, current: { stage: 'delivered' }, pause: { actor: ANN } });
  expect(run.outbox.events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['run.pause_requested', 'step.succeeded', 'step.dispatched']),
  );
});

test('a run that was paused while one step was dialled is held before the next', () => {
  const given = takeOutbox(beginRun()).run;
  const told = applyPause(given, { actor: ANN }, after(1));
  const run = takeDispatched(told, fenceOf(given), { dialled: done(), at: after(2) }, false);

  expect(run).toMatchObject({ index: 1, pause: { actor: ANN } });
  expect(dispatchNext(run, 4, after(3))).toBeUndefined();
});
