import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, type World } from '../../test/builders/application-world.ts';
import { fenceOf } from '../../test/builders/build-run.ts';
import { aStep } from '../../test/contracts/builders.ts';
import { projectionOf } from '../domain/next-action.ts';
import type { Run } from '../domain/run.ts';
import { applyReport } from '../domain/run-reports.ts';
import { cancelDispatchedStep } from './cancel-dispatched-step.ts';
import { dispatchStep } from './dispatch-step.ts';
import type { RunRef } from './ports/refs.ts';
import { projectRun } from './project-run.ts';

let world: World;
let ref: RunRef;
let run: Run;
async function open(kind: 'dispatch' | 'review' = 'dispatch'): Promise<void> {
  world = createWorld();
  await world.announce({ steps: [aStep('one', { kind }), aStep('two')] });
  await world.enlist();
  ref = await world.start();
  run = await world.begin(ref);
}
beforeEach(() => open());

const project = (given: Run, seq = 1_000) =>
  projectRun(world)(projectionOf(given, given.outbox, seq, world.now()));
const abandoned = async () => {
  world.clock.advance(31_000);
  return world.directory.takeAbandoned(9, 0);
};
const succeeded = () => applyReport(run, { ...fenceOf(run), eventId: 'e', status: 'succeeded' }, world.now());

describe('a write of a run', () => {
  test('lets the directory forget the attempts that ended with it', async () => {
    await dispatchStep(world)(world.dispatchOf(run));
    await world.directory.park('charts', ref);
    expect(await project(succeeded())).toBe('applied');

    expect(await abandoned()).toEqual([]);
    expect((await world.directory.list())[0]?.parked).toBe(0);
  });

  test('that is not applied lets nothing be forgotten', async () => {
    await dispatchStep(world)(world.dispatchOf(run));
    expect(await project(succeeded(), -5)).toBe('stale');

    expect(await abandoned()).toHaveLength(1);
  });

  test('of a review or of a run that is not kept asks no directory', async () => {
    await open('review');
    expect(await project(succeeded())).toBe('applied');
    const [attempt] = succeeded().outbox.attempts;
    const ended = {
      ...run,
      outbox: { ...run.outbox, attempts: attempt === undefined ? [] : [{ ...attempt, endedAt: 'now' }] },
    };
    expect(await project(ended, 2_000)).toBe('applied');
    const store = { ...world.store, getManifest: async () => undefined };
    const projection = projectionOf(ended, ended.outbox, 3_000, world.now());

    expect(await projectRun({ ...world, store })(projection)).toBe('applied');
  });
});

describe('telling a worker to stop', () => {
  const cancel = (stepIndex = 0) =>
    cancelDispatchedStep(world)({ ...ref, stepIndex, phase: 'execute', attempt: 1, reason: 'Wrong.' });

  test('tells every instance that may have the step, with the key of its attempt, and forgets it', async () => {
    await dispatchStep(world)(world.dispatchOf(run));
    await world.directory.park('charts', ref);
    await world.enlist('two');
    await world.enlist('other', 'other-app');
    await cancel();

    expect(world.dispatcher.cancellations).toMatchObject(
      ['one', 'two'].map((instance) => ({
        workerUrl: `http://worker.test/${instance}`,
        stepName: 'one',
        attempt: 1,
        phase: 'execute',
        idempotencyKey: `${ref.runId}:one:execute:1`,
        reason: 'Wrong.',
      })),
    );
    expect((await world.directory.list()).map(({ parked }) => parked)).toEqual([0, 0]);
    expect(await abandoned()).toEqual([]);
  });

  test('tells no instance that is dead, and nobody where the app is not known', async () => {
    world.clock.advance(31_000);
    await cancel();
    await open('dispatch');
    await world.announce({ steps: [aStep('one', { workerApp: 'ghost' })] });

    expect(world.dispatcher.cancellations).toEqual([]);
  });

  test('does nothing for a step that is not there', async () => {
    await cancel(7);

    expect(world.dispatcher.cancellations).toEqual([]);
  });
});
