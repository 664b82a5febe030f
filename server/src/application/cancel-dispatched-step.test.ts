import { beforeEach, expect, test } from 'vitest';
import { createWorld, REF, type World } from '../../test/builders/application-world.ts';
import { aStep } from '../../test/contracts/builders.ts';
import { cancelDispatchedStep } from './cancel-dispatched-step.ts';

let world: World;
let runId: string;
beforeEach(async () => {
  world = createWorld();
  await world.announce({ steps: [aStep('one')] });
  await world.enlist();
  runId = (await world.start()).runId;
});
const stop = (stepIndex = 0) =>
  cancelDispatchedStep(world)({
    ...{ ...REF, runId, stepIndex, phase: 'execute', attempt: 1 },
    ...{ reason: 'Wrong one.', graceMs: 9_000 },
  });

test.each([
  ['stopping', true],
  ['unknown', true],
  ['stopped', false],
] as const)('an instance whose step is %s may be at it still: %s', async (state, isStopping) => {
  world.dispatcher.stopState = state;
  expect(await stop()).toEqual({ isStopping });
  expect(world.dispatcher.cancellations).toMatchObject([{ stepName: 'one', graceMs: 9_000 }]);
});

test('an instance whose lease is over is not told and not waited for', async () => {
  world.dispatcher.stopState = 'stopping';
  world.clock.advance(3_600_000);
  expect(await stop()).toEqual({ isStopping: false });
  expect(world.dispatcher.cancellations).toEqual([]);
});

test('of a step that the manifest does not have nobody is told', async () => {
  expect(await stop(7)).toEqual({ isStopping: false });
});
