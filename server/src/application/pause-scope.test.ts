import { beforeEach, expect, test } from 'vitest';
import { createWorld, WORKER_APP, type World, wordOf } from '../../test/builders/application-world.ts';
import { ANN } from '../../test/builders/build-run.ts';
import { MIGRATION } from '../../test/contracts/builders.ts';
import { getMigration } from './describe-migration.ts';
import { pauseScope, resumeScope } from './pause-scope.ts';
import { listWorkers } from './worker-lease.ts';

const migration = { kind: 'migration', id: MIGRATION } as const;
const workerApp = { kind: 'worker-app', id: WORKER_APP } as const;

let world: World;
beforeEach(async () => {
  world = createWorld();
  await world.announce();
  await world.enlist();
});

test.each([migration, workerApp])(
  'a pause of a $kind is shown, written once, and ends when it is resumed',
  async (scope) => {
    const reason = 'Freeze.';
    const paused = await pauseScope(world)({ scope, reason, actor: ANN });
    const again = await pauseScope(world)({ scope, reason: 'Another.', actor: ANN });
    expect(again).toEqual(paused);
    const found = await getMigration(world)(MIGRATION);
    const shown =
      scope.kind === 'migration' ? found.ok && found.value.paused : (await listWorkers(world)())[0]?.paused;
    expect(shown).toEqual({ since: world.now().iso, actor: ANN, reason });

    expect(await resumeScope(world)({ scope, actor: ANN })).toEqual({ ok: true, value: { wasPaused: true } });
    expect(await resumeScope(world)({ scope, actor: ANN })).toEqual({
      ok: true,
      value: { wasPaused: false },
    });
    const word = scope.kind === 'migration' ? 'migration' : 'worker';
    expect((await world.eventTypes()).filter((type) => /paused|resumed/u.test(type))).toEqual([
      `${word}.paused`,
      `${word}.resumed`,
    ]);
  },
);

test('what does not exist cannot be paused or resumed', async () => {
  for (const scope of [
    { ...migration, id: 'none' },
    { ...workerApp, id: 'none' },
  ]) {
    expect(wordOf(await pauseScope(world)({ scope, actor: ANN }))).toBe('not-found');
    expect(wordOf(await resumeScope(world)({ scope, actor: ANN }))).toBe('not-found');
  }
});
