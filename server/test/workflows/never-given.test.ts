import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { pauseScope } from '../../src/application/pause-scope.ts';
import type { PauseScope } from '../../src/application/ports/pause-store.ts';
import { previewCancel } from '../../src/application/preview-cancel.ts';
import { ANN } from '../builders/build-run.ts';
import { done } from '../builders/scripted-dispatcher.ts';
import { type EngineHarness, expectOk, startEngineHarness, step, type TestRun } from './engine-harness.ts';

let loom: EngineHarness;
beforeAll(async () => {
  loom = await startEngineHarness();
});
afterAll(() => loom.close());
let apps = 0;
beforeEach(() => {
  apps += 1;
  loom.dispatcher.script = ({ stepName }) => (stepName === 'first' ? done() : { kind: 'accepted' });
});

const newApp = () => `app-${apps}-${loom.taskQueue.slice(5, 13)}`;
const undoable = (name: string, workerApp?: string) =>
  step(name, { compensable: true, ...(workerApp === undefined ? {} : { workerApp }) });
const pause = async (scope: PauseScope) =>
  expectOk(await pauseScope(loom.deps)({ scope, actor: ANN, reason: 'Freeze.' }));
const phasesOf = (run: TestRun) => run.dials().map(({ stepName, phase }) => `${stepName} ${phase}`);
/** What a cancel would stop and undo, as the store has it. */
async function preview({ ref }: TestRun, from: EngineHarness = loom) {
  const command = { ...ref, compensate: true };
  const { stopped, undone, remaining } = expectOk(await previewCancel(from.deps)(command));
  const left = remaining.map(({ step: { name } }) => name);
  return { stopped, undone: undone.map(({ step: { name } }) => name), remaining: left };
}

describe('a step that no worker was ever given', () => {
  const waits: Readonly<Record<string, () => Promise<TestRun>>> = {
    'its worker is away': async () => {
      const run = await loom.start([undoable('first'), undoable('second', newApp())]);
      await run.shows('awaiting_worker', { step: 'second' });
      return run;
    },
    'nothing listens at its worker': async () => {
      const app = newApp();
      await loom.announce('gone', app);
      loom.dispatcher.script = ({ stepName }) =>
        stepName === 'first'
          ? done()
          : { kind: 'unreachable', reason: 'Nothing listens.', fault: true, isUnsent: true };
      const run = await loom.start([undoable('first'), undoable('second', app)]);
      await run.shows('awaiting_worker', { step: 'second' });
      return run;
    },
    'its worker app is paused': async () => {
      const app = newApp();
      await loom.announce('there', app);
      await pause({ kind: 'worker-app', id: app });
      const run = await loom.start([undoable('first'), undoable('second', app)]);
      await run.shows('paused', { step: 'second' });
      return run;
    },
    'its run is paused': async () => {
      const run = await loom.start([undoable('first'), undoable('second', newApp())]);
      await run.shows('awaiting_worker', { step: 'second' });
      expectOk(await run.pause());
      await run.shows('paused', { step: 'second' });
      return run;
    },
  };

  test.each(Object.entries(waits))('is not undone, and holds up no cancel: %s', async (_, reach) => {
    const run = await reach();
    expect(await preview(run)).toEqual({ stopped: undefined, undone: ['first'], remaining: [] });
    expectOk(await run.cancel({ compensate: true }));
    await run.ends('not_started');

    expect(phasesOf(run).filter((phase) => phase.endsWith('compensate'))).toEqual(['first compensate']);
    expect(await run.attempts()).toEqual([
      '0:execute:1:succeeded',
      '0:compensate:1:succeeded',
      '1:execute:1:cancelled',
    ]);
    expect(loom.dispatcher.cancellations.filter(({ runId }) => runId === run.ref.runId)).toEqual([]);
  });

  test('ends with its cancel while its migration is paused', async () => {
    const app = newApp();
    const run = await loom.start([undoable('only', app)]);
    await run.shows('awaiting_worker');
    await pause({ kind: 'migration', id: run.ref.migrationId });
    await loom.announce('there', app);
    await loom.wake();
    await run.shows('paused');
    expect(await preview(run)).toEqual({ stopped: undefined, undone: [], remaining: [] });
    expectOk(await run.cancel({ compensate: true }));
    await run.ends('not_started');

    expect(run.dials()).toEqual([]);
  });

  test('ends with its cancel where it was held before it was ever dialled', async () => {
    loom.faults.store = true;
    const run = await loom.start([undoable('only')]);
    const { refused } = loom.faults;
    await expect.poll(() => loom.faults.refused).toBeGreaterThan(refused);
    expectOk(await run.pause());
    loom.faults.store = false;
    await run.shows('paused');
    expectOk(await run.cancel({ compensate: true }));
    await run.ends('not_started');

    expect(run.dials()).toEqual([]);
  });

  test('has nothing to roll back after a cancel without compensation', async () => {
    const run = await loom.start([undoable('only', newApp())]);
    await run.shows('awaiting_worker');
    await run.cancel();
    await run.ends('not_started');

    await expect(run.rollBack()).rejects.toThrow('nothing-to-undo');
  });

  test('is not undone after its condition could not be evaluated', async () => {
    const run = await loom.start([undoable('first'), { ...undoable('second'), when: 'inputs.none == 1' }]);
    await run.shows('awaiting_retry', { step: 'second' });
    expect(await preview(run)).toEqual({ stopped: undefined, undone: ['first'], remaining: [] });
    await run.cancel({ compensate: true });
    await run.ends('not_started');

    expect(phasesOf(run)).toEqual(['first execute', 'first compensate']);
  });
});

