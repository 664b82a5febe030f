import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ANN } from '../builders/build-run.ts';
import { done } from '../builders/scripted-dispatcher.ts';
import { type EngineHarness, review, startEngineHarness, step } from './engine-harness.ts';

let loom: EngineHarness;
beforeAll(async () => {
  loom = await startEngineHarness();
});
afterAll(() => loom.close());
beforeEach(() => {
  loom.dispatcher.script = () => ({ kind: 'accepted' });
});

describe('a run', () => {
  test('dispatches its steps in order, each after the one before called back', async () => {
    const run = await loom.start([step('one'), step('two'), step('three')]);
    for (const name of ['one', 'two', 'three']) {
      await run.shows('in_progress', { step: name, who: 'worker' });
      expect(run.dials().at(-1)?.stepName).toBe(name);
      expect(await run.callback(name, 'succeeded')).toEqual({ ok: true, value: 'accepted' });
    }
    await run.ends('completed');

    expect(run.dials().map((dial) => dial.stepName)).toEqual(['one', 'two', 'three']);
    expect(await run.attempts()).toEqual([
      '0:execute:1:succeeded',
      '1:execute:1:succeeded',
      '2:execute:1:succeeded',
    ]);
    expect(await run.stored()).toMatchObject({ outcome: 'completed' });
    expect(await run.eventTypes()).toEqual([
      'run.requested',
      'run.started',
      ...['one', 'two', 'three'].flatMap(() => ['step.dispatched', 'step.accepted', 'step.succeeded']),
      'run.completed',
    ]);
  });

  test('of 200 steps that are done at once goes through without a wait', async () => {
    loom.dispatcher.script = () => done();
    const names = Array.from({ length: 200 }, (_, index) => `step-${index}`);
    const run = await loom.start(names.map((name) => step(name)));
    await run.ends('completed');

    expect(run.dials().map((dial) => dial.stepName)).toEqual(names);
    expect(await run.attempts()).toHaveLength(200);
  });

  test('costs one workflow task for its start and one for each callback, and no task-queue hop', async () => {
    const run = await loom.start([step('one'), step('two')]);
    for (const name of ['one', 'two']) {
      await run.shows('in_progress', { step: name });
      await run.callback(name, 'succeeded');
    }
    await run.ends('completed');
    const events = (await run.handle.fetchHistory()).events ?? [];

    expect(events.filter((event) => event.workflowTaskScheduledEventAttributes)).toHaveLength(3);
    expect(events.filter((event) => event.activityTaskScheduledEventAttributes)).toHaveLength(0);
  });

  test('whose steps call back while they are dialled costs one workflow task and no signal', async () => {
    loom.dispatcher.script = ({ stepName }) => {
      void run.callback(stepName, 'succeeded', { outputs: { by: stepName } });
      return new Promise(() => {});
    };
    const ref = await loom.prepare([step('one'), step('two'), step('three')]);
    const run = loom.follow({ ...ref, runId: '01980000-0000-7000-8000-000000000003' });
    await loom.startAs(run.ref);
    await run.ends('completed');
    const events = (await run.handle.fetchHistory()).events ?? [];

    expect(events.filter((event) => event.workflowTaskScheduledEventAttributes)).toHaveLength(1);
    expect(events.filter((event) => event.workflowExecutionSignaledEventAttributes)).toHaveLength(0);
    expect(run.dials()[2]?.outputs).toEqual({ one: { by: 'one' }, two: { by: 'two' } });
    expect((await run.steps()).steps.map(({ attempts }) => attempts)).toMatchObject(
      ['one', 'two', 'three'].map((by) => [
        { outcome: 'succeeded', instanceId: 'one', deliveries: 1, outputs: { by } },
      ]),
    );
    expect(await run.eventTypes()).toEqual([
      'run.requested',
      'run.started',
      ...['one', 'two', 'three'].flatMap(() => ['step.dispatched', 'step.accepted', 'step.succeeded']),
      'run.completed',
    ]);
  });

  test('keeps what is large out of its history (trap 6)', async () => {
    loom.dispatcher.script = () => done('succeeded', { outputs: { diff: 'x'.repeat(50_000) } });
    const files = [
      { name: 'all', files: Array.from({ length: 5_000 }, (_, index) => ({ path: `charts/${index}.yaml` })) },
    ];
    const run = await loom.start([step('one'), step('two')], { facts: { files } });
    await run.ends('completed');
    const history = await run.handle.fetchHistory();

    expect(JSON.stringify(history).length).toBeLessThan(32_000);
    expect(run.dials()[1]?.request.material.manifest.candidate.files).toEqual(files);
  });

  test('gives the outputs of earlier steps and the inputs to later ones', async () => {
    loom.dispatcher.script = ({ stepName }) => done('succeeded', { outputs: { by: stepName } });
    const run = await loom.start([step('one'), step('two')], {
      requiredInputs: [{ name: 'team', type: 'string', required: true }],
      inputs: { team: 'blue' },
    });
    await run.ends('completed');

    expect(run.dials()[1]?.request.material).toMatchObject({
      outputs: { one: { by: 'one' } },
      inputs: { team: 'blue' },
      inputsVersion: 1,
    });
  });

  test('skips a step whose condition does not hold, says why, and does not dial for it', async () => {
    loom.dispatcher.script = () => done();
    const run = await loom.start([step('one', { when: 'candidate.id == "other"' }), step('two')]);
    await run.ends('completed');

    expect(run.dials().map((dial) => dial.stepName)).toEqual(['two']);
    expect((await run.steps()).steps[0]).toMatchObject({
      state: 'skipped',
      attempts: [{ message: 'The condition does not hold: candidate.id == "other"' }],
    });
  });
});

