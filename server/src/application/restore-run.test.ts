import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, REF, type World, wordOf } from '../../test/builders/application-world.ts';
import { ANN, after, fenceOf } from '../../test/builders/build-run.ts';
import { aClaim, aStep, MIGRATION } from '../../test/contracts/builders.ts';
import type { Run } from '../domain/run.ts';
import { applyCancel, applyInputs, finishCancel } from '../domain/run-commands.ts';
import { applyDialled, applyReport } from '../domain/run-reports.ts';
import { catchUp, findAhead } from './catch-up-run.ts';
import { dispatchStep } from './dispatch-step.ts';
import { StoreUnavailable } from './ports/migration-store.ts';
import type { RunRef } from './ports/refs.ts';
import { projectRun } from './project-run.ts';
import { type ReconcilePosition, reconcilePage } from './reconcile-runs.ts';
import { giveUpEnded, restoreEnded } from './restore-ended.ts';
import { startRun } from './start-run.ts';

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
function answer({ view, attempts, bareSteps, inputsVersion, ended }: Run, isWritten = true): void {
  const more = { bareSteps, inputsVersion, ended, isWritten };
  before.engine.progresses.set(ref.runId, { view, attempts, ...more });
}

const createEmptyWorld = (): World =>
  Object.assign(createWorld(), { engine: before.engine, newId: () => 'id-of-a-new-start' });

