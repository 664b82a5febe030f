import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, REF, type World, wordOf } from '../../test/builders/application-world.ts';
import { ANN } from '../../test/builders/build-run.ts';
import type { Inputs } from '../domain/inputs.ts';
import { changeInputs, retryStep } from './command-run.ts';
import { startRun } from './start-run.ts';

const declare = (pattern: string) => [{ name: 'ticket', type: 'string', required: true, pattern }] as const;

let world: World;
beforeEach(async () => {
  world = createWorld();
  await world.announce({ requiredInputs: declare('[A-Z]+-[0-9]+') });
});
const begin = (ticket: string) => startRun(world)({ ...REF, inputs: { ticket }, actor: ANN });
const command = { ...REF, actor: ANN, commandId: 'c' };

test('a start with an input that does not match its pattern names it, and starts nothing', async () => {
  expect(await begin('later')).toMatchObject({
    problem: {
      word: 'invalid-input',
      errors: [{ path: '/inputs/ticket', message: '"ticket" must match [A-Z]+-[0-9]+.' }],
    },
  });
  expect((await world.store.getCandidate(REF))?.runId).toBeUndefined();
  expect(wordOf(await begin('OPS-1'))).toBe('ok');
});

test('a start names what does not match beside what has the wrong type', async () => {
  const requiredInputs = [...declare('x'), { name: 'count', type: 'number', required: true }] as const;
  await world.announce({ requiredInputs });
  const inputs = { ticket: 'y', count: 'many' };
  expect(await startRun(world)({ ...REF, inputs, actor: ANN })).toMatchObject({
    problem: { word: 'invalid-input', errors: [{ path: '/inputs/count' }, { path: '/inputs/ticket' }] },
  });
});

describe('inputs that are given later', () => {
  const change = async (patch: Inputs) => wordOf(await changeInputs(world)({ ...command, patch }));

  test('are matched with the patterns of the migration while no run is open', async () => {
    expect(await change({ ticket: 'later' })).toBe('invalid-input');
    expect(await change({ ticket: 'OPS-1' })).toBe('ok');
    expect(await change({})).toBe('ok');
  });

  test('are matched with the patterns that the open run began with, also of a retry', async () => {
    await begin('OPS-1');
    await world.announce({ requiredInputs: declare('[a-z]+') });
    expect(await change({ ticket: 'later' })).toBe('invalid-input');
    expect(await change({ ticket: 'OPS-2' })).toBe('ok');
    const retry = { ...command, stepName: 'prepare', inputs: { ticket: 'later' } };
    expect(await retryStep(world)(retry)).toMatchObject({
      problem: { word: 'invalid-input', errors: [{ path: '/inputs/ticket' }] },
    });
  });

  test('are matched with the newest patterns once the run is over', async () => {
    const started = await begin('OPS-1');
    const runId = started.ok ? started.value.runId : '';
    const at = world.now().iso;
    const view = { status: 'not_started', since: at } as const;
    const ended = { outcome: 'cancelled' } as const;
    await world.store.project({ ...REF, runId, seq: 1, at, view, attempts: [], events: [], ended });
    await world.announce({ requiredInputs: declare('[a-z]+') });
    expect(await change({ ticket: 'later' })).toBe('ok');
  });

  test('name what is missing before what does not match', async () => {
    const requiredInputs = [...declare('x'), { name: 'count', type: 'number', required: true }] as const;
    await world.announce({ requiredInputs });
    await startRun(world)({ ...REF, inputs: { ticket: 'x', count: 1 }, actor: ANN });
    const patch = { ticket: 'y', count: null };
    expect(await changeInputs(world)({ ...command, patch })).toMatchObject({
      problem: { word: 'missing-input', errors: [{ path: '/inputs/count' }] },
    });
  });
});
