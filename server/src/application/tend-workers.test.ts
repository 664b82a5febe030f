import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, REF, type World } from '../../test/builders/application-world.ts';
import { ANN, fenceOf } from '../../test/builders/build-run.ts';
import { aStep } from '../../test/contracts/builders.ts';
import { idempotencyKey } from '../domain/attempt.ts';
import type { Run } from '../domain/run.ts';
import { applyReport } from '../domain/run-reports.ts';
import { dispatchStep } from './dispatch-step.ts';
import { pauseScope, resumeScope } from './pause-scope.ts';
import type { RunRef } from './ports/refs.ts';
import { WOKEN_AGAIN_MS } from './ports/worker-directory.ts';
import { freeAbandonedKeys, redeliverAbandoned, wakeParked, wakeReleased } from './tend-workers.ts';

let world: World;
let ref: RunRef;
let run: Run;
beforeEach(async () => {
  world = createWorld();
  await world.announce({ steps: [aStep('one'), aStep('two')] });
  ref = await world.start();
  run = await world.begin(ref);
});
const dispatch = () => dispatchStep(world)(world.dispatchOf(run));
const redeliver = () => redeliverAbandoned(world)(9, 60);

describe('runs that wait for a worker', () => {
  test('are woken once it is back, each once', async () => {
    await dispatch();
    expect(await wakeParked(world)(9)).toBe(0);
    await world.enlist();

    expect(await wakeParked(world)(9)).toBe(1);
    expect(await wakeParked(world)(9)).toBe(0);
    expect(world.engine.told).toEqual([{ kind: 'wake', runId: ref.runId }]);
  });
});

describe('runs that were taken by a process that died', () => {
  test('are woken a little later', async () => {
    await dispatch();
    await world.enlist();
    expect(await world.directory.takeParked(9)).toHaveLength(1);
    expect(await wakeParked(world)(9)).toBe(0);
    world.clock.advance(WOKEN_AGAIN_MS);
    await world.enlist();

    expect(await wakeParked(world)(9)).toBe(1);
    world.clock.advance(WOKEN_AGAIN_MS);
    await world.enlist();
    expect(await wakeParked(world)(9)).toBe(0);
  });
});

test('runs that a process which died had taken when they were resumed are woken a little later', async () => {
  const scope = { kind: 'migration', id: REF.migrationId } as const;
  await pauseScope(world)({ scope, actor: ANN });
  await dispatch();
  await resumeScope(world)({ scope, actor: ANN });
  expect(await world.pauses.takeReleased(9)).toHaveLength(1);
  expect(await wakeReleased(world)(9)).toBe(0);
  world.clock.advance(WOKEN_AGAIN_MS);

  expect(await wakeReleased(world)(9)).toBe(1);
  world.clock.advance(WOKEN_AGAIN_MS);
  expect(await wakeReleased(world)(9)).toBe(0);
});

describe('runs that cannot be woken while the engine is away', () => {
  test('are woken as soon as it is back, when their worker was', async () => {
    await dispatch();
    await world.enlist();
    world.engine.isAway = true;
    expect(await wakeParked(world)(9)).toBe(0);
    world.engine.isAway = false;

    expect(await wakeParked(world)(9)).toBe(1);
    expect(world.engine.told).toEqual([{ kind: 'wake', runId: ref.runId }]);
  });

  test('are woken as soon as it is back, when they were resumed', async () => {
    const scope = { kind: 'migration', id: REF.migrationId } as const;
    await pauseScope(world)({ scope, actor: ANN });
    await dispatch();
    await resumeScope(world)({ scope, actor: ANN });
    world.engine.isAway = true;
    expect(await wakeReleased(world)(9)).toBe(0);
    world.engine.isAway = false;

    expect(await wakeReleased(world)(9)).toBe(1);
    expect(await wakeReleased(world)(9)).toBe(0);
  });
});

