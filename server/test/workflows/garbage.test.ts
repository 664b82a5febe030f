import { temporal } from '@temporalio/proto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EngineHarness, startEngineHarness, step, type TestRun } from './engine-harness.ts';

let loom: EngineHarness;
beforeAll(async () => {
  loom = await startEngineHarness();
});
afterAll(() => loom.close());
beforeEach(() => {
  loom.dispatcher.script = () => ({ kind: 'accepted' });
});

const SIGNALS = ['step-completed', 'cancel', 'worker-back', 'redeliver', 'answered'];

async function startStep(): Promise<TestRun> {
  const run = await loom.start([step('one'), step('two')]);
  await run.shows('in_progress', { step: 'one' });
  return run;
}

/** The run is where it was, no workflow task failed, and it still goes on. */
async function expectUnmoved(run: TestRun): Promise<void> {
  await run.callback('one', 'succeeded');
  await run.shows('in_progress', { step: 'two' });
  const events = (await run.handle.fetchHistory()).events ?? [];
  expect(events.filter((event) => event.workflowTaskFailedEventAttributes)).toEqual([]);
  expect(await run.attempts()).toEqual(['0:execute:1:succeeded', '1:execute:1:open']);
  expect(run.dials().map((dial) => dial.stepName)).toEqual(['one', 'two']);
  expect(loom.dispatcher.cancellations.filter(({ runId }) => runId === run.ref.runId)).toEqual([]);
}

describe('a run is not moved and not held up', () => {
  test.each([
    ['nothing', []],
    ['null', [null]],
    ['a number', [7]],
    ['a text', ['succeeded']],
    ['a list', [[]]],
    ['an empty object', [{}]],
    ['many values', [{}, {}, {}]],
  ])('by signals with %s', async (_, payload) => {
    const run = await startStep();
    for (const name of SIGNALS) await run.handle.signal(name, ...payload);

    await expectUnmoved(run);
  });

  test('by a signal that it does not know', async () => {
    const run = await startStep();
    await run.handle.signal('explode', { runId: run.ref.runId });

    await expectUnmoved(run);
  });

  test('by signals for another run of the candidate', async () => {
    const run = await startStep();
    const fence = { runId: 'run-before', stepIndex: 0, phase: 'execute', attempt: 1 };
    for (const name of SIGNALS)
      await run.handle.signal(name, { ...fence, eventId: 'e', status: 'succeeded', compensate: false });

    await expectUnmoved(run);
  });

  test('by reports about another step, phase or attempt', async () => {
    const run = await startStep();
    const fence = { runId: run.ref.runId, stepIndex: 0, phase: 'execute', attempt: 1 };
    const report = { eventId: 'e', status: 'succeeded' };
    for (const other of [
      { stepIndex: 1 },
      { stepIndex: -1 },
      { stepIndex: '0' },
      { phase: 'compensate' },
      { phase: 'undo' },
      { attempt: 2 },
      { attempt: '1' },
    ]) {
      await run.handle.signal('step-completed', { ...fence, ...report, ...other });
      await run.handle.signal('redeliver', { ...fence, ...other });
    }

    await expectUnmoved(run);
  });

  test('by a report with a status that nobody knows', async () => {
    const run = await startStep();
    const fence = { runId: run.ref.runId, stepIndex: 0, phase: 'execute', attempt: 1 };
    for (const status of ['finished', null, 1, {}])
      await run.handle.signal('step-completed', { ...fence, eventId: 'e', status });
    await run.handle.signal('step-completed', { ...fence, status: 'succeeded' });

    await expectUnmoved(run);
  });

  test('by updates that are malformed, which are refused', async () => {
    const run = await startStep();
    const { runId } = run.ref;
    const actor = { kind: 'person', id: 'ann' };
    await run.callback('one', 'failed');
    await run.shows('awaiting_retry');
    for (const [name, payload] of [
      ['retry', undefined],
      ['retry', { runId, stepName: 'one' }],
      ['retry', { runId, stepName: 'one', actor, inputs: { a: {} } }],
      ['retry', { runId, stepName: 'one', actor: { kind: 'robot', id: 'r' } }],
      ['retry', { runId: 'run-before', stepName: 'one', actor }],
      ['decide', { runId, stepName: 'one', actor, decision: 'perhaps' }],
      ['change-inputs', { runId, actor, inputs: 'none' }],
      ['skip', { runId, stepName: 'one', actor }],
      ['skip', { runId, reason: 'By hand.', actor }],
      ['pause', { runId, actor: 'ann' }],
      ['resume', { runId }],
      ['explode', { runId }],
    ] as const)
      await expect(run.handle.executeUpdate(name, { args: [payload] })).rejects.toThrow('failed');

    expect(await run.attempts()).toEqual(['0:execute:1:failed']);
    expect((await run.stored()).inputsVersion).toBe(1);
  });
});

describe('a malformed part of a message', () => {
  test('is left out of what the run shows', async () => {
    const run = await startStep();
    await run.handle.signal('step-completed', {
      ...{
        runId: run.ref.runId,
        stepIndex: 0,
        phase: 'execute',
        attempt: 1,
        eventId: 'e',
        status: 'pending',
      },
      ...{ reason: { large: 1 }, who: 'the cat', failureClass: 9 },
    });
    await run.shows('pending', { who: 'worker' });

    expect((await run.candidate()).reason).toBeUndefined();
  });

  test('leaves a cancel from the command line of Temporal a cancel', async () => {
    const run = await startStep();
    await run.handle.signal('cancel', { runId: run.ref.runId, reason: 7, actor: 'me' });
    await run.ends('not_started');

    expect(await run.stored()).toMatchObject({ outcome: 'cancelled' });
  });
});

describe('a payload that cannot be decoded', () => {
  const text = (value: string) => new TextEncoder().encode(value);

  test.each([
    ['broken JSON', { metadata: { encoding: text('json/plain') }, data: text('{') }],
    ['an unknown encoding', { metadata: { encoding: text('binary/unheard-of') }, data: text('x') }],
    ['no encoding', { data: text('x') }],
  ])('moves nothing: %s', async (_, payload: temporal.api.common.v1.IPayload) => {
    const run = await startStep();
    for (const signalName of SIGNALS)
      await loom.client.workflowService.signalWorkflowExecution({
        namespace: 'default',
        workflowExecution: { workflowId: run.handle.workflowId },
        signalName,
        input: { payloads: [payload] },
      });

    await expectUnmoved(run);
  });
});
