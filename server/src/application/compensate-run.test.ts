import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, REF, type World, wordOf } from '../../test/builders/application-world.ts';
import { ANN } from '../../test/builders/build-run.ts';
import { aStep, MIGRATION } from '../../test/contracts/builders.ts';
import type { AttemptChange } from '../domain/run-projection.ts';
import { cancelRun } from './command-run.ts';
import { compensateRun } from './compensate-run.ts';
import { previewCompensate } from './preview-compensate.ts';

const steps = [aStep('open', { compensable: true }), aStep('kept'), aStep('swap', { compensable: true })];

let world: World;
beforeEach(async () => {
  world = createWorld();
  await world.announce({ steps });
});

const rollBack = () => compensateRun(world)({ ...REF, actor: ANN, commandId: 'c', reason: 'Wrong.' });

/** A run that is over, with these attempts. */
async function finish(
  attempts: readonly Partial<AttemptChange>[],
  outcome: 'completed' | 'cancelled' = 'completed',
): Promise<string> {
  const ref = await world.start();
  const at = world.now().iso;
  const attempt = { phase: 'execute', attempt: 1, startedAt: at, endedAt: at, inputsVersion: 1 } as const;
  await world.store.project({
    ...ref,
    seq: 5,
    at,
    view: { status: outcome === 'completed' ? 'completed' : 'not_started', since: at },
    attempts: attempts.map((one) => ({ ...attempt, stepIndex: 0, outcome: 'succeeded', ...one })),
    events: [],
    ended: { outcome },
  });
  world.engine.close(ref);
  return ref.runId;
}

describe('a roll back', () => {
  test('of a completed run starts a run that undoes what can be undone, the last step first', async () => {
    const undone = await finish([{ stepIndex: 0 }, { stepIndex: 1 }, { stepIndex: 2, outcome: 'merged' }]);
    const begun = await rollBack();
    expect(wordOf(begun)).toBe('ok');
    const { run, plan } = world.engine.started.at(-1) ?? {};
    expect(plan).toMatchObject({ undo: [0, 2], kept: [1], reason: 'Wrong.' });
    expect(await world.store.getManifest(run ?? { ...REF, runId: '' })).toMatchObject({
      undoes: { runId: undone, steps: ['swap', 'open'], kept: ['kept'] },
    });
    expect(await world.eventTypes()).toContain('rollback.requested');
  });

  test('that is cancelled before it has begun leaves the candidate completed, and says that nothing was undone', async () => {
    const undone = await finish([{ stepIndex: 0 }]);
    await rollBack();
    world.engine.forget(REF);
    const cancel = { ...REF, actor: ANN, commandId: 'd', compensate: false, reason: 'A mistake.' };

    expect(wordOf(await cancelRun(world)(cancel))).toBe('ok');
    expect(await world.store.getCandidate(REF)).toMatchObject({ status: 'completed', runId: undone });
    const page = await world.events.list({ limit: 1 });
    expect(page).toMatchObject({
      items: [
        { type: 'run.cancelled', data: { reason: expect.stringContaining('A mistake. Cancelled before') } },
      ],
    });
    expect(wordOf(await rollBack())).toBe('ok');
  });

  test('that is under way is what a second request for it gives, also before its workflow is started', async () => {
    await finish([{ stepIndex: 0 }]);
    const first = await rollBack();
    expect(await rollBack()).toEqual(first);
    world.engine.forget(REF);
    expect(await rollBack()).toEqual(first);
    expect(world.engine.told).toEqual([]);
    const [open] = (await world.store.listOpenRuns(MIGRATION, undefined, 9)).items;
    expect(open?.cancelAgeMs).toBeUndefined();
  });

  test('of an open run cancels it with compensation', async () => {
    await world.start();
    expect(wordOf(await rollBack())).toBe('ok');
    expect(world.engine.told).toMatchObject([{ kind: 'cancel', compensate: true }]);
  });

  test('leaves out what was skipped, undone already, or never reached', async () => {
    await finish(
      [
        { stepIndex: 0 },
        { stepIndex: 0, phase: 'compensate' },
        { stepIndex: 2, outcome: 'failed' },
        { stepIndex: 2, attempt: 2, outcome: 'skipped' },
      ],
      'cancelled',
    );
    await rollBack();
    expect(world.engine.started.at(-1)?.plan.undo).toEqual([2]);
  });

  test('of a roll back that was abandoned leaves out what an earlier roll back has undone', async () => {
    await finish([{ stepIndex: 0 }, { stepIndex: 2 }]);
    const rolledBack = async (stepIndex: number) => {
      const run = world.engine.started.at(-1)?.run ?? { ...REF, runId: '' };
      const at = world.now().iso;
      await world.store.project({
        ...run,
        seq: 5,
        at,
        view: { status: 'not_started', since: at },
        attempts: [
          {
            stepIndex,
            phase: 'compensate',
            attempt: 1,
            startedAt: at,
            endedAt: at,
            inputsVersion: 1,
            outcome: 'succeeded',
          },
        ],
        events: [],
        ended: { outcome: 'rolled_back' },
      });
      world.engine.close(run);
    };
    await rollBack();
    await rolledBack(2);
    await rollBack();
    expect(world.engine.started.at(-1)?.plan.undo).toEqual([0]);
    await rolledBack(0);
    expect(await rollBack()).toMatchObject({
      problem: { word: 'nothing-to-undo', detail: 'No step of the last run has effects that remain.' },
    });
  });

  test('is refused where nothing can be undone, and says what its worker cannot undo', async () => {
    expect(await rollBack()).toMatchObject({
      problem: { word: 'not-running', detail: '"org/web" was never started.' },
    });
    await finish([{ stepIndex: 0, outcome: 'skipped' }], 'cancelled');
    expect(await rollBack()).toMatchObject({
      problem: { word: 'nothing-to-undo', detail: 'No step of the last run has effects that remain.' },
    });
    await finish([{ stepIndex: 1 }]);
    expect(await rollBack()).toMatchObject({
      problem: { word: 'nothing-to-undo', detail: 'Their worker cannot undo "kept".' },
    });
    expect(
      wordOf(await compensateRun(world)({ ...REF, candidateId: 'none', actor: ANN, commandId: 'c' })),
    ).toBe('not-found');
  });

  test('leaves the candidate completed when the engine cannot start it now', async () => {
    await finish([{ stepIndex: 0 }]);
    world.engine.isAway = true;
    expect(wordOf(await rollBack())).toBe('unavailable');
    expect(await world.store.getCandidate(REF)).toMatchObject({ status: 'completed' });
    world.engine.isAway = false;
    await world.engine.start({ ...REF, runId: 'closing' }, { revision: 'r', steps: [] }, undefined);
    expect(wordOf(await rollBack())).toBe('cancelling');
    expect((await world.store.getCandidate(REF))?.runState).toBeUndefined();
  });
});

