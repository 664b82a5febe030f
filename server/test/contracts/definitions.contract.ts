import { beforeEach, describe, expect, test } from 'vitest';
import {
  aCandidate,
  aDefinition,
  anAnnouncement,
  anEvent,
  aStep,
  aSubmission,
  at,
  MIGRATION,
} from './builders.ts';
import type { OpenStore, StoreHarness } from './store-harness.ts';

export function describeDefinitions(open: OpenStore): void {
  describe('definitions', () => {
    let store: StoreHarness['store'];
    let log: StoreHarness['log'];
    beforeEach(() => {
      ({ store, log } = open());
    });
    const announce = (definition = aDefinition(), revision = 'rev-1', seconds = 0, max = 10) =>
      store.announce(anAnnouncement({ definition, revision, at: at(seconds), maxMigrations: max }));

    test('an announced migration is kept as it was announced', async () => {
      const definition = aDefinition({ owner: 'platform', overview: '# Why', version: '1.2' });
      const migration = { ...definition, revision: 'rev-1', announcedAt: at(0) };
      expect(await announce(definition)).toEqual({ kind: 'stored', migration, change: 'new' });
      expect(await store.getMigration(MIGRATION)).toEqual(migration);
      expect(await store.getMigration('other')).toBeUndefined();
    });

    test('the same definition moves nothing but the time', async () => {
      await announce();
      expect(await announce(aDefinition(), 'rev-1', 5)).toMatchObject({ change: 'same' });
      expect(await store.getMigration(MIGRATION)).toMatchObject({ announcedAt: at(5), revision: 'rev-1' });
    });

    test('the event of a new or revised definition is written with it, and none of the same one', async () => {
      const say = (definition = aDefinition()) =>
        store.announce(
          anAnnouncement({
            definition,
            eventsOf: (change) => [
              anEvent({ type: change, migrationId: definition.id, at: at(change === 'new' ? 3 : 4) }),
              anEvent({ type: `${change}, too`, migrationId: definition.id }),
            ],
          }),
        );
      const types = async () => {
        const page = await log.list({ migrationId: MIGRATION, limit: 10 });
        return page.kind === 'page' ? page.items.map(({ type }) => type).reverse() : [];
      };
      await say();
      await say();
      expect(await types()).toEqual(['new', 'new, too']);
      await say(aDefinition({ name: 'Other', labelKeys: [] }));
      expect(await types()).toEqual(['new', 'new, too', 'revised', 'revised, too']);
      await say(aDefinition({ workerApp: 'thief' }));
      expect(await types()).toHaveLength(4);
    });

    test('the order of fields makes no other definition', async () => {
      await announce();
      const reversed = Object.fromEntries(Object.entries(aDefinition()).reverse());
      expect(await announce(reversed as never)).toMatchObject({ change: 'same' });
    });

    test('every revision stays readable', async () => {
      await announce();
      const steps = [aStep('other')];
      expect(await announce(aDefinition({ steps }), 'rev-2')).toMatchObject({ change: 'revised' });
      expect((await store.getRevision(MIGRATION, 'rev-1'))?.steps).toEqual(aDefinition().steps);
      expect((await store.getRevision(MIGRATION, 'rev-2'))?.steps).toEqual(steps);
      expect(await store.getRevision(MIGRATION, 'rev-3')).toBeUndefined();
    });

    test('an id belongs to the app that announced it first', async () => {
      await announce();
      const taken = await announce(aDefinition({ workerApp: 'thief', name: 'Mine' }), 'rev-9');
      expect(taken).toEqual({ kind: 'owned-by', workerApp: 'charts' });
      expect(await store.getMigration(MIGRATION)).toMatchObject({ name: 'Own charts', revision: 'rev-1' });
      expect(await store.getRevision(MIGRATION, 'rev-9')).toBeUndefined();
    });

    test('of any number at once no more are let in than the limit', async () => {
      const ids = Array.from({ length: 12 }, (_, index) => `m-${index}`);
      const outcomes = await Promise.all(
        ids.map((id) => announce(aDefinition({ id, workerApp: 'charts' }), 'rev-1', 0, 5)),
      );
      expect(outcomes.filter(({ kind }) => kind === 'stored')).toHaveLength(5);
      expect(outcomes.filter(({ kind }) => kind === 'too-many')).toHaveLength(7);
      const page = await store.listMigrations({ limit: 100 });
      expect(page).toMatchObject({ total: 5 });
      const known = page.kind === 'page' ? page.items[0]?.id : undefined;
      expect(await announce(aDefinition({ id: known ?? '' }), 'rev-1', 1, 5)).toMatchObject({
        change: 'same',
      });
    });

    test('migrations are listed by id, in pages, by part of id or name', async () => {
      for (const id of ['c', 'a', 'e', 'b', 'd']) await announce(aDefinition({ id, name: `Move ${id}` }));
      const first = await store.listMigrations({ limit: 2 });
      expect(first).toMatchObject({ kind: 'page', total: 5, items: [{ id: 'a' }, { id: 'b' }] });
      const cursor = first.kind === 'page' ? first.nextCursor : undefined;
      const second = await store.listMigrations({ limit: 3, cursor });
      expect(second).toMatchObject({ items: [{ id: 'c' }, { id: 'd' }, { id: 'e' }] });
      expect(second).not.toHaveProperty('nextCursor', expect.any(String));
      expect(await store.listMigrations({ limit: 3, q: 'MOVE d' })).toMatchObject({
        total: 1,
        items: [{ id: 'd' }],
      });
      expect(await store.listMigrations({ limit: 3, q: 'x', cursor })).toEqual({ kind: 'cursor-mismatch' });
      expect(await store.listMigrations({ limit: 3, cursor: 'no cursor' })).toEqual({
        kind: 'cursor-mismatch',
      });
    });

    test('a label key that is announced later filters candidates that were there before', async () => {
      await announce(aDefinition({ labelKeys: ['team'] }));
      await store.submitCandidates(
        aSubmission([
          aCandidate('a', { labels: { team: 'red', tier: '1' } }),
          aCandidate('b', { labels: { team: 'red', tier: '2' } }),
        ]),
      );
      const byTier = { migrationId: MIGRATION, labels: [['tier', '2']], sort: 'id', limit: 10 } as const;
      expect(await store.listCandidates(byTier)).toEqual({ kind: 'unknown-filter', key: 'tier' });
      await announce(aDefinition({ labelKeys: ['tier'] }), 'rev-2');
      expect(await store.listCandidates(byTier)).toMatchObject({ total: 1, items: [{ id: 'b' }] });
      const byTeam = { ...byTier, labels: [['team', 'red']] } as const;
      expect(await store.listCandidates(byTeam)).toEqual({ kind: 'unknown-filter', key: 'team' });
    });

    test('counts of an unknown migration are zero', async () => {
      expect(await store.countCandidates('none')).toEqual({
        ...{ total: 0, gone: 0, runState: {}, version: 0, lastActivityAt: undefined },
        ...{ status: { not_started: 0, running: 0, completed: 0 }, failing: 0 },
        trend: Array.from({ length: 14 }, () => 0),
      });
    });
  });
}
