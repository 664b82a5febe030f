import { beforeEach, describe, expect, test } from 'vitest';
import type { EventLog } from '../../src/application/ports/event-log.ts';
import type { PauseScope, PauseStore } from '../../src/application/ports/pause-store.ts';
import { WOKEN_AGAIN_MS } from '../../src/application/ports/worker-directory.ts';
import type { Pause } from '../../src/domain/migration.ts';
import { ACTOR, at } from './builders.ts';

const MIGRATION = { kind: 'migration', id: 'charts' } as const;
const WORKER_APP = { kind: 'worker-app', id: 'charts' } as const;
const run = (candidateId: string) => ({ migrationId: 'charts', candidateId, runId: `run-${candidateId}` });

export interface PauseHarness {
  readonly pauses: PauseStore;
  readonly events: EventLog;
  advance(ms: number): void;
}

export function describePauseStore(open: () => PauseHarness): void {
  describe('the pause store', () => {
    let pauses: PauseStore;
    let events: EventLog;
    let advance: PauseHarness['advance'];
    beforeEach(() => {
      ({ pauses, events, advance } = open());
    });
    const eventOf = ({ kind, id }: PauseScope, what: string) => ({
      ...{ at: at(1), type: `${kind}.${what}`, actor: ACTOR, data: { reason: 'Größe' } },
      ...(kind === 'migration' ? { migrationId: id } : {}),
    });
    const begin = (scope: PauseScope, given: Pause = pause) =>
      pauses.pause(scope, given, eventOf(scope, 'paused'));
    const end = (scope: PauseScope) => pauses.resume(scope, eventOf(scope, 'resumed'));
    const typesOf = async (query = {}) => {
      const page = await events.list({ limit: 20, ...query });
      return page.kind === 'page' ? page.items.map(({ type }) => type) : [];
    };
    const pause: Pause = { since: at(1), actor: ACTOR, reason: 'Frost – überall.' };

    test('nothing is paused, held or released at first', async () => {
      expect(await pauses.find([MIGRATION, WORKER_APP])).toEqual([undefined, undefined]);
      expect(await pauses.find([])).toEqual([]);
      expect(await pauses.hold(MIGRATION, run('a'))).toBe(false);
      expect(await end(MIGRATION)).toBe(false);
      expect(await pauses.takeReleased(10)).toEqual([]);
    });

    test('the first pause stays, and a migration and a worker app of one name are two', async () => {
      expect(await begin(MIGRATION)).toEqual({ held: pause, isNew: true });
      const second = { since: at(2), actor: ACTOR };
      expect(await begin(MIGRATION, second)).toEqual({ held: pause, isNew: false });
      expect(await pauses.find([WORKER_APP, MIGRATION])).toEqual([undefined, pause]);
    });

    test('what was held is released when its scope is resumed, each run once, some at a time', async () => {
      await begin(MIGRATION);
      await begin(WORKER_APP);
      for (const id of ['a', 'b', 'a', 'c']) expect(await pauses.hold(MIGRATION, run(id))).toBe(true);
      await pauses.hold(WORKER_APP, run('d'));
      expect(await pauses.takeReleased(10)).toEqual([]);
      expect(await end(MIGRATION)).toBe(true);

      const taken = [...(await pauses.takeReleased(2)), ...(await pauses.takeReleased(2))];
      expect(taken.map(({ candidateId }) => candidateId).toSorted()).toEqual(['a', 'b', 'c']);
      expect(taken[0]).toEqual(run(taken[0]?.candidateId ?? ''));
      expect(await pauses.takeReleased(10)).toEqual([]);
      expect(await pauses.find([MIGRATION])).toEqual([undefined]);
    });

    test('a pause and a resume write their events once, of a migration to its own', async () => {
      for (const scope of [MIGRATION, WORKER_APP]) {
        for (const _ of [1, 2]) await begin(scope);
        for (const _ of [1, 2]) await end(scope);
      }
      expect(await typesOf({ migrationId: 'charts' })).toEqual(['migration.resumed', 'migration.paused']);
      expect((await typesOf()).toSorted((one, other) => (one < other ? -1 : 1))).toEqual([
        ...['migration.paused', 'migration.resumed', 'worker-app.paused', 'worker-app.resumed'],
      ]);
    });

    test('what could not be woken is released still', async () => {
      await begin(MIGRATION);
      for (const id of ['a', 'b']) await pauses.hold(MIGRATION, run(id));
      await end(MIGRATION);
      await pauses.putBack(await pauses.takeReleased(10));
      await pauses.putBack([]);
      expect(await pauses.takeReleased(10)).toHaveLength(2);
    });

    test('what was taken by a process that died is given again a little later, and once it was woken no more', async () => {
      await begin(MIGRATION);
      for (const id of ['a', 'b']) await pauses.hold(MIGRATION, run(id));
      await end(MIGRATION);
      expect(await pauses.takeReleased(10)).toHaveLength(2);
      await pauses.tellWoken([run('a')]);
      advance(WOKEN_AGAIN_MS - 1);
      expect(await pauses.takeReleased(10)).toEqual([]);
      advance(1);
      expect(await pauses.takeReleased(10)).toEqual([run('b')]);
      await pauses.tellWoken([run('b')]);
      await pauses.tellWoken([]);
      advance(WOKEN_AGAIN_MS);
      expect(await pauses.takeReleased(10)).toEqual([]);
    });

    test('what is released again while it is being woken is to be woken once more', async () => {
      for (const _ of [1, 2]) {
        await begin(MIGRATION);
        await pauses.hold(MIGRATION, run('a'));
        await end(MIGRATION);
        if (_ === 1) expect(await pauses.takeReleased(10)).toEqual([run('a')]);
      }
      await pauses.tellWoken([run('a')]);
      expect(await pauses.takeReleased(10)).toEqual([run('a')]);
    });

    test('what was released and not yet taken is not lost by another resume', async () => {
      await begin(MIGRATION);
      await pauses.hold(MIGRATION, run('a'));
      await end(MIGRATION);
      await begin(WORKER_APP);
      await pauses.hold(WORKER_APP, run('b'));
      await end(WORKER_APP);
      expect(await pauses.takeReleased(10)).toHaveLength(2);
    });
  });
}