describe('the preview of a roll back', () => {
  const preview = async () => {
    const answer = await previewCompensate(world)(REF);
    if (!answer.ok) throw new Error(answer.problem.detail);
    return answer.value;
  };

  test('names what a roll back of a run that is over would undo, in order, and what stays', async () => {
    const runId = await finish([{ stepIndex: 0 }, { stepIndex: 1 }, { stepIndex: 2, outcome: 'merged' }]);
    const { undone, remaining, ...rest } = await preview();
    expect(rest).toEqual({ runId });
    expect(undone.map(({ step, outcome }) => [step.name, outcome])).toEqual([
      ['swap', 'merged'],
      ['open', 'succeeded'],
    ]);
    expect(remaining.map(({ step, why }) => [step.name, why])).toEqual([
      ['kept', 'This step cannot be undone by its worker.'],
    ]);
    expect(world.engine.started).toHaveLength(1);
  });

  test('of an open run is that of its cancel', async () => {
    await world.start();
    expect(await preview()).toMatchObject({ undone: [], remaining: [] });
    expect(world.engine.told).toEqual([]);
  });

  test('is refused where nothing was ever started', async () => {
    expect(wordOf(await previewCompensate(world)(REF))).toBe('not-running');
    expect(wordOf(await previewCompensate(world)({ ...REF, candidateId: 'none' }))).toBe('not-found');
  });

  test('is empty where the data of the run are lost', async () => {
    await finish([{ stepIndex: 0 }]);
    const store = { ...world.store, getManifest: async () => undefined };
    const answer = await previewCompensate({ ...world, store })(REF);
    expect(answer).toMatchObject({ ok: true, value: { undone: [], remaining: [] } });
  });
});
