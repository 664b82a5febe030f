import { beforeEach, describe, expect, test } from 'vitest';
import type { PauseStore } from '../../src/application/ports/pause-store.ts';
import { ACTOR, at } from './builders.ts';

const MIGRATION = { kind: 'migration', id: 'charts' } as const;
const WORKER_APP = { kind: 'worker-app', id: 'charts' } as const;
const run = (candidateId: string) => ({ migrationId: 'charts', candidateId, runId: `run-${candidateId}` });

export function describePauseStore(open: () => PauseStore): void {
  describe('the pause store', () => {
    let pauses: PauseStore;
    beforeEach(() => {
      pauses = open();
    });
    const pause = { since: at(1), actor: ACTOR, reason: 'Frost – überall.' };

    test('nothing is paused, held or released at first', async () => {
      expect(await pauses.find([MIGRATION, WORKER_APP])).toEqual([undefined, undefined]);
      expect(await pauses.find([])).toEqual([]);
      expect(await pauses.hold(MIGRATION, run('a'))).toBe(false);
      expect(await pauses.resume(MIGRATION)).toBe(false);
      expect(await pauses.takeReleased(10)).toEqual([]);
    });

    test('the first pause stays, and a migration and a worker app of one name are two', async () => {
      expect(await pauses.pause(MIGRATION, pause)).toEqual({ held: pause, isNew: true });
      const second = { since: at(2), actor: ACTOR };
      expect(await pauses.pause(MIGRATION, second)).toEqual({ held: pause, isNew: false });
      expect(await pauses.find([WORKER_APP, MIGRATION])).toEqual([undefined, pause]);
    });

    test('what was held is released when its scope is resumed, each run once, some at a time', async () => {
      await pauses.pause(MIGRATION, pause);
      await pauses.pause(WORKER_APP, pause);
      for (const id of ['a', 'b', 'a', 'c']) expect(await pauses.hold(MIGRATION, run(id))).toBe(true);
      await pauses.hold(WORKER_APP, run('d'));
      expect(await pauses.takeReleased(10)).toEqual([]);
      expect(await pauses.resume(MIGRATION)).toBe(true);

      const taken = [...(await pauses.takeReleased(2)), ...(await pauses.takeReleased(2))];
      expect(taken.map(({ candidateId }) => candidateId).toSorted()).toEqual(['a', 'b', 'c']);
      expect(taken[0]).toEqual(run(taken[0]?.candidateId ?? ''));
      expect(await pauses.takeReleased(10)).toEqual([]);
      expect(await pauses.find([MIGRATION])).toEqual([undefined]);
    });

    test('what was released and not yet taken is not lost by another resume', async () => {
      await pauses.pause(MIGRATION, pause);
      await pauses.hold(MIGRATION, run('a'));
      await pauses.resume(MIGRATION);
      await pauses.pause(WORKER_APP, pause);
      await pauses.hold(WORKER_APP, run('b'));
      await pauses.resume(WORKER_APP);
      expect(await pauses.takeReleased(10)).toHaveLength(2);
    });
  });
}
