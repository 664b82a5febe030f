import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, REF, type World, wordOf } from '../../test/builders/application-world.ts';
import { ANN } from '../../test/builders/build-run.ts';
import { projectionOf, takeOutbox } from '../domain/next-action.ts';
import { applyCancel, applyInputs } from '../domain/run-commands.ts';
import { approveStep, cancelRun, changeInputs, retryStep } from './command-run.ts';
import type { RunRef } from './ports/refs.ts';
import type { EngineAnswer } from './ports/run-engine.ts';

const requiredInputs = [
  { name: 'team', type: 'string', required: true },
  { name: 'size', type: 'number', required: false },
  { name: 'key', type: 'secret', required: false },
] as const;
const command = { ...REF, actor: ANN, commandId: 'command-1' };

let world: World;
let run: RunRef;
beforeEach(async () => {
  world = createWorld();
  await world.announce({ requiredInputs });
  run = await world.start({ team: 'blue' });
});
const cancel = (more: { compensate?: boolean; reason?: string } = {}) =>
  cancelRun(world)({ ...command, compensate: false, ...more });
const storedRun = () => world.store.getRun(run);

test('a cancel with compensation after one without is refused, also before the engine shows the first', async () => {
  await world.write(await world.begin(run));
  expect(await cancel()).toMatchObject({ ok: true });
  expect((await world.store.getCandidate(REF))?.runState).toBe('dispatching');

  expect(await cancel({ compensate: true })).toMatchObject({ ok: false, problem: { word: 'cancelling' } });
  expect(await cancel()).toMatchObject({ ok: true });
  expect(world.engine.told.filter(({ kind }) => kind === 'cancel')).toHaveLength(2);
});

test('a cancel without compensation after one with it is taken: it abandons the undos that are left', async () => {
  await world.write(await world.begin(run));
  expect(await cancel({ compensate: true })).toMatchObject({ ok: true });
  expect(await cancel({ compensate: true })).toMatchObject({ ok: true });
  expect(await cancel()).toMatchObject({ ok: true });
});

test('a cancel of a run that shows that it undoes needs a reason', async () => {
  const undoing = await world.begin(run);
  const view = { ...undoing.view, runState: 'compensating' } as const;
  await world.write({ ...undoing, view });

  expect(await cancel({ reason: ' ' })).toMatchObject({
    ok: false,
    problem: { word: 'invalid-request', errors: [{ path: 'reason' }] },
  });
  expect(await cancel({ compensate: true })).toMatchObject({ ok: true });
  expect(await cancel({ reason: 'Leave it.' })).toMatchObject({ ok: true });
});

/** Every operator command, as it is sent to the open run. */
const commands = {
  cancel: () => cancel(),
  retry: () => retryStep(world)({ ...command, stepName: 'prepare' }),
  'retry with inputs': () => retryStep(world)({ ...command, stepName: 'prepare', inputs: { size: 1 } }),
  approve: () => approveStep(world)({ ...command, stepName: 'prepare', decision: 'approved' }),
};

describe.each(Object.entries(commands))('a command to %s', (name, send) => {
  test('is answered with the runId once the engine took it', async () => {
    expect(await send()).toEqual({ ok: true, value: { runId: run.runId } });
  });

  test('says when the engine is away, and when to try again', async () => {
    world.engine.isAway = true;

    expect(await send()).toMatchObject({ problem: { word: 'unavailable', retryAfterSeconds: 3 } });
  });

  test('is refused where no run is open', async () => {
    const idle = createWorld();
    await idle.announce();
    world = idle;

    expect(await send()).toMatchObject({
      problem: { word: 'not-running', detail: '"org/web" has no open run; it is not_started.' },
    });
  });

  test('is refused for a candidate that is not there', async () => {
    world = createWorld();
    await world.announce({ id: 'other' });

    expect(wordOf(await send())).toBe('not-found');
  });

  test('is refused when the run is over, though the store does not know yet', async () => {
    await world.write(await world.begin(run));
    world.engine.forget(REF);

    expect(await send()).toMatchObject({ problem: { word: 'not-running', detail: 'The run is over.' } });
  });

  test('says why the run does not allow it', async () => {
    world.engine.rejects = 'Step "prepare" does not wait.';
    const expected =
      name === 'cancel' ? { ok: true } : { problem: { word: 'not-waiting', detail: world.engine.rejects } };

    expect(await send()).toMatchObject(expected);
  });
});

