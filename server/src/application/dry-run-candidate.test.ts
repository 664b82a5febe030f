import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, REF, type World, wordOf } from '../../test/builders/application-world.ts';
import { aStep } from '../../test/contracts/builders.ts';
import { getDryRun, startDryRun } from './dry-run-candidate.ts';
import { DryRunFailed, type DryRunner } from './ports/dry-runner.ts';

const STEPS = [
  { name: 'one', changes: [{ repo: 'org/web', path: 'a.yaml', status: 'new', after: 'a: 1\n' }] },
] as const;
const requiredInputs = [{ name: 'team', type: 'string', required: true }] as const;

const BASES = [{ repo: 'org/web', branch: 'main', commit: 'abc' }];

let world: World;
let background: Promise<unknown>[];
let answer: DryRunner['dryRun'];
beforeEach(async () => {
  world = createWorld();
  background = [];
  answer = async () => ({ steps: STEPS, bases: BASES });
  await world.announce({ steps: [aStep('one')], requiredInputs });
  await world.enlist();
});
const deps = () => ({
  ...world,
  dryRunner: { dryRun: ((...asked) => answer(...asked)) as DryRunner['dryRun'] },
  background: (work: Promise<unknown>) => background.push(work.catch(() => undefined)),
});
const preview = (more = {}) => startDryRun(deps())({ ...REF, inputs: { team: 'blue' }, ...more });

describe('a preview', () => {
  test('that is quick is answered with what would change, and kept', async () => {
    const asked: unknown[] = [];
    answer = async (workerUrl, request) => {
      asked.push({ workerUrl, ...request });
      return { steps: STEPS, bases: BASES };
    };
    const finished = {
      ...{
        id: 'id-1',
        ...REF,
        state: 'completed',
        steps: STEPS,
        bases: BASES,
        revision: 'rev-1',
        inputs: { team: 'blue' },
      },
      ...{ startedAt: world.now().iso, endedAt: world.now().iso },
    };

    expect(await preview()).toEqual({ ok: true, value: finished });
    expect(await getDryRun(world)('id-1')).toEqual({ ok: true, value: finished });
    expect(asked).toMatchObject([
      {
        workerUrl: 'http://worker.test/one',
        steps: [{ name: 'one' }],
        inputs: { team: 'blue' },
        candidate: { id: 'org/web' },
      },
    ]);
    expect((await world.store.getCandidate(REF))?.runId).toBeUndefined();
  });

  test('takes the steps of the candidate where it has its own', async () => {
    await world.announce({ requiredInputs }, { steps: [aStep('own')] });
    let names: readonly string[] = [];
    answer = async (_, { steps }) => {
      names = steps.map((step) => step.name);
      return { steps: [] };
    };
    await preview();

    expect(names).toEqual(['own']);
  });

  test('that is slow is answered as running, goes on, and is found when it is done', async () => {
    let finish = (): void => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    answer = async () => {
      await held;
      return { steps: STEPS, bases: BASES };
    };

    expect(await preview()).toMatchObject({ ok: true, value: { id: 'id-1', state: 'running' } });
    expect(await getDryRun(world)('id-1')).toMatchObject({ value: { state: 'running' } });
    finish();
    await Promise.all(background);
    expect(await getDryRun(world)('id-1')).toMatchObject({ value: { state: 'completed', steps: STEPS } });
  });

  test('that fails is kept with the reason', async () => {
    answer = () => Promise.reject(new DryRunFailed('The chart cannot be read.'));

    expect(await preview()).toMatchObject({
      ok: true,
      value: { state: 'failed', error: 'The chart cannot be read.' },
    });
  });

  test('that breaks is kept as failed too, and the fault is not hidden', async () => {
    answer = () => Promise.reject(new TypeError('undefined is not a function'));

    await expect(preview()).rejects.toThrow('undefined is not a function');
    expect(await getDryRun(world)('id-1')).toMatchObject({
      value: { state: 'failed', error: expect.any(String) },
    });
  });

  test('whose process died is seen to have failed soon after, and reading it writes nothing', async () => {
    answer = () => new Promise(() => {});
    await preview();
    world.clock.advance(14_999);
    expect(await getDryRun(world)('id-1')).toMatchObject({ value: { state: 'running' } });
    world.clock.advance(1);
    const before = await world.dryRuns.get('id-1');
    expect(await getDryRun(world)('id-1')).toEqual({
      ok: true,
      value: {
        ...before?.dryRun,
        state: 'failed',
        error: expect.stringContaining('the server that made it stopped'),
      },
    });
    expect(await world.dryRuns.get('id-1')).toEqual(before);
  });

  test('is given up after the time that it may take', async () => {
    world.limits.dryRunTimeoutMs = 10;
    answer = (_, __, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new DryRunFailed('It took too long.')));
      });

    expect(await preview()).toMatchObject({ value: { state: 'failed', error: 'It took too long.' } });
  });
});

describe('a preview is refused', () => {
  test('for a migration, a candidate or a preview that is not there', async () => {
    expect(wordOf(await preview({ migrationId: 'ghost' }))).toBe('not-found');
    expect(wordOf(await preview({ candidateId: 'org/ghost' }))).toBe('not-found');
    expect(wordOf(await getDryRun(world)('id-9'))).toBe('not-found');
  });

  test('with inputs that do not fit', async () => {
    expect(wordOf(await preview({ inputs: {} }))).toBe('missing-input');
  });

  test('where the worker cannot preview', async () => {
    const capabilities = { dryRun: false, compensate: false, cancel: false, discover: false };
    await world.announce({ capabilities, requiredInputs });

    expect(wordOf(await preview())).toBe('no-dry-run');
  });

  test('while no instance lives', async () => {
    world.clock.advance(31_000);

    expect(await preview()).toMatchObject({ problem: { word: 'worker-unavailable', retryAfterSeconds: 10 } });
  });
});
