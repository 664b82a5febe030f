import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DialOutcome } from '../../src/application/ports/step-dispatcher.ts';
import { done } from '../builders/scripted-dispatcher.ts';
import { type EngineHarness, startEngineHarness, step, type TestRun } from './engine-harness.ts';

/** The SDK renews a workflow task after 8 s, and only then does a run hear what it is told meanwhile. */
const LONG_MS = 40_000;

let loom: EngineHarness;
/** Answers of steps that are named after how long they take. */
let answer: (outcome: DialOutcome) => void = () => {};
beforeAll(async () => {
  loom = await startEngineHarness();
  loom.dispatcher.script = ({ stepName, phase }) =>
    stepName === 'slow' && phase === 'execute'
      ? new Promise((resolve) => {
          answer = resolve;
        })
      : done();
});
afterAll(() => loom.close());

const undoable = (name: string) => step(name, { compensable: true });
const STEPS = ['one', 'two', 'slow', 'four'].map(undoable);
const dialsOf = (run: TestRun) =>
  run.dials().map(({ stepName, phase }) => `${phase === 'compensate' ? 'undo ' : ''}${stepName}`);

/** Waits until the run is given what it was told while its first workflow task went on. */
async function hears(run: TestRun): Promise<void> {
  const tasks = async () => {
    const events = (await loom.historiesOf(run)).flatMap((history) => history.events ?? []);
    return events.filter((event) => event.workflowTaskStartedEventAttributes != null).length;
  };
  await expect.poll(tasks, { interval: 100, timeout: LONG_MS }).toBe(2);
}

test('steps that are done at once share one activity after the first, and each is written and told of once', async () => {
  const run = await loom.start(['one', 'two', 'three', 'four', 'five'].map((name) => step(name)));
  await run.ends('completed');

  const events = (await loom.historiesOf(run)).flatMap((history) => history.events ?? []);
  const activities = events.filter((event) => event.markerRecordedEventAttributes != null);
  // The first, those that follow, and the write of the end.
  expect(activities).toHaveLength(3);
  expect(dialsOf(run)).toEqual(['one', 'two', 'three', 'four', 'five']);
  expect(await run.attempts()).toEqual([0, 1, 2, 3, 4].map((index) => `${index}:execute:1:succeeded`));
  const types = await run.eventTypes();
  expect(types.filter((type) => type === 'step.dispatched')).toHaveLength(5);
  expect(types.filter((type) => type === 'step.succeeded')).toHaveLength(5);
});

test('a pause while a step is dialled that followed others holds the next, and loses none', {
  timeout: LONG_MS,
}, async () => {
  const run = await loom.start(STEPS);
  await expect.poll(() => dialsOf(run)).toEqual(['one', 'two', 'slow']);
  const answerSlow = answer;
  const paused = run.pause('Freeze.');
  await hears(run);
  answerSlow(done());
  expect(await paused).toMatchObject({ ok: true });
  await run.shows('paused', { step: 'four' });
  expect(dialsOf(run)).toEqual(['one', 'two', 'slow']);

  await run.resume();
  await run.ends('completed');
  expect(dialsOf(run)).toEqual(['one', 'two', 'slow', 'four']);
  expect(await run.attempts()).toEqual([0, 1, 2, 3].map((index) => `${index}:execute:1:succeeded`));
  const types = await run.eventTypes();
  for (const type of ['step.dispatched', 'step.succeeded'])
    expect(types.filter((one) => one === type)).toHaveLength(4);
});

test('a cancel while a step is dialled that followed others undoes them all', {
  timeout: LONG_MS,
}, async () => {
  const run = await loom.start(STEPS);
  await expect.poll(() => dialsOf(run)).toEqual(['one', 'two', 'slow']);
  const answerSlow = answer;
  await run.cancel({ compensate: true });
  await hears(run);
  answerSlow({ kind: 'accepted' });
  await run.ends('not_started');

  expect(dialsOf(run)).toEqual(['one', 'two', 'slow', 'undo slow', 'undo two', 'undo one']);
  expect(loom.dispatcher.cancellations).toMatchObject([{ stepName: 'slow' }]);
});
