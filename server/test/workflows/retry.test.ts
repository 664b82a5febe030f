import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { done } from '../builders/scripted-dispatcher.ts';
import { type EngineHarness, startEngineHarness, step } from './engine-harness.ts';

let loom: EngineHarness;
beforeAll(async () => {
  loom = await startEngineHarness();
});
afterAll(() => loom.close());
beforeEach(() => {
  loom.dispatcher.script = () => ({ kind: 'accepted' });
});

const requiredInputs = [{ name: 'team', type: 'string', required: true }] as const;
const quick = { initialIntervalMs: 50, backoffCoefficient: 1, maxIntervalMs: 50 };

describe('a failed step', () => {
  test('waits for a person and is tried again with changed inputs, its first attempt kept whole', async () => {
    const run = await loom.start([step('one')], { requiredInputs, inputs: { team: 'blue' } });
    await run.shows('in_progress');
    await run.callback('one', 'failed', {
      message: 'No such team.',
      failureClass: 'invalid',
      outputs: { seen: 1 },
    });
    await run.shows('awaiting_retry', { who: 'operator', reason: 'No such team.' });
    expect(await run.retry('one', { inputs: { team: 'red' } })).toMatchObject({ ok: true });
    await run.shows('in_progress', { attempt: 2 });
    await run.callback('one', 'succeeded', { attempt: 2 });
    await run.ends('completed');

    expect(run.dials().map((dial) => dial.request.material.inputs)).toEqual([
      { team: 'blue' },
      { team: 'red' },
    ]);
    expect(run.dials()[1]?.request.material.previousAttempt).toMatchObject({
      outcome: 'failed',
      message: 'No such team.',
    });
    expect((await run.steps()).steps[0]?.attempts).toMatchObject([
      { attempt: 1, outcome: 'failed', inputsVersion: 1, failureClass: 'invalid', outputs: { seen: 1 } },
      { attempt: 2, outcome: 'succeeded', inputsVersion: 2 },
    ]);
    expect((await run.candidate()).inputs).toEqual({ team: 'red' });
  });

  test('is not tried again by itself when its worker says that this is of no use', async () => {
    const run = await loom.start([step('one', { retry: { maxAttempts: 3, ...quick } })]);
    await run.shows('in_progress');
    await run.callback('one', 'failed', { failureClass: 'transport', retryable: true });
    await run.shows('in_progress', { attempt: 2 });
    await run.callback('one', 'failed', { attempt: 2, failureClass: 'transport', retryable: false });
    await run.shows('awaiting_retry', { who: 'operator', attempt: 2 });

    expect(run.dials()).toHaveLength(2);
  });

  test('that is retried twice at once is tried again once (trap 4)', async () => {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await run.callback('one', 'failed');
    await run.shows('awaiting_retry');
    const answers = await Promise.all([run.retry('one'), run.retry('one'), run.retry('one')]);
    await run.shows('in_progress', { attempt: 2 });

    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect(answers.filter((answer) => !answer.ok)).toMatchObject([
      { problem: { word: 'not-waiting' } },
      { problem: { word: 'not-waiting' } },
    ]);
    expect(await run.attempts()).toEqual(['0:execute:1:failed', '0:execute:2:open']);
  });

  test('that is retried twice under one command is tried again once, and both are answered alike', async () => {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await run.callback('one', 'failed');
    await run.shows('awaiting_retry');
    const commandId = randomUUID();
    const first = await run.retry('one', { commandId });

    expect(await run.retry('one', { commandId })).toEqual(first);
    await run.shows('in_progress', { attempt: 2 });
    expect(run.dials()).toHaveLength(2);
  });

  test('cannot be retried before it failed, so that no retry fires later by itself (trap 4)', async () => {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    const early = await run.retry('one');
    await run.callback('one', 'failed');
    await run.shows('awaiting_retry');

    expect(early).toMatchObject({ ok: false, problem: { word: 'not-waiting' } });
    expect(run.dials()).toHaveLength(1);
  });

  test('is not retried by a repeated failure, nor does a repeated failure eat the retry (trap 4)', async () => {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await run.callback('one', 'failed', { eventId: 'f' });
    await run.shows('awaiting_retry');
    await run.retry('one');
    await run.shows('in_progress', { attempt: 2 });

    expect(await run.callback('one', 'failed', { eventId: 'f' })).toEqual({ ok: true, value: 'duplicate' });
    expect(await run.callback('one', 'failed', { message: 'Other words.' })).toMatchObject({
      problem: { word: 'run-over' },
    });
    await run.callback('one', 'succeeded', { attempt: 2 });
    await run.ends('completed');
  });

  test('answers a retry before a slow worker answers its dial', async () => {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await run.callback('one', 'failed');
    await run.shows('awaiting_retry');
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    loom.dispatcher.script = async () => {
      await held;
      return { kind: 'accepted' };
    };

    expect(await run.retry('one')).toMatchObject({ ok: true });
    release();
    await run.shows('in_progress', { attempt: 2 });
  });

  test('that is refused by the worker says why and waits for a person', async () => {
    loom.dispatcher.script = () => ({ kind: 'refused', message: 'The config has no chart.' });
    const run = await loom.start([step('one', { retry: { ...quick, maxAttempts: 9 } })]);

    await run.shows('awaiting_retry', { who: 'operator', reason: 'The config has no chart.' });
    expect(run.dials()).toHaveLength(1);
  });
});