describe('an attempt whose instance is gone', () => {
  beforeEach(async () => {
    await world.enlist();
    await dispatch();
  });

  test('is redelivered, and again only after a while', async () => {
    expect(await redeliver()).toBe(0);
    world.clock.advance(31_000);
    expect(await redeliver()).toBe(1);
    expect(await redeliver()).toBe(0);
    world.clock.advance(60_000);
    expect(await redeliver()).toBe(1);

    const fence = { runId: ref.runId, stepIndex: 0, phase: 'execute', attempt: 1 };
    expect(world.engine.told).toEqual([
      { kind: 'redeliver', fence },
      { kind: 'redeliver', fence },
    ]);
  });

  test.each(['awaiting_worker', 'paused', 'queued'] as const)(
    'is not told over and over while its run is %s, since that run dials it by itself',
    async (runState) => {
      world.clock.advance(31_000);
      expect(await redeliver()).toBe(1);
      run = await world.write({ ...run, view: { ...run.view, runState } });
      for (let times = 0; times < 3; times += 1) {
        world.clock.advance(60_000);
        expect(await redeliver()).toBe(0);
      }
      expect(world.engine.told).toHaveLength(1);

      run = await world.write({ ...run, view: { ...run.view, runState: 'in_progress' } });
      world.clock.advance(60_000);
      expect(await redeliver()).toBe(1);
    },
  );

  test('is forgotten once it has ended', async () => {
    await world.store.project({
      ...ref,
      seq: 1_000,
      at: world.now().iso,
      view: run.view,
      attempts: [
        {
          ...fenceOf(run),
          startedAt: world.now().iso,
          inputsVersion: 1,
          endedAt: world.now().iso,
          outcome: 'failed',
        },
      ],
      events: [],
    });
    world.clock.advance(31_000);
    expect(await redeliver()).toBe(1);
    world.clock.advance(60_000);

    expect(await redeliver()).toBe(0);
    expect(world.engine.told).toEqual([]);
  });

  test('is forgotten where its run is not kept any more', async () => {
    world.clock.advance(31_000);
    const store = { ...world.store, listAttempts: async () => [] };
    expect(await redeliverAbandoned({ ...world, store })(9, 60)).toBe(1);
    world.clock.advance(60_000);

    expect(await redeliver()).toBe(0);
  });

  test('is forgotten where the engine has no such run', async () => {
    world.engine.forget(REF);
    world.clock.advance(31_000);
    expect(await redeliver()).toBe(1);
    world.clock.advance(60_000);

    expect(await redeliver()).toBe(0);
  });

  test('is kept while the engine does not answer', async () => {
    world.engine.isAway = true;
    world.clock.advance(31_000);
    expect(await redeliver()).toBe(1);
    world.engine.isAway = false;
    world.clock.advance(60_000);
    await redeliver();

    expect(world.engine.told).toMatchObject([{ kind: 'redeliver' }]);
  });

  test('is not redelivered once its outcome was written', async () => {
    run = applyReport(run, { ...fenceOf(run), eventId: 'e', status: 'succeeded' }, world.now());
    await dispatch();
    world.clock.advance(31_000);
    await redeliver();

    expect(world.engine.told).toMatchObject([{ fence: { stepIndex: 1 } }]);
  });
});

describe('a concurrency key', () => {
  const other = { ...REF, runId: 'r-other', idempotencyKey: 'other' };
  const acquire = (idempotencyKey: string) => world.concurrency.acquire('gitops', { ...ref, idempotencyKey });
  const mine = () => idempotencyKey(ref.runId, 'one', 'execute', 1);

  test('of an attempt that is open is left to it', async () => {
    await world.write(run);
    await acquire(mine());
    await world.concurrency.acquire('gitops', other);
    expect(await freeAbandonedKeys(world)()).toBe(0);
    expect(await world.concurrency.acquire('gitops', other)).toMatchObject({ kind: 'queued' });
  });

  test('of an attempt that has ended, or whose run is not kept, goes to who is next', async () => {
    run = applyReport(run, { ...fenceOf(run), eventId: 'e', status: 'succeeded' }, world.now());
    await world.write(run);
    // By an activity that Temporal had given up: nobody is left to release it.
    await acquire(mine());
    await world.concurrency.acquire('gitops', other);
    expect(await freeAbandonedKeys(world)()).toBe(1);
    expect(world.engine.told).toEqual([{ kind: 'wake', runId: 'r-other' }]);

    expect(await world.concurrency.acquire('gitops', other)).toEqual({ kind: 'held' });
    await acquire('behind');
    expect(await freeAbandonedKeys(world)()).toBe(1);
    expect(await acquire('behind')).toEqual({ kind: 'held' });
  });
});