describe('a step that a worker may have been given', () => {
  test('is undone where a dial had no answer, which waits for its worker to be back', async () => {
    const app = newApp();
    await loom.announce('mute', app);
    loom.dispatcher.script = () => ({ kind: 'unreachable', reason: 'It did not answer.', fault: true });
    const run = await loom.start([undoable('only', app)]);
    await run.shows('awaiting_worker', { reason: 'It did not answer.' });
    await loom.directory.withdraw(app, 'mute');
    expect(await preview(run)).toEqual({ stopped: 'only', undone: ['only'], remaining: [] });
    expectOk(await run.cancel({ compensate: true }));
    await run.shows('compensating', {
      who: 'worker',
      reason: `No instance of worker app "${app}" is alive.`,
    });
    loom.dispatcher.script = () => done();
    await loom.announce('back', app);
    await loom.wake();
    await run.ends('not_started');

    expect(run.dials().at(-1)).toMatchObject({ stepName: 'only', phase: 'compensate' });
  });

  test('is undone where an engine died while it dialled, and the next one found the worker away', {
    timeout: 90_000,
  }, async () => {
    const dying = await startEngineHarness({ diesHard: true });
    onTestFinished(() => dying.close());
    const app = 'taker';
    await dying.announce('one', app);
    let isHung = false;
    dying.dispatcher.script = () => {
      isHung = true;
      return new Promise(() => {});
    };
    const run = await dying.start([undoable('only', app)]);
    await vi.waitUntil(() => isHung, { timeout: 10_000 });
    await dying.directory.withdraw(app, 'one');
    await dying.restart();
    await expect
      .poll(() => run.candidate(), { timeout: 60_000 })
      .toMatchObject({ runState: 'awaiting_worker', reason: `No instance of worker app "${app}" is alive.` });
    expect(await preview(run, dying)).toEqual({ stopped: 'only', undone: ['only'], remaining: [] });
    dying.dispatcher.script = () => done();
    expectOk(await run.cancel({ compensate: true }));
    await run.shows('compensating', { who: 'worker' });
    await dying.announce('two', app);
    await dying.wake();
    await run.ends('not_started');

    expect(dying.dispatcher.dials.map(({ phase }) => phase)).toEqual(['execute', 'compensate']);
  });
});

describe('a step that is done and whose worker is away', () => {
  async function cancelAfterIt() {
    const app = newApp();
    await loom.announce('there', app);
    loom.dispatcher.script = () => done();
    const run = await loom.start([undoable('done', app), undoable('never', `${app}-never`)]);
    await run.shows('awaiting_worker', { step: 'never' });
    await loom.directory.withdraw(app, 'there');
    expect(await preview(run)).toEqual({ stopped: undefined, undone: ['done'], remaining: [] });
    expectOk(await run.cancel({ compensate: true }));
    const reason = `No instance of worker app "${app}" is alive.`;
    await run.shows('compensating', { step: 'done', who: 'worker', reason });
    return { run, app };
  }

  test('is undone when its worker is back, and the run shows that it waits', async () => {
    const { run, app } = await cancelAfterIt();
    await loom.announce('back', app);
    await loom.wake();
    await run.ends('not_started');

    expect(phasesOf(run)).toEqual(['done execute', 'done compensate']);
  });

  test('can be skipped instead, and remains', async () => {
    const { run } = await cancelAfterIt();
    expectOk(await run.skip('done', 'By hand.'));
    await run.ends('not_started');

    expect((await run.candidate()).reason).toBe('Not undone: done.');
  });
});
