import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, type World } from '../../test/builders/application-world.ts';
import { done } from '../../test/builders/scripted-dispatcher.ts';
import { aStep } from '../../test/contracts/builders.ts';
import { takeOutbox } from '../domain/next-action.ts';
import type { Run } from '../domain/run.ts';
import type { StepDispatch } from '../domain/step-dispatch.ts';
import { dispatchOnward } from './dispatch-onward.ts';
import { dispatchStep } from './dispatch-step.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import { type RunRef } from './ports/refs.ts';

let world: World;
let ref: RunRef;
let run: Run;

async function open(wrap?: (store: MigrationStore) => MigrationStore): Promise<void> {
  world = createWorld(wrap);
  await world.announce({
    steps: ['one', 'two', 'three'].map((name) => aStep(name, { workerApp: 'charts' })),
  });
  await world.enlist();
  ref = await world.start();
  run = await world.begin(ref);
  world.dispatcher.script = () => done();
}
beforeEach(() => open());

const dispatch = (more: Partial<StepDispatch> = { onward: { run: takeOutbox(run).run } }) =>
  dispatchOnward(world, (behind) => dispatchStep({ ...world, behind }))(world.dispatchOf(run, more));
const dialled = () => world.dispatcher.dials.map(({ stepName }) => stepName);
const outcomes = async () => (await world.store.listAttempts(ref)).map(({ outcome }) => outcome);

describe('steps that are done while they are dialled', () => {
  test('follow one another, each written before the next is dialled', async () => {
    const before: (readonly (string | undefined)[])[] = [];
    world.dispatcher.script = async () => {
      before.push(await outcomes());
      return done();
    };

    expect(await dispatch()).toMatchObject({
      dialled: { kind: 'reported' },
      onward: [
        { stepIndex: 1, phase: 'execute', attempt: 1, dialled: { kind: 'reported' } },
        { stepIndex: 2, phase: 'execute', attempt: 1, dialled: { kind: 'reported' } },
      ],
    });
    expect(before).toEqual([[undefined], ['succeeded', undefined], ['succeeded', 'succeeded', undefined]]);
  });

  test('give their outputs to those that follow', async () => {
    world.dispatcher.script = ({ stepName }) => done('succeeded', { outputs: { from: stepName } });
    await dispatch();

    expect(world.dispatcher.dials.at(-1)?.outputs).toEqual({ one: { from: 'one' }, two: { from: 'two' } });
  });

  test('do not where the run did not come along', async () => {
    expect(await dispatch({})).not.toHaveProperty('onward');
    expect(dialled()).toEqual(['one']);
  });

  test('end with one that a worker takes longer for', async () => {
    world.dispatcher.script = ({ stepName }) => (stepName === 'two' ? { kind: 'accepted' } : done());

    expect(await dispatch()).toMatchObject({ onward: [{ stepIndex: 1, dialled: { kind: 'accepted' } }] });
    expect(dialled()).toEqual(['one', 'two']);
    expect(await world.store.getCandidate(ref)).toMatchObject({ runState: 'in_progress', step: 'two' });
  });

  test('end with the first that the run does not come beyond', async () => {
    world.dispatcher.script = () => done('failed');

    expect(await dispatch()).not.toHaveProperty('onward');
    expect(dialled()).toEqual(['one']);
  });

  test('are no longer begun after a second', async () => {
    world.dispatcher.script = ({ stepName }) => {
      if (stepName === 'two') world.clock.advance(1_000);
      return done();
    };

    expect(await dispatch()).toMatchObject({ onward: [{ stepIndex: 1 }] });
    expect(dialled()).toEqual(['one', 'two']);
  });
});

describe('a store that is away', () => {
  const refuse = () => Promise.reject(new Error('Redis is away.'));

  test('before the next step leaves that to the workflow', async () => {
    let writes = 0;
    await open((store) => ({
      ...store,
      projectAndLoad: (...write) => {
        writes += 1;
        return writes === 2 ? refuse() : store.projectAndLoad(...write);
      },
    }));

    expect(await dispatch()).toMatchObject({ projected: 'applied', dialled: { kind: 'reported' } });
    expect(dialled()).toEqual(['one']);
  });

  test('when a report is kept is told, and no other step is dialled', async () => {
    await open((store) => ({ ...store, admitCallback: refuse }));

    await expect(dispatch()).rejects.toThrow('Redis is away.');
    expect(dialled()).toEqual(['one']);
  });

  test('at once does nothing', async () => {
    await open((store) => ({ ...store, projectAndLoad: refuse }));

    await expect(dispatch()).rejects.toThrow('Redis is away.');
    expect(dialled()).toEqual([]);
  });

  test('has what is left behind before the activity ends', async () => {
    let keep: (() => void) | undefined;
    const kept = new Promise<void>((resolve) => {
      keep = resolve;
    });
    await open((store) => ({
      ...store,
      admitCallback: async (staged) => {
        await kept;
        return store.admitCallback(staged);
      },
    }));
    world.dispatcher.script = () => {
      world.clock.advance(1_000);
      return done();
    };
    const dispatching = dispatch();
    expect(await Promise.race([dispatching, setImmediate('waits')])).toBe('waits');
    expect(dialled()).toEqual(['one']);

    keep?.();
    expect(await dispatching).toMatchObject({ dialled: { kind: 'reported' } });
    expect(dialled()).toEqual(['one']);
  });
});

test('a run that is not written as it stands is dispatched no further', async () => {
  await dispatch({ onward: { run: { ...takeOutbox(run).run, runId: 'another' } } });
  expect(dialled()).toEqual(['one']);
});
