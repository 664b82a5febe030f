import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, REF, type World } from '../../test/builders/application-world.ts';
import { fenceOf } from '../../test/builders/build-run.ts';
import { aStep, MIGRATION } from '../../test/contracts/builders.ts';
import type { Run } from '../domain/run.ts';
import { applyDialled, applyReport } from '../domain/run-reports.ts';
import { dispatchStep } from './dispatch-step.ts';
import { StoreUnavailable } from './ports/migration-store.ts';
import type { RunRef } from './ports/refs.ts';
import { projectRun } from './project-run.ts';
import { type ReconcilePosition, reconcilePage } from './reconcile-runs.ts';

const STEPS = { steps: [aStep('one'), aStep('two')] };

let before: World;
let ref: RunRef;
let run: Run;
beforeEach(async () => {
  before = createWorld();
  await before.announce(STEPS);
  ref = await before.start();
  run = await before.write(await before.begin(ref));
  run = applyDialled(
    run,
    fenceOf(run),
    { kind: 'accepted', at: before.now(), workerApp: 'charts', instanceId: 'one', projected: true },
    before.now(),
  );
  answer(run);
});

/** What the run says of itself to the engine. */
function answer({ view, attempts }: Run): void {
  before.engine.progresses.set(ref.runId, { view, attempts });
}

const createEmptyWorld = (): World =>
  Object.assign(createWorld(), { engine: before.engine, newId: () => 'id-of-a-new-start' });

/** A store that has lost everything, under the same engine; announced and discovered anew. */
async function lose(definition: Parameters<World['announce']>[0] = STEPS): Promise<World> {
  const world = createEmptyWorld();
  await world.announce(definition);
  return world;
}

async function reconcile(world: World): Promise<void> {
  let position: ReconcilePosition | undefined = {};
  while (position !== undefined) position = await reconcilePage(world)(position);
}