/** A store that has lost everything, under the same engine; announced and discovered anew. */
async function lose(definition: Parameters<World['announce']>[0] = STEPS): Promise<World> {
  const world = createEmptyWorld();
  await world.announce(definition);
  await world.store.dropComparison(MIGRATION);
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

  test('goes on in a later step where those before are known to have given no outputs', async () => {
    const bare = { eventId: 'e', status: 'succeeded', hasOutputs: false } as const;
    answer(applyReport(run, { ...fenceOf(run), ...bare }, before.now()));
    const world = await lose();
    await reconcile(world);

    expect(await world.store.getCandidate(REF)).toMatchObject({ runState: 'dispatching', step: 'two' });
    expect((await world.store.listAttempts(ref)).map(({ outcome }) => outcome)).toEqual([
      'succeeded',
      undefined,
    ]);
  });

  test('is lost where it rolls back another run, whose outputs are gone', async () => {
    before.engine.progresses.set(ref.runId, { view: run.view, attempts: [], isRollback: true });
    const world = await lose();
    await reconcile(world);

    expect(await world.store.getCandidate(REF)).toMatchObject({
      runState: 'lost',
      reason: expect.stringContaining('outputs'),
    });
  });

  test('is found again when the check died after it had ended it', async () => {
    const requiredInputs = [{ name: 'ticket', type: 'string', required: false }] as const;
    const world = await lose({ ...STEPS, requiredInputs });
    await reconcile(world);
    const again = await lose({ ...STEPS, requiredInputs });
    const token = await again.store.beginComparison(MIGRATION);
    const store = { ...again.store, claimRun: () => Promise.reject(new StoreUnavailable('It died.')) };
    before.engine.reopen(REF);
    const listing = reconcilePage({ ...again, store })({ isListing: true });
    await expect(listing).rejects.toThrow('It died.');
    await again.store.endComparison(MIGRATION, token ?? '');
    await reconcile(again);

    expect(await again.store.getCandidate(REF)).toMatchObject({ runState: 'lost' });
  });

  test.each([true, undefined])(
    'is lost where steps had ended with outputs, or maybe so: %s',
    async (hasOutputs) => {
      const report = { eventId: 'e', status: 'succeeded', hasOutputs } as const;
      answer(applyReport(run, { ...fenceOf(run), ...report }, before.now()));
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
    },
  );

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

describe('a run that is over and that the store has lost', () => {
  const report = (status: 'succeeded' | 'failed') =>
    ({ ...fenceOf(run), eventId: `e-${run.index}`, status, hasOutputs: false }) as const;
  const startAgain = () => startRun(world)({ ...REF, inputs: {}, actor: ANN });
  let world: World;
  beforeEach(async () => {
    world = await lose();
  });

  function complete(): void {
    for (const _ of run.steps) run = applyReport(run, report('succeeded'), before.now());
    answer(run);
    before.engine.close(REF);
  }

  test('is written back where it completed, and not started again before', async () => {
    complete();
    expect(wordOf(await startAgain())).toBe('already-completed');
    await reconcile(world);

    expect(await world.store.getCandidate(REF)).toMatchObject({ status: 'completed', runId: ref.runId });
    expect(await world.store.getRun(ref)).toMatchObject({ outcome: 'completed', endedAt: run.view.since });
    expect((await world.store.listAttempts(ref)).map(({ outcome }) => outcome)).toEqual([
      'succeeded',
      'succeeded',
    ]);
    expect(wordOf(await startAgain())).toBe('already-completed');
    expect(before.engine.started).toHaveLength(1);
    expect(await world.store.isCompared(MIGRATION)).toBe(true);
    expect(await world.eventTypes()).toEqual(['run.restored', 'run.completed']);
  });

  test('is written back where it was cancelled, and can be started again', async () => {
    const cancel = { compensate: false, actor: ANN, reason: 'Not now.' };
    answer(finishCancel(applyCancel(run, cancel, before.now()), before.now()));
    before.engine.close(REF);
    await reconcile(world);

    expect(await world.store.getCandidate(REF)).toMatchObject({ status: 'not_started', runId: ref.runId });
    expect(await world.store.getRun(ref)).toMatchObject({ outcome: 'cancelled', reason: 'Not now.' });
    expect(wordOf(await startAgain())).toBe('ok');
  });

  test('is no reason against a start where the store knows the newest run, or the engine knows none', async () => {
    world = before;
    await before.write(run);
    const cancelled = applyCancel(run, { compensate: false, actor: ANN }, before.now());
    await before.write(finishCancel(cancelled, before.now()));
    before.engine.close(REF);
    await world.store.dropComparison(MIGRATION);
    expect(wordOf(await startAgain())).toBe('ok');

    world = await lose();
    before.engine.forget(REF);
    expect(wordOf(await startAgain())).toBe('ok');
  });

  test('is no reason against a start while the store has its end although another run is the newest there', async () => {
    complete();
    await reconcile(world);
    await world.store.dropComparison(MIGRATION);
    const rollback = { ...REF, runId: 'z-rollback' };
    const claim = aClaim(REF.candidateId, rollback.runId, { at: world.now().iso });
    await world.store.claimRun({ ...claim, afterRunId: ref.runId });
    const over = { status: 'not_started', since: world.now().iso } as const;
    const none = { attempts: [], events: [], ended: { outcome: 'rolled_back' } } as const;
    await world.store.project({ ...rollback, seq: 1, at: world.now().iso, view: over, ...none });

    expect(wordOf(await startAgain())).toBe('ok');
  });

  test('is marked for a person where it did not come to its end', async () => {
    before.engine.close(REF);
    await reconcile(world);

    expect(await world.store.getCandidate(REF)).toMatchObject({
      ...{ status: 'not_started', runState: 'lost', who: 'operator' },
      reason: expect.stringContaining('how it ended'),
    });
    expect(wordOf(await startAgain())).toBe('ok');
  });

  test('is written back whole when the check before died on the way', async () => {
    complete();
    const store = { ...world.store, project: () => Promise.reject(new StoreUnavailable('It died.')) };
    await expect(reconcile({ ...world, store })).rejects.toThrow('It died.');
    world.clock.advance(11_000);
    await reconcile(world);

    expect(before.engine.started).toHaveLength(1);
    expect(await world.store.getCandidate(REF)).toMatchObject({ status: 'completed', runId: ref.runId });
  });

  test('is looked at again until the engine says how it ended', async () => {
    complete();
    before.engine.progresses.clear();
    await reconcile(world);
    expect(await world.store.isCompared(MIGRATION)).toBe(false);
    expect(wordOf(await startAgain())).toBe('ok');
  });

  test('is marked for a person after ten checks that could not tell how it ended, and is compared no more', async () => {
    complete();
    before.engine.progresses.clear();
    for (let check = 1; check < 10; check += 1) await reconcile(world);
    expect(await world.store.getRun(ref)).toBeUndefined();
    await reconcile(world);

    expect(await world.store.getCandidate(REF)).toMatchObject({
      ...{ status: 'not_started', runState: 'lost', who: 'operator', runId: ref.runId },
      reason:
        'The store had lost this run, and how it ended is not known any more; its effects so far remain.',
    });
    expect(await world.store.isCompared(MIGRATION)).toBe(true);
    expect(wordOf(await startAgain())).toBe('ok');
  });

  test('is not given up on by checks that something else kept from ending', async () => {
    complete();
    const listClosed = () => Promise.reject(new Error('No visibility.'));
    const away = { ...world, engine: { ...world.engine, listClosed } };
    for (let check = 0; check < 12; check += 1) await reconcile(away);
    before.engine.progresses.clear();
    await reconcile(world);
    expect(await world.store.getRun(ref)).toBeUndefined();
  });

  test('is still not marked while another run of its candidate is open', async () => {
    const older = { ...REF, runId: '0-older' };
    await world.store.claimRun(aClaim(REF.candidateId, older.runId, { at: world.now().iso }));
    complete();
    before.engine.progresses.clear();
    expect(await giveUpEnded(world, { ...ref, revision: undefined })).toBe(false);
  });

  test('is none where its claim was given back before it began', async () => {
    before.engine.progresses.set(ref.runId, { view: run.view, attempts: run.attempts, isRefused: true });
    before.engine.close(REF);
    await reconcile(world);

    expect(await world.store.getRun(ref)).toBeUndefined();
    expect(await world.store.isCompared(MIGRATION)).toBe(true);
    expect(wordOf(await startAgain())).toBe('ok');
  });

  test('is written back as soon as its candidate is discovered again', async () => {
    complete();
    world = createEmptyWorld();
    await world.announce(STEPS, { id: 'org/another' });
    await world.store.dropComparison(MIGRATION);
    await reconcile(world);
    expect(await world.store.isCompared(MIGRATION)).toBe(true);
    await world.announce(STEPS);
    await reconcile(world);

    expect(await world.store.getCandidate(REF)).toMatchObject({ status: 'completed' });
  });

  test('follows the one that an older store knows', async () => {
    const older = { ...REF, runId: '0-older' };
    await world.store.claimRun(aClaim(REF.candidateId, older.runId, { at: world.now().iso }));
    await world.store.project({
      ...{ ...older, seq: 1, at: world.now().iso, attempts: [], events: [] },
      ...{ view: { status: 'not_started', since: world.now().iso }, ended: { outcome: 'cancelled' } },
    });
    complete();
    await reconcile(world);

    expect(await world.store.getCandidate(REF)).toMatchObject({ status: 'completed', runId: ref.runId });
  });

  test('is not written over one that is newer, or that the engine goes on with', async () => {
    complete();
    const newer = { ...REF, runId: 'z-newer' };
    await world.store.claimRun(aClaim(REF.candidateId, newer.runId, { at: world.now().iso }));
    await reconcile(world);
    expect(await world.store.getRun(ref)).toBeUndefined();

    world = await lose();
    const listClosed = async () => ({ items: [{ ...ref, revision: undefined }] });
    before.engine.reopen(REF);
    const engine = { ...before.engine, listClosed, listOpen: async () => ({ items: [] }) };
    await reconcile({ ...world, engine });
    expect(await world.store.getRun(ref)).toBeUndefined();
  });

  test('waits while the candidate has an open run of its own', async () => {
    const older = { ...REF, runId: '0-older' };
    await world.store.claimRun(aClaim(REF.candidateId, older.runId, { at: world.now().iso }));
    complete();
    expect(await restoreEnded(world, { ...ref, revision: undefined })).toBe(false);
  });
});

describe('a store that is older than what the engine knows', () => {
  let world: World;
  /** What the store was told of. */
  beforeEach(async () => {
    world = before;
    await before.write(run);
    await world.store.dropComparison(MIGRATION);
    world.engine.told.length = 0;
  });
  const goOn = (hasOutputs: boolean) => {
    const report = { ...fenceOf(run), eventId: 'e', status: 'succeeded', hasOutputs } as const;
    run = applyReport(run, report, after(10));
  };

  test('catches up with a run that has gone on to its next step, whose worker is told again', async () => {
    goOn(false);
    answer(run);
    await reconcile(world);

    expect(await world.store.getCandidate(REF)).toMatchObject({ runState: 'dispatching', step: 'two' });
    expect((await world.store.listAttempts(ref)).map(({ outcome }) => outcome)).toEqual([
      'succeeded',
      undefined,
    ]);
    expect(world.engine.told).toEqual([
      { kind: 'redeliver', fence: { runId: ref.runId, stepIndex: 1, phase: 'execute', attempt: 1 } },
      { kind: 'wake', runId: ref.runId },
    ]);
    expect(await world.store.isCompared(MIGRATION)).toBe(true);
    await reconcile(world);
    expect(world.engine.told).toHaveLength(2);
  });

  test('marks a run for a person whose steps have given outputs since', async () => {
    goOn(true);
    answer(run);
    await reconcile(world);

    expect(await world.store.getCandidate(REF)).toMatchObject({
      ...{ status: 'not_started', runState: 'lost', who: 'operator' },
      reason: expect.stringContaining('outputs'),
    });
    expect(await world.engine.describe(ref)).toBe('closed');
  });

  test('marks a run for a person whose inputs were changed since', async () => {
    run = applyInputs(run, { ticket: 'OPS-2' }, ANN, after(10));
    answer(run);
    await reconcile(world);

    expect(await world.store.getCandidate(REF)).toMatchObject({
      ...{ runState: 'lost', reason: expect.stringContaining('inputs') },
    });
  });

  test('leaves a run alone that is where the store says, or is about to write', async () => {
    answer(run);
    await reconcile(world);
    await world.store.dropComparison(MIGRATION);
    goOn(true);
    answer(run, false);
    await reconcile(world);

    expect(world.engine.told).toEqual([]);
    expect(await world.store.getCandidate(REF)).toMatchObject({ runState: 'in_progress', step: 'one' });
  });

  test('leaves a run alone that has written between the looks, or whose write comes first', async () => {
    goOn(true);
    answer(run);
    const stored = await world.store.getRun(ref);
    await catchUp(world, ref, (stored?.seq ?? 0) - 1);
    await catchUp(
      { ...world, store: { ...world.store, project: async () => 'stale' } },
      ref,
      stored?.seq ?? 0,
    );

    expect(world.engine.told).toEqual([]);
    expect(await world.store.getCandidate(REF)).toMatchObject({ runState: 'in_progress' });
  });

  test('passes over a run that is gone when it is looked at', async () => {
    goOn(true);
    answer(run);
    expect(
      await findAhead({ ...world, store: { ...world.store, getRun: async () => undefined } }, ref),
    ).toBeUndefined();
  });

  test('has a run that completed since written as completed', async () => {
    goOn(true);
    goOn(true);
    answer(run);
    world.engine.close(REF);
    world.clock.advance(11_000);
    await reconcile(world);

    expect(await world.store.getCandidate(REF)).toMatchObject({ status: 'completed', runId: ref.runId });
  });

  test('is compared again where what is over cannot be listed', async () => {
    const listClosed = () => Promise.reject(new Error('No visibility.'));
    await reconcile({ ...world, engine: { ...world.engine, listClosed } });
    expect(await world.store.isCompared(MIGRATION)).toBe(false);
  });

  test('is compared page by page', async () => {
    const pages: (string | undefined)[] = [];
    const listClosed: World['engine']['listClosed'] = async (_, cursor) => {
      pages.push(cursor);
      return { items: [], ...(cursor === undefined ? { nextCursor: 'more' } : {}) };
    };
    await reconcile({ ...world, engine: { ...world.engine, listClosed } });

    expect(pages).toEqual([undefined, 'more']);
    expect(await world.store.isCompared(MIGRATION)).toBe(true);
  });
});
