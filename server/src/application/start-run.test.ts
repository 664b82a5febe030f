import { beforeEach, describe, expect, test } from 'vitest';
import { CANDIDATE, createWorld, REF, type World, wordOf } from '../../test/builders/application-world.ts';
import { ANN } from '../../test/builders/build-run.ts';
import { aStep } from '../../test/contracts/builders.ts';
import type { RequiredInput } from '../domain/inputs.ts';
import { startRun } from './start-run.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const input = (name: string, more: Partial<RequiredInput> = {}): RequiredInput => ({
  name,
  type: 'string',
  required: true,
  ...more,
});

let world: World;
beforeEach(() => {
  world = createWorld();
});
const start = (inputs = {}, more = {}) => startRun(world)({ ...REF, inputs, actor: ANN, ...more });

describe('a start', () => {
  test('claims the candidate, keeps what the run is made of and starts its workflow', async () => {
    await world.announce({}, { labels: { team: 'blue' } });
    const started = await start();

    expect(started).toEqual({ ok: true, value: { runId: 'id-1' } });
    expect(await world.store.getCandidate(REF)).toMatchObject({
      status: 'not_started',
      runState: 'queued',
      runId: 'id-1',
    });
    expect(await world.store.getManifest({ ...REF, runId: 'id-1' })).toMatchObject({
      runId: 'id-1',
      revision: 'rev-1',
      candidate: { id: CANDIDATE, labels: { team: 'blue' } },
      steps: [{ name: 'prepare' }, { name: 'swap' }, { name: 'clean' }],
    });
    expect(world.engine.started).toMatchObject([
      {
        run: { ...REF, runId: 'id-1' },
        plan: { steps: [{ name: 'prepare' }, { name: 'swap' }, { name: 'clean' }] },
      },
    ]);
    expect(await world.eventTypes()).toEqual(['run.requested']);
  });

  test('takes the steps of the candidate where it has its own', async () => {
    await world.announce({}, { steps: [aStep('own')] });
    await start();

    expect(world.engine.started[0]?.plan.steps.map(({ name }) => name)).toEqual(['own']);
  });

  test('carries the trace of the request to the run and into its event', async () => {
    await world.announce();
    await start({}, { traceparent: TRACEPARENT });
    const page = await world.events.list({ traceId: '0af7651916cd43dd8448eb211c80319c', limit: 9 });

    expect(world.engine.started[0]?.traceparent).toBe(TRACEPARENT);
    expect(page).toMatchObject({ items: [{ type: 'run.requested' }] });
  });

  test('of ten at once is one, and its inputs are the ones that are kept (trap 11)', async () => {
    await world.announce({ requiredInputs: [input('n', { type: 'number' })] });
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => start({ n })));
    const winner = answers.findIndex((answer) => answer.ok);

    expect(answers.map(wordOf).toSorted()).toEqual(['ok', ...Array.from({ length: 9 }, () => 'run-open')]);
    expect(world.engine.started).toHaveLength(1);
    expect((await world.store.getCandidate(REF))?.inputs).toEqual({ n: winner });
  });
});

describe('inputs of a start', () => {
  test('are the announced default, then what is stored, then what is given', async () => {
    await world.announce({ requiredInputs: ['a', 'b', 'c'].map((name) => input(name, { default: 'd' })) });
    await world.store.setInputs(
      REF,
      { b: 'stored', c: 'stored', old: 'gone' },
      { at: '', type: 't', actor: ANN },
    );
    await start({ c: 'given' });

    expect((await world.store.getRun({ ...REF, runId: 'id-1' }))?.inputs).toEqual({
      a: 'd',
      b: 'stored',
      c: 'given',
    });
  });

  test.each([
    [{ team: 'blue', size: 5 }, 'undeclared-input', '/inputs/size'],
    [{}, 'missing-input', '/inputs/team'],
    [{ team: 5 }, 'invalid-input', '/inputs/team'],
  ])('like %j are refused as %s and nothing is started (trap 10)', async (inputs, word, path) => {
    await world.announce({ requiredInputs: [input('team')] });

    expect(await start(inputs)).toMatchObject({ ok: false, problem: { word, errors: [{ path }] } });
    expect(world.engine.started).toEqual([]);
    expect((await world.store.getCandidate(REF))?.runState).toBeUndefined();
  });
});

describe('a start is refused', () => {
  test('for a migration or a candidate that is not there', async () => {
    expect(await start()).toMatchObject({
      problem: { word: 'not-found', detail: 'There is no migration "charts".' },
    });
    await world.announce();
    expect(await start({}, { candidateId: 'org/other' })).toMatchObject({ problem: { word: 'not-found' } });
    expect(await start({}, { candidateId: '..' })).toMatchObject({ problem: { word: 'invalid-request' } });
  });

  test.each(['run-open', 'already-completed', 'cancelling', 'candidate-gone', 'not-found'] as const)(
    'with its own problem when the claim says %s',
    async (kind) => {
      world = createWorld((store) => ({ ...store, claimRun: async () => ({ kind }) }));
      await world.announce();

      expect(wordOf(await start())).toBe(kind);
      expect(world.engine.started).toEqual([]);
    },
  );

  test('while the engine is away, and the candidate is as it was', async () => {
    await world.announce();
    const before = await world.store.getCandidate(REF);
    world.engine.isAway = true;

    expect(await start()).toMatchObject({ problem: { word: 'unavailable', retryAfterSeconds: 5 } });
    expect(await world.store.getCandidate(REF)).toMatchObject({ ...before, version: expect.any(Number) });
    expect(await world.eventTypes()).toEqual(['run.requested', 'run.start_failed']);
    world.engine.isAway = false;
    expect(wordOf(await start())).toBe('ok');
  });

  test('while the workflow of the run before is still ending, and the candidate is as it was (trap 1)', async () => {
    await world.announce();
    await world.engine.start({ ...REF, runId: 'before' }, { revision: 'r', steps: [] }, undefined);

    expect(wordOf(await start())).toBe('cancelling');
    expect((await world.store.getCandidate(REF))?.runState).toBeUndefined();
    world.engine.close(REF);
    expect(wordOf(await start())).toBe('ok');
  });
});
