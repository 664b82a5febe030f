import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, REF, type World } from '../../test/builders/application-world.ts';
import { ANN, fenceOf } from '../../test/builders/build-run.ts';
import { aCandidate, aClaim, aProjection, aStep, MIGRATION } from '../../test/contracts/builders.ts';
import { applyCancel } from '../domain/run-commands.ts';
import { applyReport } from '../domain/run-reports.ts';
import { cancelRun } from './command-run.ts';
import { StoreUnavailable } from './ports/migration-store.ts';
import type { RunRef } from './ports/refs.ts';
import { reconcilePage } from './reconcile-runs.ts';

let world: World;
let ref: RunRef;
beforeEach(async () => {
  world = createWorld();
  await world.announce({ steps: [aStep('one'), aStep('two')] });
});
const reconcile = (position = {}) => reconcilePage(world)(position);
const candidate = () => world.store.getCandidate(REF);
/** Status and run state, where there is one. */
const shown = async () => {
  const { status, runState } = (await candidate()) ?? {};
  return { status, runState };
};
const cancel = (more = {}) =>
  cancelRun(world)({ ...REF, actor: ANN, commandId: 'c', compensate: false, ...more });

async function open() {
  ref = await world.start();
  return world.write(await world.begin(ref));
}

/** Candidates that are claimed, each with a run of its own that no engine was told of. */
async function claimMany(count: number): Promise<readonly RunRef[]> {
  const at = world.now().iso;
  const runs = Array.from({ length: count }, (_, n) => ({
    ...{ migrationId: MIGRATION, candidateId: `org/${n}`, runId: `r-${n}` },
  }));
  const candidates = runs.map(({ candidateId }) => aCandidate(candidateId));
  await world.store.submitCandidates({
    ...{ migrationId: MIGRATION, discoveryId: 'd', candidates, final: false, at },
  });
  for (const run of runs) await world.store.claimRun(aClaim(run.candidateId, run.runId, { at }));
  return runs;
}

describe('a claim whose workflow was never started', () => {
  beforeEach(async () => {
    ref = await world.start();
    world.engine.forget(REF);
    world.engine.started.length = 0;
  });

  test('is left alone while its start may be under way', async () => {
    await reconcile();

    expect(world.engine.started).toEqual([]);
  });

  test('is started after a while, as it was claimed', async () => {
    world.clock.advance(10_000);
    await reconcile();

    expect(world.engine.started).toMatchObject([
      { run: ref, plan: { steps: [{ name: 'one' }, { name: 'two' }] } },
    ]);
    expect(await candidate()).toMatchObject({ status: 'not_started', runState: 'queued' });
  });

  test('is ended when it was cancelled meanwhile', async () => {
    await cancel();
    world.clock.advance(10_000);
    await reconcile();

    expect(world.engine.started).toEqual([]);
    expect(await shown()).toEqual({ status: 'not_started' });
    expect(await world.eventTypes()).toContain('run.cancelled');
  });

  test('is given back when its cancel was taken by a workflow that has vanished since', async () => {
    await world.store.noteCancelRequest(ref, world.now().iso);
    world.clock.advance(10_000);
    await reconcile();

    expect(world.engine.started).toEqual([]);
    expect(await shown()).toEqual({ status: 'not_started' });
    expect(await world.store.getRun(ref)).toBeUndefined();
  });
});