describe('a run that the store has lost', () => {
  test('goes on where the engine says it is, and whoever works on it is told again', async () => {
    const world = await lose();
    await reconcile(world);

    expect(await world.store.getCandidate(REF)).toMatchObject({
      status: 'running',
      runState: 'in_progress',
      runId: ref.runId,
      step: 'one',
    });
    expect(await world.store.listAttempts(ref)).toMatchObject([{ stepIndex: 0, attempt: 1 }]);
    expect(await world.store.getManifest(ref)).toMatchObject({ steps: [{ name: 'one' }, { name: 'two' }] });
    expect(before.engine.told).toEqual([
      { kind: 'redeliver', fence: { runId: ref.runId, stepIndex: 0, phase: 'execute', attempt: 1 } },
      { kind: 'wake', runId: ref.runId },
    ]);
    expect(await world.eventTypes()).toEqual(['run.restored']);
  });

  test('is restored once', async () => {
    const world = await lose();
    await reconcile(world);
    before.engine.told.length = 0;
    await reconcile(world);

    expect(before.engine.told).toEqual([]);
    expect(await world.eventTypes()).toEqual(['run.restored']);
  });

  test('is lost, with its attempts, where its steps were announced anew', async () => {
    const world = await lose();
    const listOpen = async () => ({ items: [{ ...ref, revision: 'an-older-one' }] });
    await reconcile({ ...world, engine: { ...before.engine, listOpen } });

    await expectLost(world, 'its steps');
  });

  test('is lost, with its attempts, where its inputs are gone', async () => {
    const requiredInputs = [{ name: 'ticket', type: 'string', required: false }] as const;
    const world = await lose({ ...STEPS, requiredInputs });
    await reconcile(world);

    await expectLost(world, 'its inputs');
  });

  async function expectLost(world: World, what: string): Promise<void> {
    expect(await world.store.getCandidate(REF)).toMatchObject({
      status: 'not_started',
      runState: 'lost',
      who: 'operator',
      reason: expect.stringContaining(`${what} are not known any more`),
    });
    expect(await world.store.listAttempts(ref)).toMatchObject([{ outcome: 'cancelled' }]);
    expect(await before.engine.describe(ref)).toBe('closed');
    await expect(world.start()).resolves.toMatchObject(REF);
  }

  test('is lost where steps had ended, since their outputs are gone', async () => {
    answer(applyReport(run, { ...fenceOf(run), eventId: 'e', status: 'succeeded' }, before.now()));
    const world = await lose();
    await reconcile(world);

    expect(await world.store.getCandidate(REF)).toMatchObject({
      runState: 'lost',
      reason: expect.stringContaining('outputs'),
    });
    expect((await world.store.listAttempts(ref)).map(({ outcome }) => outcome)).toEqual([
      'succeeded',
      'cancelled',
    ]);
  });

  test('is ended before the store takes its writes, so that it dispatches nothing without them', async () => {
    const world = await lose({
      ...STEPS,
      requiredInputs: [{ name: 'ticket', type: 'string', required: false }],
    });
    const store: World['store'] = {
      ...world.store,
      claimRun: async (claim) => {
        expect(await before.engine.describe(ref)).toBe('closed');
        return world.store.claimRun(claim);
      },
    };
    await reconcile({ ...world, store });

    await expectLost(world, 'its inputs');
    expect(world.runFaults).toEqual([]);
  });

  test('is restored whole by the next check when the one before died on the way', async () => {
    const world = await lose();
    const store = { ...world.store, project: () => Promise.reject(new StoreUnavailable('It died.')) };
    await expect(reconcile({ ...world, store })).rejects.toThrow('It died.');
    await reconcile(world);

    expect(await world.store.getCandidate(REF)).toMatchObject({ runState: 'in_progress', step: 'one' });
    expect(await world.store.listAttempts(ref)).toMatchObject([{ stepIndex: 0, attempt: 1 }]);
    expect(await world.eventTypes()).toEqual(['run.restored']);
  });

  test('is lost, and not started anew, when the check that ended it died on the way', async () => {
    answer(applyReport(run, { ...fenceOf(run), eventId: 'e', status: 'succeeded' }, before.now()));
    const world = await lose();
    const store = { ...world.store, project: () => Promise.reject(new StoreUnavailable('It died.')) };
    await expect(reconcile({ ...world, store })).rejects.toThrow('It died.');
    world.clock.advance(11_000);
    await reconcile(world);

    expect(before.engine.started).toHaveLength(1);
    expect(await world.store.getCandidate(REF)).toMatchObject({ status: 'not_started', runState: 'lost' });
  });

  test('waits until its candidate was discovered again', async () => {
    const world = createEmptyWorld();
    await world.announce({ id: 'another' });
    await reconcile(world);
    expect(await world.store.getRun(ref)).toBeUndefined();

    await world.announce(STEPS);
    await reconcile(world);
    expect(await world.store.getRun(ref)).toMatchObject({ runId: ref.runId });
  });

  test('waits until the engine says where it is', async () => {
    before.engine.progresses.clear();
    const world = await lose();
    await reconcile(world);

    expect(await world.store.getRun(ref)).toBeUndefined();
  });

  test('is left to end when its workflow ended between the looks', async () => {
    const world = await lose();
    const engine = { ...before.engine, describe: async () => 'closed' as const };
    await reconcile({ ...world, engine });

    expect(await world.store.getRun(ref)).toBeUndefined();
  });

  test('keeps its workflow from ending by what it writes until then', async () => {
    const world = await lose();
    const later = { ...run, outbox: { dirty: true, attempts: [], events: [] } };
    const projection = { ...ref, seq: 9, at: world.now().iso, view: run.view, attempts: [], events: [] };

    await expect(projectRun(world)(projection)).rejects.toThrow(StoreUnavailable);
    await expect(dispatchStep(world)(world.dispatchOf(later))).rejects.toThrow(StoreUnavailable);
    const nothingToWrite = { ...run, outbox: { dirty: false, attempts: [], events: [] } };
    await expect(dispatchStep(world)(world.dispatchOf(nothingToWrite))).rejects.toThrow(StoreUnavailable);
  });
});

test('a run whose claim was given back before its first write ends by it', async () => {
  const world = await lose();
  const first = await before.begin(ref);

  expect(await dispatchStep(world)(world.dispatchOf(first))).toEqual({ projected: 'not-claimed' });
});

test('nothing that completed is started or changed', async () => {
  before.engine.close(REF);
  const world = await lose();
  await reconcile(world);

  expect(before.engine.started.length).toBe(1);
  expect(
    await world.store.getCandidate({ migrationId: MIGRATION, candidateId: REF.candidateId }),
  ).toMatchObject({
    status: 'not_started',
  });
});
