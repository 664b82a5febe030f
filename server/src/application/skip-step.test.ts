import { beforeEach, expect, test } from 'vitest';
import { createWorld, REF, type World, wordOf } from '../../test/builders/application-world.ts';
import { ANN } from '../../test/builders/build-run.ts';
import { pauseRun, resumeRun } from './pause-run.ts';
import { skipStep } from './skip-step.ts';

let world: World;
beforeEach(async () => {
  world = createWorld();
  await world.announce();
});
const command = { ...REF, actor: ANN, commandId: 'c-1' };
const skip = (outputs?: Readonly<Record<string, unknown>>) =>
  skipStep(world)({ ...command, stepName: 'prepare', reason: 'By hand.', outputs });

test('a skip names its staged outputs, and none where none were given', async () => {
  await world.start();
  await skip();
  await skip({ branch: 'main' });
  expect(world.engine.told).toMatchObject([
    { command: { kind: 'skip', reason: 'By hand.' } },
    { command: { kind: 'skip', outputsId: 'c-1' } },
  ]);
  expect(world.engine.told[0]).not.toHaveProperty('command.outputsId');
});

test('outputs of more than 64 KB are refused before anything is told', async () => {
  await world.start();
  expect(wordOf(await skip({ much: 'ü'.repeat(33_000) }))).toBe('invalid-request');
  expect(world.engine.told).toEqual([]);
});

test('without an open run there is nothing to skip, pause or resume', async () => {
  expect(wordOf(await skip())).toBe('not-running');
  expect(wordOf(await pauseRun(world)(command))).toBe('not-running');
  expect(wordOf(await resumeRun(world)(command))).toBe('not-running');
});

test('a pause and a resume tell the run, with a reason where one was given', async () => {
  await world.start();
  await pauseRun(world)({ ...command, reason: 'Freeze.' });
  await resumeRun(world)(command);
  expect(world.engine.told.map((told) => 'command' in told && told.command)).toEqual([
    { kind: 'pause', actor: ANN, reason: 'Freeze.' },
    { kind: 'resume', actor: ANN },
  ]);
});

test('a reason of nothing but space is none', async () => {
  await world.start();
  await pauseRun(world)({ ...command, reason: ' ' });
  await resumeRun(world)({ ...command, reason: '' });
  expect(world.engine.told.map((told) => 'command' in told && told.command)).toEqual([
    { kind: 'pause', actor: ANN },
    { kind: 'resume', actor: ANN },
  ]);
});
