import { expect, test } from 'vitest';
import { accept, after, beginRun, fenceOf } from '../../test/builders/build-run.ts';
import { projectionOf, takeOutbox } from './next-action.ts';
import type { Run } from './run.ts';
import { applyRedeliver } from './run-reports.ts';
import { stepDispatchOf } from './step-dispatch.ts';

function dispatchOf(run: Run) {
  const { current } = run;
  if (current === undefined) throw new Error('Nothing is to be dispatched.');
  const taken = takeOutbox(run);
  return stepDispatchOf(run, current, projectionOf(taken.run, taken.outbox, 10, after(5)), 10);
}

test('a dispatch carries what is to be written, and what is written when a worker accepts', () => {
  const run = beginRun();
  expect(dispatchOf(run)).toMatchObject({
    ...fenceOf(run),
    projection: { seq: 10, attempts: [{ stepIndex: 0, attempt: 1 }] },
    accepted: { seq: 11, startedAt: after(0).iso, inputsVersion: 1, view: { runState: 'dispatching' } },
    deliveries: 0,
    timeoutMs: 60_000,
  });
});

test('a redelivery with nothing new to write writes nothing before it is dialled', () => {
  const taken = takeOutbox(applyRedeliver(accept(beginRun()), fenceOf(beginRun()))).run;
  expect(dispatchOf(taken)).toMatchObject({
    projection: undefined,
    deliveries: 1,
    deadlineAtMs: after(61).ms,
  });
});

test('an attempt that the run does not know begins now', () => {
  const forgotten = { ...beginRun(), attempts: [], steps: [] };
  expect(dispatchOf(forgotten)).toMatchObject({
    accepted: { startedAt: after(5).iso, inputsVersion: 1 },
    timeoutMs: undefined,
  });
});
