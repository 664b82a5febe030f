import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, WORKER_APP, WORKER_URL, type World } from '../../test/builders/application-world.ts';
import { ANSWERED, findToAsk } from './ask-worker.ts';
import { DryRunFailed } from './ports/dry-runner.ts';

const URL_OF_ONE = `${WORKER_URL}/one`;

let world: World;
beforeEach(async () => {
  world = createWorld();
  await world.announce();
  await world.enlist();
});

async function openBreaker(): Promise<void> {
  for (let fault = 0; fault < 3; fault += 1) await world.directory.recordDial(WORKER_APP, URL_OF_ONE, false);
  world.clock.advance(5_000);
}

async function ask<Answer>(call: () => Promise<Answer>, isHeard: (answer: Answer) => boolean = ANSWERED) {
  const worker = await findToAsk(world.directory, WORKER_APP, 'rev-1');
  if (worker.kind === 'away') throw new Error(worker.reason);
  return worker.ask(call, isHeard);
}
const resolve = async () => (await world.directory.resolve(WORKER_APP, 'rev-1')).kind;

describe('asking a worker whose breaker is open', () => {
  beforeEach(openBreaker);

  test('takes its probe, and gives it back when it answers, so that its steps need not wait', async () => {
    const seen: string[] = [];
    const answer = await ask(async () => {
      seen.push(await resolve());
      return 'well';
    });
    expect([answer, ...seen, await resolve()]).toEqual(['well', 'away', 'instance']);
  });

  test('gives it back when it refuses or something else goes wrong', async () => {
    for (const error of [new DryRunFailed('The worker answered 404.'), new Error('A fault of ours.')]) {
      await expect(ask(() => Promise.reject(error))).rejects.toBe(error);
      expect(await resolve()).toBe('instance');
      world.clock.advance(5_000);
    }
  });

  test('was the probe when nobody answers', async () => {
    const unheard = new DryRunFailed('No answer.', { isUnheard: true });
    await expect(ask(() => Promise.reject(unheard))).rejects.toBe(unheard);
    expect(await resolve()).toBe('away');
    world.clock.advance(5_000);
    expect(
      await ask(
        async () => false,
        (isTaken) => isTaken,
      ),
    ).toBe(false);
    expect(await resolve()).toBe('away');
  });

  test('answers although the probe cannot be given back', async () => {
    const { directory } = world;
    const broken = { ...directory, giveBackProbe: () => Promise.reject(new Error('Redis is away.')) };
    const worker = await findToAsk(broken, WORKER_APP, 'rev-1');
    expect(worker.kind === 'instance' && (await worker.ask(async () => 'well', ANSWERED))).toBe('well');
  });
});

test('asking a worker whose breaker is closed has no probe to give back', async () => {
  const given: string[] = [];
  const { directory } = world;
  const counting = { ...directory, giveBackProbe: async (_app: string, url: string) => void given.push(url) };
  const worker = await findToAsk(counting, WORKER_APP, 'rev-1');
  expect(worker.kind === 'instance' && (await worker.ask(async () => 'well', ANSWERED))).toBe('well');
  expect(given).toEqual([]);
});

test('a worker that is away is not asked', async () => {
  world.clock.advance(31_000);
  expect(await findToAsk(world.directory, WORKER_APP, 'rev-1')).toMatchObject({ kind: 'away' });
});