describe('a step', () => {
  test('may be pending any number of times before it is merged', async () => {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    const metadata = { prUrl: 'https://forge.test/pull/7', who: 'reviewer' };
    await run.callback('one', 'pending', { message: 'Merge #7.', metadata });
    await run.shows('pending', { who: 'reviewer', reason: 'Merge #7.', prUrl: metadata.prUrl });
    await run.callback('one', 'merged', { message: 'Merged.' });
    await run.ends('completed');

    expect((await run.steps()).steps[0]?.attempts).toMatchObject([
      { outcome: 'merged', message: 'Merged.', metadata },
    ]);
  });

  test('whose callback overtakes the answer of its dispatch is completed by it', async () => {
    loom.dispatcher.script = async () => {
      expect(await run.callback('one', 'succeeded')).toEqual({ ok: true, value: 'accepted' });
      return { kind: 'accepted' };
    };
    const ref = await loom.prepare([step('one')]);
    const run = loom.follow({ ...ref, runId: '01980000-0000-7000-8000-000000000001' });
    await loom.startAs(run.ref);
    await run.ends('completed');

    expect(await run.attempts()).toEqual(['0:execute:1:succeeded']);
  });

  test('that is merged before its pull request was written keeps both (trap 13)', async () => {
    const metadata = { prUrl: 'https://forge.test/pull/7' };
    const ref = await loom.prepare([step('one')]);
    const run = loom.follow({ ...ref, runId: '01980000-0000-7000-8000-000000000002' });
    loom.dispatcher.script = async () => {
      await run.callback('one', 'pending', { message: 'Merge #7.', metadata });
      await run.callback('one', 'merged', { message: 'Merged.' });
      return { kind: 'accepted' };
    };
    await loom.startAs(run.ref);
    await run.ends('completed');

    expect(await run.candidate()).toMatchObject(metadata);
    expect((await run.steps()).steps[0]?.attempts).toMatchObject([
      { outcome: 'merged', message: 'Merged.', metadata },
    ]);
  });

  test('that is called back about twice goes on once', async () => {
    const run = await loom.start([step('one'), step('two')]);
    await run.shows('in_progress', { step: 'one' });
    const first = await run.callback('one', 'succeeded', { eventId: 'same' });
    const again = await run.callback('one', 'succeeded', { eventId: 'same' });
    await run.shows('in_progress', { step: 'two' });

    expect([first, again]).toEqual([
      { ok: true, value: 'accepted' },
      { ok: true, value: 'duplicate' },
    ]);
    expect(run.dials()).toHaveLength(2);
  });
});

describe('a review', () => {
  test('waits for a decision and is run by nobody', async () => {
    const run = await loom.start([review('check'), step('after')]);
    await run.shows('awaiting_approval', { step: 'check', who: 'reviewer' });
    expect(run.dials()).toEqual([]);
    expect(await run.decide('check', 'approved', 'Fine.')).toMatchObject({ ok: true });
    await run.shows('in_progress', { step: 'after' });

    expect((await run.steps()).steps[0]).toMatchObject({
      state: 'succeeded',
      attempts: [{ message: 'Fine.', metadata: { decision: 'approved', comment: 'Fine.', actor: ANN } }],
    });
  });

  test('that is rejected fails with the comment and is asked again when retried', async () => {
    const run = await loom.start([review('check')]);
    await run.shows('awaiting_approval');
    await run.decide('check', 'rejected', 'Wrong chart.');
    await run.shows('awaiting_retry', { who: 'operator', reason: 'Rejected: Wrong chart.' });
    await run.retry('check');
    await run.shows('awaiting_approval', { attempt: 2 });
    await run.decide('check', 'approved');
    await run.ends('completed');

    expect(await run.attempts()).toEqual(['0:execute:1:failed', '0:execute:2:succeeded']);
  });

  test('cannot be approved before it is reached, nor once it is decided (trap 4)', async () => {
    const run = await loom.start([step('one'), review('check'), step('after')]);
    await run.shows('in_progress');
    const early = await run.decide('check', 'approved');
    await run.callback('one', 'succeeded');
    await run.shows('awaiting_approval');
    await run.decide('check', 'approved');
    await run.shows('in_progress', { step: 'after' });
    const late = await run.decide('check', 'rejected');

    const detail = 'Step "check" does not wait for a decision.';
    expect([early, late]).toEqual([
      { ok: false, problem: { word: 'not-waiting', detail } },
      { ok: false, problem: { word: 'not-waiting', detail } },
    ]);
  });
});
