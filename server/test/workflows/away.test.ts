import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EngineHarness, startEngineHarness, step } from './engine-harness.ts';

let loom: EngineHarness;
beforeAll(async () => {
  loom = await startEngineHarness();
});
afterAll(() => loom.close());
beforeEach(() => {
  loom.dispatcher.script = () => ({ kind: 'accepted' });
});

let apps = 0;
/** A worker app of the test's own, so that nobody else's instances come and go. */
function newApp(): string {
  apps += 1;
  return `app-${apps}-${loom.taskQueue.slice(5, 13)}`;
}

describe('a run whose worker is away', () => {
  test('says so at once, dials nobody and goes on when the worker announces itself', async () => {
    const app = newApp();
    const run = await loom.start([step('one', { workerApp: app })]);
    await run.shows('awaiting_worker', {
      who: 'worker',
      reason: `No instance of worker app "${app}" is alive.`,
    });
    expect(run.dials()).toEqual([]);
    await loom.announce('back', app);
    expect(await loom.wake()).toBeGreaterThan(0);
    await run.shows('in_progress');

    expect(run.dials()).toMatchObject([{ attempt: 1, workerUrl: 'http://worker.test/back' }]);
    expect(await run.attempts()).toEqual(['0:execute:1:open']);
  });

  test('does not hold up a run of another worker', async () => {
    const app = newApp();
    const parked = await Promise.all([1, 2, 3].map(() => loom.start([step('one', { workerApp: app })])));
    for (const run of parked) await run.shows('awaiting_worker');
    const neighbour = await loom.start([step('one')]);

    await neighbour.shows('in_progress');
  });

  test('tries an unreachable one again by itself, without a new attempt', async () => {
    let tries = 0;
    loom.dispatcher.script = () => {
      tries += 1;
      return tries < 2
        ? { kind: 'unreachable', reason: 'Connection refused.', fault: true }
        : { kind: 'accepted' };
    };
    const run = await loom.start([step('one')]);
    await run.shows('awaiting_worker', { who: 'worker', reason: 'Connection refused.' });
    await run.shows('in_progress');

    expect(await run.attempts()).toEqual(['0:execute:1:open']);
    expect(run.dials()).toHaveLength(2);
  });

  test('waits as long as a busy one asks for', async () => {
    let tries = 0;
    loom.dispatcher.script = () => {
      tries += 1;
      return tries < 2
        ? { kind: 'busy', reason: 'The queue is full.', retryAfterSeconds: 0.1 }
        : { kind: 'accepted' };
    };
    const run = await loom.start([step('one')]);
    await run.shows('awaiting_worker', { reason: 'The queue is full.' });

    await run.shows('in_progress');
  });

  test('shows a worker that is misconfigured with its reason and does not call the step failed (trap 8)', async () => {
    loom.dispatcher.script = () => ({ kind: 'unreachable', reason: 'It answered 404.', fault: false });
    const run = await loom.start([step('one')]);

    await run.shows('awaiting_worker', { reason: 'It answered 404.' });
    expect(await run.attempts()).toEqual(['0:execute:1:open']);
  });
});

describe('a step whose instance died', () => {
  test('goes to another instance as the same attempt, and the callback of either completes it', async () => {
    const app = newApp();
    await loom.announce('a', app);
    const run = await loom.start([step('one', { workerApp: app })]);
    await run.shows('in_progress');
    await loom.announce('b', app);
    await loom.directory.withdraw(app, 'a');
    expect(await loom.redeliver()).toBeGreaterThan(0);
    await expect.poll(() => run.dials().length).toBe(2);

    expect(run.dials().map(({ workerUrl, attempt, phase }) => [workerUrl, attempt, phase])).toEqual([
      ['http://worker.test/a', 1, 'execute'],
      ['http://worker.test/b', 1, 'execute'],
    ]);
    await run.callback('one', 'succeeded');
    await run.ends('completed');
    expect(await run.attempts()).toEqual(['0:execute:1:succeeded']);
    expect((await run.steps()).steps[0]?.attempts[0]).toMatchObject({ instanceId: 'b', deliveries: 2 });
  });

  test('still shows what it waits for after it went to another', async () => {
    const app = newApp();
    await loom.announce('a', app);
    const run = await loom.start([step('one', { workerApp: app })]);
    await run.shows('in_progress');
    await run.callback('one', 'pending', { message: 'Merge #7.', metadata: { who: 'reviewer' } });
    await run.shows('pending');
    await loom.directory.withdraw(app, 'a');
    await loom.redeliver();
    await run.shows('awaiting_worker');
    await loom.announce('b', app);
    await loom.wake();

    await run.shows('pending', { who: 'reviewer', reason: 'Merge #7.' });
    expect(run.dials()).toHaveLength(2);
  });

  test('is not redelivered once it has called back', async () => {
    const app = newApp();
    await loom.announce('a', app);
    const run = await loom.start([step('one', { workerApp: app })]);
    await run.shows('in_progress');
    await run.callback('one', 'failed');
    await run.shows('awaiting_retry');
    await loom.directory.withdraw(app, 'a');
    await loom.redeliver();

    expect(run.dials()).toHaveLength(1);
  });
});

describe('a step whose acceptance was lost on the way', () => {
  test('is dialled again at once when its worker says that it is pending, so that it is known who has it', async () => {
    const app = newApp();
    await loom.announce('a', app);
    let tries = 0;
    loom.dispatcher.script = () => {
      tries += 1;
      return tries === 1
        ? { kind: 'busy', reason: 'Timed out.', retryAfterSeconds: 600 }
        : { kind: 'accepted' };
    };
    const run = await loom.start([step('one', { workerApp: app })]);
    await run.shows('awaiting_worker');
    await run.callback('one', 'pending', { message: 'Merge #7.' });
    await expect.poll(() => run.dials().length).toBe(2);
    await run.shows('pending', { reason: 'Merge #7.' });
    await loom.directory.withdraw(app, 'a');

    expect(await loom.redeliver()).toBe(1);
  });

  test('is completed by its callback, without being dialled again', async () => {
    loom.dispatcher.script = () => ({ kind: 'busy', reason: 'Timed out.', retryAfterSeconds: 600 });
    const run = await loom.start([step('one')]);
    await run.shows('awaiting_worker');
    await run.callback('one', 'succeeded');
    await run.ends('completed');

    expect(run.dials()).toHaveLength(1);
  });
});