describe('automatic retries', () => {
  test('are made as often as the policy says, and then a person is asked', async () => {
    loom.dispatcher.script = () => done('failed', { message: 'Again.' });
    const run = await loom.start([step('one', { retry: { ...quick, maxAttempts: 3 } })]);
    await run.shows('awaiting_retry', { who: 'operator', attempt: 3 });

    expect(await run.attempts()).toEqual([1, 2, 3].map((attempt) => `0:execute:${attempt}:failed`));
  });

  test('are not made for a failure that the worker calls not retryable', async () => {
    loom.dispatcher.script = () => done('failed', { retryable: false });
    const run = await loom.start([step('one', { retry: { ...quick, maxAttempts: 3 } })]);

    await run.shows('awaiting_retry', { who: 'operator', attempt: 1 });
  });

  test('may be overtaken by a person, and then do not come on top', async () => {
    const slow = { ...quick, initialIntervalMs: 600_000, maxIntervalMs: 600_000 };
    const run = await loom.start([step('one', { retry: { ...slow, maxAttempts: 5 } })]);
    await run.shows('in_progress');
    await run.callback('one', 'failed');
    await run.shows('awaiting_retry', { who: 'nobody' });
    await run.retry('one');
    await run.shows('in_progress', { attempt: 2 });

    expect(run.dials()).toHaveLength(2);
  });
});

describe('the timeout of a step', () => {
  test('fails the attempt, tells the worker to stop and refuses its late callback', async () => {
    const run = await loom.start([step('one', { timeoutMs: 200 })]);
    await run.shows('awaiting_retry', { who: 'operator', reason: 'The step took longer than its timeout.' });
    await expect
      .poll(() => loom.dispatcher.cancellations.filter(({ runId }) => runId === run.ref.runId))
      .toMatchObject([{ stepName: 'one', attempt: 1, phase: 'execute' }]);

    expect(await run.attempts()).toEqual(['0:execute:1:timed_out']);
    expect(await run.callback('one', 'succeeded')).toMatchObject({ problem: { word: 'run-over' } });
  });

  test('is followed by an automatic retry where the policy allows it', async () => {
    const run = await loom.start([step('one', { timeoutMs: 300, retry: { ...quick, maxAttempts: 2 } })]);
    await run.shows('in_progress', { attempt: 2 });
    await run.callback('one', 'succeeded', { attempt: 2 });
    await run.ends('completed');

    expect(await run.attempts()).toEqual(['0:execute:1:timed_out', '0:execute:2:succeeded']);
  });
});

describe('inputs', () => {
  test('that several people change at once are all changed, also with a retry', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const declared = names.map((name) => ({ name, type: 'string', required: false }) as const);
    const run = await loom.start([step('one')], { requiredInputs: declared });
    await run.shows('in_progress', { step: 'one' });
    await run.callback('one', 'failed');
    await run.shows('awaiting_retry');
    const [d = '', ...others] = names.toReversed();
    const answers = await Promise.all([
      ...others.map((name) => run.changeInputs({ [name]: 'new' })),
      run.retry('one', { inputs: { [d]: 'new' } }),
    ]);

    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    const wanted = Object.fromEntries(names.map((name) => [name, 'new']));
    await expect.poll(async () => (await run.candidate()).inputs, { timeout: 15_000 }).toEqual(wanted);
  });

  test('that change while a step is under way are for the next attempt', async () => {
    const run = await loom.start([step('one'), step('two')], { requiredInputs, inputs: { team: 'blue' } });
    await run.shows('in_progress', { step: 'one' });
    expect(await run.changeInputs({ team: 'red' })).toEqual({
      ok: true,
      value: { inputs: { team: 'red' }, appliesTo: 'next-attempt' },
    });
    await run.callback('one', 'succeeded');
    await run.shows('in_progress', { step: 'two' });

    expect(run.dials()[1]?.request.material).toMatchObject({ inputs: { team: 'red' }, inputsVersion: 2 });
    expect((await run.steps()).steps.map(({ attempts }) => attempts[0]?.inputsVersion)).toEqual([1, 2]);
  });
});