describe('a run that the engine no longer knows', () => {
  test.each(['forget', 'close'] as const)(
    'after a %s is lost, its attempts stay, and it can be started again',
    async (end) => {
      await open();
      world.engine[end](REF);
      world.clock.advance(60_000);
      await reconcile();

      expect(await candidate()).toMatchObject({
        status: 'not_started',
        runState: 'lost',
        who: 'operator',
        since: world.now().iso,
        reason: expect.stringContaining('no longer knows'),
      });
      expect(await world.store.listAttempts(ref)).toMatchObject([
        {
          outcome: 'cancelled',
          endedAt: world.now().iso,
          message: expect.stringContaining('no longer knows'),
        },
      ]);
      expect(await world.store.getRun(ref)).toMatchObject({ outcome: 'lost' });
      expect(await world.eventTypes()).toContain('run.lost');
      await expect(world.start()).resolves.toMatchObject(REF);
    },
  );

  test('keeps the outcomes that its attempts had', async () => {
    const run = await open();
    await world.write(applyReport(run, { ...fenceOf(run), eventId: 'e', status: 'merged' }, world.now()));
    world.engine.forget(REF);
    world.clock.advance(60_000);
    await reconcile();

    expect((await world.store.listAttempts(ref)).map(({ outcome }) => outcome)).toEqual([
      'merged',
      'cancelled',
    ]);
  });

  test('is cancelled rather than lost when that was asked for', async () => {
    await open();
    await cancel();
    world.engine.close(REF);
    world.clock.advance(60_000);
    await reconcile();

    expect(await shown()).toEqual({ status: 'not_started' });
    expect(await world.store.getRun(ref)).toMatchObject({ outcome: 'cancelled' });
  });

  test('is not lost when its end was written between the two looks', async () => {
    const run = await open();
    world.clock.advance(60_000);
    const looks: string[] = [];
    const engine = {
      ...world.engine,
      describe: async () => {
        looks.push('look');
        if (looks.length === 1) {
          const done = applyReport(run, { ...fenceOf(run), eventId: 'e', status: 'succeeded' }, world.now());
          await world.write(done);
        }
        return 'closed' as const;
      },
    };
    await reconcilePage({ ...world, engine })({});

    expect(looks).toEqual(['look']);
    expect(await candidate()).toMatchObject({ status: 'running', step: 'two' });
  });

  test.each(['open', undefined] as const)('is not lost when the second look says %s', async (second) => {
    await open();
    world.clock.advance(60_000);
    const answers = ['closed' as const, second];
    await reconcilePage({ ...world, engine: { ...world.engine, describe: async () => answers.shift() } })({});

    expect(await candidate()).toMatchObject({ status: 'running', runState: 'dispatching' });
  });
});

describe('a run whose workflow is open', () => {
  test('is left alone', async () => {
    await open();
    world.clock.advance(9_999_000);
    await reconcile();

    expect(await candidate()).toMatchObject({ status: 'running', runState: 'dispatching' });
  });

  test('is given the grace period to react to its cancel', async () => {
    await open();
    world.clock.advance(60_000);
    await cancel();
    world.clock.advance(14_999);
    await reconcile();

    expect(await world.engine.describe(ref)).toBe('open');
  });

  test('is given longer when one of its steps asks for time to stop', async () => {
    await world.announce({ steps: [aStep('one', { cancelGraceSeconds: 60 }), aStep('two')] });
    await open();
    world.clock.advance(60_000);
    await cancel();
    world.clock.advance(74_999);
    await reconcile();
    expect(await world.engine.describe(ref)).toBe('open');
    world.clock.advance(1);
    await reconcile();
    expect(await world.engine.describe(ref)).toBe('closed');
  });

  test('is ended when it does not react to its cancel', async () => {
    await open();
    world.clock.advance(60_000);
    await cancel();
    world.clock.advance(15_000);
    await reconcile();

    expect(await world.engine.describe(ref)).toBe('closed');
    expect(await shown()).toEqual({ status: 'not_started' });
    expect(await world.store.getRun(ref)).toMatchObject({
      outcome: 'cancelled',
      reason: 'The run did not react to its cancel and was ended.',
    });
  });

  test('is not ended while it undoes what it did', async () => {
    const run = await open();
    await cancel({ compensate: true });
    const back = applyReport(run, { ...fenceOf(run), eventId: 'e', status: 'succeeded' }, world.now());
    await world.write(applyCancel(back, { compensate: true, actor: ANN }, world.now()));
    world.clock.advance(600_000);
    await reconcile();

    expect(await world.engine.describe(ref)).toBe('open');
  });

  test('keeps its end when it ended while it was terminated', async () => {
    const run = await open();
    await cancel();
    world.clock.advance(60_000);
    const engine = {
      ...world.engine,
      terminate: async () => {
        const done = applyReport(run, { ...fenceOf(run), eventId: 'e', status: 'succeeded' }, world.now());
        await world.write(
          applyReport(done, { ...fenceOf(done), eventId: 'f', status: 'succeeded' }, world.now()),
        );
      },
    };
    await reconcilePage({ ...world, engine })({});

    expect(await candidate()).toMatchObject({ status: 'completed' });
    expect(await world.store.getRun(ref)).toMatchObject({ outcome: 'completed' });
  });

  test('stays as it is when Temporal does not take the termination, so that it is tried again', async () => {
    await open();
    await cancel();
    world.clock.advance(60_000);
    const error = new Error('away');
    const terminate = () => Promise.reject(error);
    await reconcilePage({ ...world, engine: { ...world.engine, terminate } })({});

    expect(world.runFaults).toEqual([{ run: ref, error }]);
    expect(await candidate()).toMatchObject({ status: 'running' });
    await reconcile();
    expect(await shown()).toEqual({ status: 'not_started' });
  });
});