describe('a cancel', () => {
  test('is noted, so that a start says so and the reconciler ends what does not react', async () => {
    await cancel({ reason: 'Wrong.' });

    expect(world.engine.told).toEqual([{ kind: 'cancel', compensate: false, reason: 'Wrong.' }]);
    expect((await storedRun())?.cancelRequestedAt).toBe(world.clock.now().toISOString());
  });

  test('with compensation is not noted, since ending such a run would leave its effects', async () => {
    await cancel({ compensate: true });

    expect((await storedRun())?.cancelRequestedAt).toBeUndefined();
  });

  test('that the engine did not take is not noted', async () => {
    world.engine.isAway = true;
    await cancel();

    expect((await storedRun())?.cancelRequestedAt).toBeUndefined();
  });

  test.each([true, false])(
    'of a claim whose workflow is not started yet gives the claim back, so that none begins (compensate: %s)',
    async (compensate) => {
      world.engine.forget(REF);

      expect(wordOf(await cancel({ compensate }))).toBe('ok');
      expect(await storedRun()).toBeUndefined();
      expect(await world.store.getCandidate(REF)).toMatchObject({ status: 'not_started' });
      expect((await world.eventTypes()).slice(-1)).toEqual(['run.cancelled']);
      // Its workflow is started after all, and what it writes first is refused.
      const taken = takeOutbox(await world.begin(run));
      expect(await world.store.project(projectionOf(taken.run, taken.outbox, 9, world.now()))).toBe(
        'not-claimed',
      );
    },
  );

  test('of a claim whose workflow begins at that moment reaches the run, with its compensation', async () => {
    const begun = await world.begin(run);
    const answers: readonly EngineAnswer[] = [{ kind: 'no-run' }, { kind: 'done' }];
    const told: boolean[] = [];
    const engine: World['engine'] = {
      ...world.engine,
      cancel: async (_, { compensate }) => {
        told.push(compensate);
        return answers[told.length - 1] ?? { kind: 'unavailable' };
      },
    };
    const store: World['store'] = {
      ...world.store,
      releaseClaim: async (ref, event) => {
        await world.write(begun);
        return world.store.releaseClaim(ref, event);
      },
    };
    const command = { ...REF, actor: ANN, commandId: 'c', compensate: true };
    expect(wordOf(await cancelRun({ ...world, engine, store })(command))).toBe('ok');
    expect(told).toEqual([true, true]);
    expect(await world.store.getCandidate(REF)).toMatchObject({ status: 'running' });
  });

  test('of a run that is being cancelled is refused', async () => {
    await world.write(applyCancel(await world.begin(run), { compensate: false, actor: ANN }, world.now()));

    expect(wordOf(await cancel())).toBe('cancelling');
  });

  test('of a lost run is refused, since it is over', async () => {
    await world.store.project({
      ...run,
      seq: 9,
      at: world.now().iso,
      view: { status: 'not_started', runState: 'lost', since: world.now().iso },
      attempts: [],
      events: [],
      ended: { outcome: 'lost' },
    });

    expect(wordOf(await cancel())).toBe('not-running');
  });
});

describe('a retry', () => {
  const retry = (inputs?: Record<string, string | number>) =>
    retryStep(world)({ ...command, stepName: 'prepare', ...(inputs === undefined ? {} : { inputs }) });

  test('goes to the run under the key of its request', async () => {
    await retry();

    expect(world.engine.told).toEqual([
      {
        kind: 'command',
        command: { kind: 'retry', stepName: 'prepare', actor: ANN },
        commandId: 'command-1',
      },
    ]);
  });

  test('with inputs carries the whole set, the changed ones over those of the run', async () => {
    await retry({ size: 3 });

    expect(world.engine.told).toMatchObject([{ command: { inputs: { team: 'blue', size: 3 } } }]);
  });

  test.each([
    [{ colour: 'red' }, 'undeclared-input'],
    [{ size: 'large' }, 'invalid-input'],
    [{ team: '' }, 'missing-input'],
  ])('with inputs like %j is refused as %s and the run is not told', async (inputs, word) => {
    expect(wordOf(await retry(inputs))).toBe(word);
    expect(world.engine.told).toEqual([]);
  });
});

test('a secret instead of a reference to one reaches neither the run nor its history', async () => {
  const inputs = { key: 'ghp_16C7e42F292c6912E7710c838347Ae178B4a' };
  for (const answer of [
    await retryStep(world)({ ...command, stepName: 'prepare', inputs }),
    await changeInputs(world)({ ...command, patch: inputs }),
  ]) {
    expect(wordOf(answer)).toBe('invalid-input');
    expect(JSON.stringify(answer)).not.toContain(inputs.key);
  }
  expect(world.engine.told).toEqual([]);
});

test('a decision carries its comment and who made it', async () => {
  await approveStep(world)({ ...command, stepName: 'check', decision: 'rejected', comment: 'No.' });

  expect(world.engine.told).toMatchObject([
    { command: { kind: 'decide', stepName: 'check', decision: 'rejected', comment: 'No.', actor: ANN } },
  ]);
});

