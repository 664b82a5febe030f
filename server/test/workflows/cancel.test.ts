import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { outlineOf } from '../../src/domain/step.ts';
import { ANN } from '../builders/build-run.ts';
import { done } from '../builders/scripted-dispatcher.ts';
import { type EngineHarness, review, startEngineHarness, step, type TestRun } from './engine-harness.ts';

let loom: EngineHarness;
beforeAll(async () => {
  loom = await startEngineHarness();
});
afterAll(() => loom.close());
beforeEach(() => {
  loom.dispatcher.script = () => ({ kind: 'accepted' });
  loom.dispatcher.holdCancel = undefined;
});

/** Something that a test lets go. */
function gate() {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

const cancellationsOf = (run: TestRun) =>
  loom.dispatcher.cancellations.filter(({ runId }) => runId === run.ref.runId);

/** Cancelled for good: the candidate as it was, the attempts kept, and free for the next start at once. */
async function expectCancelled(run: TestRun, attempts: readonly string[]): Promise<void> {
  await run.ends('not_started');
  expect(await run.attempts()).toEqual(attempts);
  expect(await run.stored()).toMatchObject({ outcome: 'cancelled', reason: 'Wrong one.' });
  const again = await run.again();
  expect((await again.candidate()).runId).toBe(again.ref.runId);
  await again.cancel();
  await again.ends('not_started');
}

const cancel = (run: TestRun) => run.cancel({ reason: 'Wrong one.' });

describe('a cancel ends the run, and the candidate can be started again,', () => {
  test('while the worker is being dialled', async () => {
    const { opened, open } = gate();
    loom.dispatcher.script = async () => {
      await opened;
      return { kind: 'accepted' };
    };
    const run = await loom.start([step('one')]);
    await expect.poll(() => run.dials()).toHaveLength(1);
    const answer = cancel(run);
    open();

    expect(await answer).toMatchObject({ ok: true });
    await expectCancelled(run, ['0:execute:1:cancelled']);
    expect(cancellationsOf(run)).toMatchObject([{ stepName: 'one', attempt: 1, reason: 'Wrong one.' }]);
  });

  test('while a step is in progress', async () => {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await cancel(run);

    await expectCancelled(run, ['0:execute:1:cancelled']);
    expect(cancellationsOf(run)).toHaveLength(1);
    expect(await run.eventTypes()).toEqual([
      'run.requested',
      'run.started',
      'step.dispatched',
      'step.accepted',
      'step.cancelled',
      'run.cancel_requested',
      'run.cancelled',
    ]);
  });

  test('while a step is pending', async () => {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await run.callback('one', 'pending');
    await run.shows('pending');
    await cancel(run);

    await expectCancelled(run, ['0:execute:1:cancelled']);
  });

  test('while it waits for a worker that is dead', async () => {
    const run = await loom.start([step('one', { workerApp: 'ghost' })]);
    await run.shows('awaiting_worker', { who: 'worker' });
    await cancel(run);

    await expectCancelled(run, ['0:execute:1:cancelled']);
    expect(run.dials()).toEqual([]);
  });

  test('while a review waits', async () => {
    const run = await loom.start([review('check')]);
    await run.shows('awaiting_approval');
    await cancel(run);

    await expectCancelled(run, ['0:execute:1:cancelled']);
    expect(cancellationsOf(run)).toEqual([]);
  });

  test('after a step failed', async () => {
    const run = await loom.start([step('one'), step('two')]);
    await run.shows('in_progress');
    await run.callback('one', 'succeeded');
    await run.shows('in_progress', { step: 'two' });
    await run.callback('two', 'failed');
    await run.shows('awaiting_retry');
    await cancel(run);

    await expectCancelled(run, ['0:execute:1:succeeded', '1:execute:1:failed']);
  });

  test('before an automatic retry is due', async () => {
    const retry = {
      maxAttempts: 5,
      initialIntervalMs: 600_000,
      backoffCoefficient: 1,
      maxIntervalMs: 600_000,
    };
    const run = await loom.start([step('one', { retry })]);
    await run.shows('in_progress');
    await run.callback('one', 'failed');
    await run.shows('awaiting_retry', { who: 'nobody' });
    await cancel(run);

    await expectCancelled(run, ['0:execute:1:failed']);
  });
});

describe('a cancelled run', () => {
  test('shows that it is being cancelled while its worker is told, and moves for nothing that still comes', async () => {
    const { opened, open } = gate();
    loom.dispatcher.holdCancel = () => opened;
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await run.cancel();
    await run.shows('cancelling', { who: 'nobody', step: 'one' });
    const late = await run.callback('one', 'succeeded');
    const start = await loom.tryStart(run.ref);
    open();
    await run.ends('not_started');

    expect(late).toMatchObject({ problem: { word: 'run-over' } });
    expect(start).toMatchObject({ problem: { word: 'cancelling' } });
    expect(await run.attempts()).toEqual(['0:execute:1:cancelled']);
  });

  test('keeps its end when the report of its step was signalled before it (trap 1)', async () => {
    const { opened, open } = gate();
    loom.dispatcher.holdCancel = () => opened;
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await run.cancel();
    await run.shows('cancelling');
    await run.handle.signal('step-completed', {
      ...{ runId: run.ref.runId, stepIndex: 0, phase: 'execute', attempt: 1 },
      ...{ eventId: 'late', status: 'succeeded' },
    });
    open();
    await run.ends('not_started');

    expect(await run.stored()).toMatchObject({ outcome: 'cancelled' });
    expect(await run.attempts()).toEqual(['0:execute:1:cancelled']);
  });

  test('refuses retries, decisions and another cancel', async () => {
    const { opened, open } = gate();
    loom.dispatcher.holdCancel = () => opened;
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await run.cancel();
    await run.shows('cancelling');
    const answers = [run.retry('one'), run.decide('one', 'approved'), run.cancel()];
    setTimeout(open, 50);
    const words = (await Promise.all(answers)).map((answer) => (answer.ok ? 'ok' : answer.problem.word));

    // The first two reach the run once its worker was told, and find it over.
    expect(words[2]).toBe('cancelling');
    expect(words.slice(0, 2).every((word) => word === 'not-waiting' || word === 'not-running')).toBe(true);
    await run.ends('not_started');
  });

  test('ends though its worker cannot be told', async () => {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    loom.dispatcher.holdCancel = () => Promise.reject(new Error('The directory is away.'));
    await run.cancel();
    await run.ends('not_started');

    expect(cancellationsOf(run).length).toBeGreaterThan(1);
    expect(await run.stored()).toMatchObject({ outcome: 'cancelled' });
  });

  test('keeps its inputs for the next start (trap 10)', async () => {
    const run = await loom.start([step('one')], {
      requiredInputs: [{ name: 'team', type: 'string', required: true }],
      inputs: { team: 'blue' },
    });
    await run.shows('in_progress');
    await run.cancel();
    await run.ends('not_started');
    const again = await run.again();
    await again.shows('in_progress');

    expect(again.dials()[0]?.request.material.inputs).toEqual({ team: 'blue' });
  });

  test('can be started again as soon as it is over, or says that it is still ending (trap 1)', async () => {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await run.cancel();
    const words: string[] = [];
    await expect
      .poll(
        async () => {
          const start = await loom.tryStart(run.ref);
          words.push(start.ok ? 'started' : start.problem.word);
          return words.at(-1);
        },
        { interval: 5, timeout: 10_000 },
      )
      .toBe('started');
    const again = loom.follow({ ...run.ref, runId: (await run.candidate()).runId ?? '' });
    await again.shows('in_progress');

    expect(new Set(words.slice(0, -1))).toEqual(new Set(words.length > 1 ? ['cancelling'] : []));
    expect(again.dials()).toHaveLength(1);
  });

  test('cannot be moved by the callbacks of the run before (trap 4)', async () => {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await run.cancel();
    await run.ends('not_started');
    const again = await run.again();
    await again.shows('in_progress');

    expect(await run.callback('one', 'succeeded')).toMatchObject({ problem: { word: 'run-over' } });
    expect(await again.attempts()).toEqual(['0:execute:1:open']);
  });

  test('is over for every later message', async () => {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await run.cancel();
    await run.ends('not_started');

    expect(await run.cancel()).toMatchObject({ problem: { word: 'not-running' } });
    expect(await run.retry('one')).toMatchObject({ problem: { word: 'not-running' } });
  });
});

describe("Temporal's own tools", () => {
  test('cancel a run without compensation', async () => {
    const run = await loom.start([step('one', { compensable: true })]);
    await run.shows('in_progress');
    await run.handle.cancel();
    await run.ends('not_started');

    expect(await run.stored()).toMatchObject({ outcome: 'cancelled', reason: 'Cancelled in Temporal.' });
    expect(run.dials().every((dial) => dial.phase === 'execute')).toBe(true);
    expect(cancellationsOf(run)).toHaveLength(1);
  });

  test('end a run, which is then marked as lost and can be started again', async () => {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    await run.handle.terminate('by hand');
    await loom.reconcile(run.ref.migrationId);

    expect(await run.candidate()).toMatchObject({ status: 'not_started', runState: 'lost', who: 'operator' });
    expect(await run.attempts()).toEqual(['0:execute:1:cancelled']);
    await (await run.again()).shows('in_progress');
  });
});

describe('a workflow', () => {
  test('whose claim was given back ends without a write and without a dial', async () => {
    const ref = await loom.prepare([step('one')]);
    const run = loom.follow({ ...ref, runId: '01980000-0000-7000-8000-00000000000a' });
    const before = await run.candidate();
    expect(
      await loom.engine.start(run.ref, { revision: 'rev-1', steps: [outlineOf(step('one'))] }, undefined),
    ).toBe('started');
    await run.handle.result();

    expect(await run.candidate()).toEqual(before);
    expect(run.dials()).toEqual([]);
  });

  test.each([
    [true, 'rolled_back', ['compensate']],
    [false, 'cancelled', []],
  ] as const)(
    'that is cancelled before its first task does so (compensate: %s), and executes nothing',
    async (compensate, outcome, phases) => {
      const steps = [step('one', { compensable: true })];
      loom.dispatcher.script = () => done();
      const { ref } = await loom.claimOnly(await loom.prepare(steps));
      const run = loom.follow(ref);
      const start = { ...ref, steps: steps.map(outlineOf) };
      const signalArgs = [{ runId: ref.runId, compensate, reason: 'Wrong one.', actor: ANN }];
      await run.handle.client.signalWithStart('runCandidate', {
        ...{ workflowId: run.handle.workflowId, taskQueue: loom.taskQueue, signal: 'cancel', signalArgs },
        args: [{ kind: 'start', start }],
        memo: { runId: ref.runId },
      });
      await run.ends('not_started');

      expect(await run.stored()).toMatchObject({ outcome });
      expect(run.dials().map(({ phase }) => phase)).toEqual(phases);
    },
  );

  test('that was claimed and never started is started by the reconciler', async () => {
    const ref = await loom.prepare([step('one')]);
    const run = await loom.claimOnly(ref);
    expect(await run.candidate()).toMatchObject({ status: 'not_started', runState: 'queued' });
    await loom.reconcile(ref.migrationId);
    await run.shows('in_progress');

    expect(run.dials()).toHaveLength(1);
  });

  test('that was claimed, cancelled and never started is not started any more, and leaves nothing', async () => {
    const ref = await loom.prepare([step('one')]);
    const run = await loom.claimOnly(ref);

    expect(await run.cancel()).toMatchObject({ ok: true });
    await loom.reconcile(ref.migrationId);
    const candidate = await run.candidate();
    expect([candidate.status, candidate.runState]).toEqual(['not_started', undefined]);
    await expect(run.stored()).rejects.toThrow('The run is not kept.');
    expect(run.dials()).toEqual([]);
  });
});