describe('the check', () => {
  test.each([-3_600_000, 3_600_000])(
    'does not start or end a run early where the clock of its process is off by %d ms',
    async (skewMs) => {
      const now = () => new Date(world.clock.now().getTime() + skewMs);
      const skewed = { ...world, clock: { now } };
      ref = await world.start();
      world.engine.started.length = 0;
      await reconcilePage(skewed)({});
      expect(world.engine.started).toEqual([]);

      await world.write(await world.begin(ref));
      await cancelRun(skewed)({ ...REF, actor: ANN, commandId: 'c', compensate: false });
      world.clock.advance(14_999);
      await reconcilePage(skewed)({});
      expect(await world.engine.describe(ref)).toBe('open');
      world.clock.advance(1);
      await reconcilePage(skewed)({});
      expect(await world.engine.describe(ref)).toBe('closed');
    },
  );

  test('changes nothing while the engine does not answer', async () => {
    await open();
    world.engine.isAway = true;
    world.clock.advance(60_000);
    await reconcile();

    expect(await candidate()).toMatchObject({ status: 'running', runState: 'dispatching' });
  });

  test('passes over a run that is gone when it is looked at', async () => {
    await open();
    world.engine.forget(REF);
    world.clock.advance(60_000);
    const store = { ...world.store, getRun: async () => undefined };
    await reconcilePage({ ...world, store })({});

    expect(await candidate()).toMatchObject({ status: 'running' });
  });

  test('starts nothing for a claim that was given back meanwhile', async () => {
    ref = await world.start();
    world.engine.forget(REF);
    world.engine.started.length = 0;
    world.clock.advance(60_000);
    await reconcilePage({ ...world, store: { ...world.store, getManifest: async () => undefined } })({});

    expect(world.engine.started).toEqual([]);
  });

  test.each(['first', 'second'] as const)(
    'goes on with the other runs when the %s look at one of them throws',
    async (look) => {
      const others = await claimMany(20);
      world.clock.advance(60_000);
      for (const run of others) world.engine.forget(run);
      await Promise.all(others.map((run) => world.store.project(aProjection(run.candidateId, run.runId))));
      const poisoned = others[7]?.runId;
      let looks = 0;
      const engine = {
        ...world.engine,
        describe: async (run: RunRef) => {
          if (run.runId === poisoned) looks += 1;
          if (run.runId === poisoned && looks === (look === 'first' ? 1 : 2)) throw new TypeError('no such');
          return world.engine.describe(run);
        },
      };
      await reconcilePage({ ...world, engine })({});

      expect(world.runFaults).toMatchObject([{ run: { runId: poisoned }, error: { message: 'no such' } }]);
      const counts = await world.store.countCandidates(MIGRATION);
      expect(counts.runState).toEqual({ lost: 19, in_progress: 1 });
    },
  );

  test('stops when the store is away, so that it is done again', async () => {
    await open();
    world.clock.advance(60_000);
    const getRun = () => Promise.reject(new StoreUnavailable('Redis is away.'));

    const check = reconcilePage({ ...world, store: { ...world.store, getRun } })({});
    await expect(check).rejects.toThrow(StoreUnavailable);
    expect(world.runFaults).toEqual([]);
  });

  test('goes through every migration, and through pages of 200 runs of each', async () => {
    await world.announce({ id: 'a-first' });
    await world.announce({ id: 'z-last' });
    await claimMany(201);
    world.clock.advance(60_000);
    const seen = [];
    let position: Awaited<ReturnType<typeof reconcile>> = {};
    while (position !== undefined) {
      position = await reconcile(position);
      seen.push(position?.migrationId, world.engine.started.length);
    }

    expect(seen).toEqual([MIGRATION, 0, MIGRATION, 200, 'z-last', 201, undefined, 201, undefined, 201]);
  });

  test('finds the next migration behind the first page of them', async () => {
    for (let n = 0; n < 205; n += 1) await world.announce({ id: `m-${String(n).padStart(3, '0')}` });

    expect(await reconcile({ migrationId: 'm-203' })).toEqual({ migrationId: 'm-204' });
    expect(await reconcile({ migrationId: 'm-204' })).toEqual({ isListing: true });
  });

  test('has nothing to do where there is no migration, or none can be listed', async () => {
    expect(await reconcilePage(createWorld())({})).toBeUndefined();
    const store = { ...world.store, listMigrations: async () => ({ kind: 'cursor-mismatch' as const }) };
    expect(await reconcilePage({ ...world, store })({})).toBeUndefined();
  });
});
