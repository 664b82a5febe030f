import { beforeEach, describe, expect, test } from 'vitest';
import type { EventQuery } from '../../src/application/ports/event-log.ts';
import type { LoggedEvent } from '../../src/domain/event.ts';
import { aDefinition, anAnnouncement, anEvent, at, MIGRATION } from './builders.ts';
import type { OpenStore, StoreHarness } from './store-harness.ts';

export function describeEventLog(open: OpenStore): void {
  describe('the event log', () => {
    let store: StoreHarness['store'];
    let log: StoreHarness['log'];
    beforeEach(async () => {
      ({ store, log } = open());
      for (const id of [MIGRATION, 'other'])
        await store.announce(anAnnouncement({ definition: aDefinition({ id }) }));
    });
    async function page(query: Partial<EventQuery> = {}) {
      const found = await log.list({ limit: 50, ...query });
      if (found.kind !== 'page') throw new Error(`The log answered ${found.kind}.`);
      return found;
    }
    const typesOf = async (query: Partial<EventQuery>) => (await page(query)).items.map(({ type }) => type);
    const ofRun = (candidateId: string, runId: string, migrationId = MIGRATION) => ({
      ...{ migrationId, candidateId, runId },
    });

    test('an event is kept as it was, without its key and with an id', async () => {
      const event = {
        ...anEvent({ ...ofRun('a/b', 'r-1'), stepName: 'swap', phase: 'execute', attempt: 2 }),
        ...{ data: { list: [], text: '🧵' }, traceId: 'f'.repeat(32) },
      };
      await log.append({ ...event, key: 'once' });
      expect((await page()).items).toEqual([{ ...event, id: expect.stringMatching(/./) }]);
    });

    test('the newest comes first', async () => {
      for (const type of ['one', 'two', 'three']) await log.append(anEvent({ type, migrationId: MIGRATION }));
      expect(await typesOf({ migrationId: MIGRATION })).toEqual(['three', 'two', 'one']);
      const ids = (await page({ migrationId: MIGRATION })).items.map(({ id }) => id);
      expect([...ids].sort().reverse()).toEqual(ids);
    });

    test('each filter leaves out what it does not name', async () => {
      await log.append(anEvent({ type: 'global' }));
      await log.append(anEvent({ type: 'elsewhere', ...ofRun('a', 'r-9', 'other') }));
      await log.append(anEvent({ type: 'announced', migrationId: MIGRATION }));
      await log.append(anEvent({ type: 'started', ...ofRun('a', 'r-1') }));
      const actor = { kind: 'worker', id: 'charts' } as const;
      await log.append(anEvent({ type: 'ended', ...ofRun('a', 'r-1'), actor, traceId: '0'.repeat(32) }));
      await log.append(anEvent({ type: 'started', ...ofRun('b', 'r-2') }));

      // Events of one millisecond have an order within their migration only.
      expect((await typesOf({})).toSorted()).toEqual([
        'announced',
        'elsewhere',
        'ended',
        'global',
        'started',
        'started',
      ]);
      expect(await typesOf({ migrationId: MIGRATION })).toEqual(['started', 'ended', 'started', 'announced']);
      expect(await typesOf({ migrationId: MIGRATION, candidateId: 'a' })).toEqual(['ended', 'started']);
      expect((await typesOf({ candidateId: 'a' })).toSorted()).toEqual(['elsewhere', 'ended', 'started']);
      expect(await typesOf({ runId: 'r-1' })).toEqual(['ended', 'started']);
      expect(await typesOf({ migrationId: MIGRATION, runId: 'r-2' })).toEqual(['started']);
      expect(await typesOf({ candidateId: 'b', runId: 'r-1' })).toEqual([]);
      expect(await typesOf({ type: 'started' })).toEqual(['started', 'started']);
      expect(await typesOf({ type: 'started', candidateId: 'b' })).toEqual(['started']);
      expect(await typesOf({ actorId: 'charts' })).toEqual(['ended']);
      expect(await typesOf({ traceId: '0'.repeat(32) })).toEqual(['ended']);
      expect(await typesOf({ migrationId: 'none' })).toEqual([]);
    });

    test('a time and a text leave out what happened at others and says something else', async () => {
      // About now, which is when Redis writes them.
      const start = Date.now() - 3_600_000;
      const time = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
      const said = (type: string, minutes: number, data: Readonly<Record<string, unknown>>) =>
        log.append(anEvent({ type, migrationId: MIGRATION, at: time(minutes), data }));
      await said('one', 0, { message: 'The name is taken.' });
      await said('two', 10, { reason: 'Nobody NAMED it.' });
      await said('three', 20, { comment: 'Fine.' });
      await said('four', 30, { other: 'name' });
      expect(await typesOf({ since: time(10) })).toEqual(['four', 'three', 'two']);
      expect(await typesOf({ until: time(20) })).toEqual(['two', 'one']);
      expect(await typesOf({ migrationId: MIGRATION, since: time(10), until: time(30) })).toEqual([
        'three',
        'two',
      ]);
      expect(await typesOf({ since: time(31) })).toEqual([]);
      expect(await typesOf({ q: 'name' })).toEqual(['two', 'one']);
      expect(await typesOf({ q: 'NAME IS', since: time(0), until: time(1) })).toEqual(['one']);
      const first = await page({ q: 'name', limit: 1 });
      expect(await typesOf({ q: 'name', limit: 1, cursor: first.nextCursor })).toEqual(['one']);
      expect(await log.list({ q: 'named', limit: 1, cursor: first.nextCursor })).toEqual({
        kind: 'cursor-mismatch',
      });
      expect(await typesOf({ q: 'name', after: (await page({ type: 'one' })).items[0]?.id })).toEqual([
        'two',
      ]);
    });

    test('after an event come the ones that followed it, the nearest first to be given', async () => {
      for (const type of ['one', 'two', 'three', 'four'])
        await log.append(anEvent({ type, migrationId: MIGRATION }));
      const first = (await page({ type: 'one' })).items[0]?.id;
      expect(await typesOf({ migrationId: MIGRATION, after: first })).toEqual(['four', 'three', 'two']);
      expect(await typesOf({ after: first })).toEqual(['four', 'three', 'two']);
      expect(await typesOf({ after: first, limit: 2 })).toEqual(['three', 'two']);
      expect(await typesOf({ after: first, type: 'three' })).toEqual(['three']);
      expect(await typesOf({ after: (await page()).items[0]?.id })).toEqual([]);
      expect(await log.list({ limit: 5, after: 'made up' })).toEqual({ kind: 'cursor-mismatch' });
    });

    test('an event of a migration that nobody announced is kept', async () => {
      await log.append(anEvent({ type: 'stray', migrationId: 'none', candidateId: 'x' }));
      expect(await typesOf({})).toEqual(['stray']);
      expect(await typesOf({ migrationId: 'none', candidateId: 'x' })).toEqual(['stray']);
      expect(await store.getMigration('none')).toBeUndefined();
    });

    test('an event is the last activity of its migration and moves its version', async () => {
      const before = await store.countCandidates(MIGRATION);
      await log.append(anEvent({ migrationId: MIGRATION, at: at(77) }));
      const after = await store.countCandidates(MIGRATION);
      expect(after.lastActivityAt).toBe(at(77));
      expect(after.version).toBeGreaterThan(before.version);
      expect((await store.countCandidates('other')).lastActivityAt).toBeUndefined();
    });

    test('pages neither skip nor repeat while events are added to all streams', async () => {
      const sources = [undefined, MIGRATION, 'other', 'unannounced'];
      let count = 0;
      const append = async (number: number) => {
        const events = Array.from({ length: number }, () => {
          const migrationId = sources[count % sources.length];
          count += 1;
          return anEvent({ type: `t-${count}`, ...(migrationId === undefined ? {} : { migrationId }) });
        });
        // At once, so that streams have equal ids.
        await Promise.all(events.map((event) => log.append(event)));
      };
      await append(101);
      for (const limit of [1, 3, 10, 200]) {
        const total = count;
        const seen: LoggedEvent[] = [];
        let cursor: string | undefined;
        do {
          const found = await page({ limit, cursor });
          expect(found.items.length).toBeLessThanOrEqual(limit);
          seen.push(...found.items);
          cursor = found.nextCursor;
          if (cursor !== undefined) await append(1);
        } while (cursor !== undefined);
        expect(new Set(seen.map(({ type }) => type)).size).toBe(seen.length);
        expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
        const expected = Array.from({ length: total }, (_, index) => `t-${index + 1}`).sort();
        expect(seen.map(({ type }) => type).sort()).toEqual(expected);
      }
    });

    test('a filter that leaves out nearly all still pages to the end', async () => {
      const events = Array.from({ length: 700 }, (_, index) =>
        anEvent({ type: index % 100 === 0 ? 'rare' : 'common', migrationId: MIGRATION, data: { index } }),
      );
      for (const event of events) await log.append(event);
      const found: unknown[] = [];
      let cursor: string | undefined;
      do {
        const next = await page({ type: 'rare', limit: 2, cursor });
        found.push(...next.items.map(({ data }) => data?.['index']));
        cursor = next.nextCursor;
      } while (cursor !== undefined);
      expect(found).toEqual([600, 500, 400, 300, 200, 100, 0]);
    });

    test('a cursor fits the query that it came from', async () => {
      for (const type of ['one', 'two']) await log.append(anEvent({ type, migrationId: MIGRATION }));
      const { nextCursor: cursor } = await page({ migrationId: MIGRATION, limit: 1 });
      expect(await typesOf({ migrationId: MIGRATION, limit: 5, cursor })).toEqual(['one']);
      const unnamed = { candidateId: undefined, type: undefined };
      expect(await typesOf({ ...unnamed, migrationId: MIGRATION, limit: 5, cursor })).toEqual(['one']);
      expect(await log.list({ limit: 1, cursor })).toEqual({ kind: 'cursor-mismatch' });
      expect(await log.list({ migrationId: 'other', limit: 1, cursor })).toEqual({ kind: 'cursor-mismatch' });
      expect(await log.list({ limit: 1, cursor: 'x' })).toEqual({ kind: 'cursor-mismatch' });
    });
  });
}
