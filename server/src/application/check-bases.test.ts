import { beforeEach, expect, test } from 'vitest';
import { createWorld, REF, type World, wordOf } from '../../test/builders/application-world.ts';
import { aStep } from '../../test/contracts/builders.ts';
import { checkBases } from './check-bases.ts';
import { type BaseCommit, type BaseReader, DryRunFailed } from './ports/dry-runner.ts';

const MAIN = { repo: 'org/web', branch: 'main', commit: 'abc' };
const CHARTS = { repo: 'org/charts', branch: 'v2', commit: 'def' };
const CAPABILITIES = { dryRun: true, compensate: false, cancel: false, discover: false, bases: true };

let world: World;
let readBases: BaseReader['readBases'];
beforeEach(async () => {
  world = createWorld();
  readBases = async () => [MAIN, { ...CHARTS, commit: '999' }];
  await world.announce({ steps: [aStep('one')], capabilities: CAPABILITIES });
  await world.enlist();
});

async function check(bases: readonly BaseCommit[] | undefined) {
  await world.dryRuns.save({
    ...{ id: 'd-1', ...REF, state: 'completed', startedAt: world.now().iso, inputs: {}, revision: 'rev-1' },
    bases,
  });
  const answer = await checkBases({ ...world, baseReader: { readBases } })('d-1');
  if (!answer.ok) throw new Error(answer.problem.detail);
  return answer.value;
}

test('each base of a dry run is compared with where its branch is now', async () => {
  const asked: unknown[] = [];
  const answer = readBases;
  readBases = async (workerUrl, request) => {
    asked.push({ workerUrl, ...request });
    return answer(workerUrl, request);
  };
  expect(await check([MAIN, CHARTS])).toEqual([
    { ...MAIN, state: 'current', now: 'abc' },
    { ...CHARTS, state: 'moved', now: '999' },
  ]);
  expect(asked).toEqual([
    {
      workerUrl: 'http://worker.test/one',
      ...{ migrationId: REF.migrationId, candidateId: REF.candidateId },
      instance: { workerApp: expect.any(String), instanceId: expect.any(String) },
      bases: [
        { repo: 'org/web', branch: 'main' },
        { repo: 'org/charts', branch: 'v2' },
      ],
    },
  ]);
});

test('a dry run that looked at nothing has nothing that moves, and an unknown one is not found', async () => {
  expect(await check(undefined)).toEqual([]);
  expect(await check([])).toEqual([]);
  expect(wordOf(await checkBases({ ...world, baseReader: { readBases } })('d-9'))).toBe('not-found');
});

test('what nobody can tell is unknown, and says why', async () => {
  readBases = async () => [];
  expect(await check([MAIN])).toEqual([
    { ...MAIN, state: 'unknown', why: 'The worker could not read the branch.' },
  ]);
  readBases = async () => {
    throw new DryRunFailed('No answer.');
  };
  expect(await check([MAIN])).toMatchObject([{ state: 'unknown', why: 'No answer.' }]);
  readBases = async () => {
    throw new Error('A fault of ours.');
  };
  await expect(check([MAIN])).rejects.toThrow('A fault of ours.');
  await world.announce({ capabilities: { ...CAPABILITIES, bases: undefined } });
  expect(await check([MAIN])).toMatchObject([{ state: 'unknown', why: 'The worker cannot tell.' }]);
});

test('a worker that is away is said to be', async () => {
  world.clock.advance(31_000);
  expect(await check([MAIN])).toMatchObject([{ state: 'unknown', why: expect.stringMatching(/\w/) }]);
});