test('a decision whose comment is nothing but space has none', async () => {
  await approveStep(world)({ ...command, stepName: 'check', decision: 'rejected', comment: ' \n' });

  expect(world.engine.told).toMatchObject([{ command: { kind: 'decide', comment: undefined } }]);
});

describe('changed inputs', () => {
  const change = (patch: Record<string, string | number | null>) =>
    changeInputs(world)({ ...command, patch });

  describe('while no run is open', () => {
    beforeEach(async () => {
      world = createWorld();
      await world.announce({ requiredInputs });
    });

    test('are stored for the next start, with who changed them', async () => {
      expect(await change({ size: 3 })).toEqual({
        ok: true,
        value: { inputs: { size: 3 }, appliesTo: 'next-start' },
      });
      expect(await change({ team: 'red', size: null })).toMatchObject({ value: { inputs: { team: 'red' } } });
      expect((await world.store.getCandidate(REF))?.inputs).toEqual({ team: 'red' });
      expect(await world.eventTypes()).toEqual(['inputs.changed', 'inputs.changed']);
    });

    test.each([
      [{ colour: 'red' }, 'undeclared-input'],
      [{ size: 'large' }, 'invalid-input'],
    ])('like %j are refused as %s and nothing is changed', async (patch, word) => {
      expect(wordOf(await change(patch))).toBe(word);
      expect((await world.store.getCandidate(REF))?.inputs).toEqual({});
    });

    test('are refused for a candidate that is not there', async () => {
      expect(wordOf(await changeInputs(world)({ ...command, candidateId: 'org/other', patch: {} }))).toBe(
        'not-found',
      );
    });

    test('are made anew from what somebody else changed meanwhile', async () => {
      const names = ['a', 'b', 'c'];
      world = createWorld();
      await world.announce({
        requiredInputs: names.map((name) => ({ name, type: 'string', required: false })),
      });
      const answers = await Promise.all(names.map((name) => change({ [name]: 'new' })));

      expect(answers.map(wordOf)).toEqual(['ok', 'ok', 'ok']);
      expect((await world.store.getCandidate(REF))?.inputs).toEqual({ a: 'new', b: 'new', c: 'new' });
    });

    test.each(['run-open', 'not-found'] as const)(
      'are refused when the store says %s meanwhile',
      async (answer) => {
        world = createWorld((store) => ({ ...store, setInputs: async () => answer }));
        await world.announce({ requiredInputs });

        expect(wordOf(await change({ team: 'red' }))).toBe(answer);
      },
    );
  });

  describe('while a run is open', () => {
    test('go to the run, for its next attempt', async () => {
      expect(await change({ size: 3 })).toEqual({
        ok: true,
        value: { inputs: { team: 'blue', size: 3 }, appliesTo: 'next-attempt' },
      });
      expect(world.engine.told).toMatchObject([
        { command: { kind: 'change-inputs', inputs: { team: 'blue', size: 3 }, actor: ANN } },
      ]);
    });

    test('fall back to the announced default where they are taken away', async () => {
      world = createWorld();
      await world.announce({
        requiredInputs: [{ name: 'team', type: 'string', required: true, default: 'any' }],
      });
      run = await world.start({ team: 'blue' });

      expect(await change({ team: null })).toMatchObject({ value: { inputs: { team: 'any' } } });
    });

    test('are made anew from what somebody else changed meanwhile', async () => {
      const begun = await world.begin(run);
      await world.write(begun);
      world.engine.staleTimes = 2;
      world.engine.whenStale = async () => {
        world.engine.whenStale = undefined;
        await world.write(applyInputs(begun, { team: 'red' }, ANN, world.now()));
      };

      expect(await change({ size: 3 })).toMatchObject({ value: { inputs: { team: 'red', size: 3 } } });
      expect(world.engine.told).toMatchObject([
        { command: { kind: 'change-inputs', inputs: { team: 'red', size: 3 }, ifInputsVersion: 2 } },
      ]);
    });

    test.each(['inputs', 'a retry'])('of %s are given up while others go on changing them', async (what) => {
      world.engine.staleTimes = 99;
      const send = what === 'inputs' ? () => change({ size: 3 }) : commands['retry with inputs'];

      expect(await send()).toMatchObject({ problem: { word: 'unavailable', retryAfterSeconds: 1 } });
      expect(world.engine.told).toEqual([]);
    });

    test('may not take away what is required', async () => {
      expect(wordOf(await change({ team: null }))).toBe('missing-input');
      expect(world.engine.told).toEqual([]);
    });

    test('are refused with what the run says', async () => {
      world.engine.rejects = 'The run is over.';

      expect(await change({ size: 3 })).toMatchObject({
        problem: { word: 'not-waiting', detail: 'The run is over.' },
      });
    });
  });
});
