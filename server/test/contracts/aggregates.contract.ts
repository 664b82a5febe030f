import { beforeEach, describe, expect, test } from 'vitest';
import type { PageQuery } from '../../src/application/ports/migration-aggregates.ts';
import { burndownPoints, DAY_MS, HOUR_MS } from '../../src/domain/burndown.ts';
import { MAX_FAILURES } from '../../src/domain/failure.ts';
import type { RunProjection } from '../../src/domain/run-projection.ts';
import {
  aCallback,
  aCandidate,
  aClaim,
  aDefinition,
  anAnnouncement,
  anAttempt,
  aProjection,
  aStep,
  aSubmission,
  at,
  aView,
  MIGRATION,
} from './builders.ts';
import type { OpenStore, StoreHarness } from './store-harness.ts';

export function describeAggregates(open: OpenStore): void {
  describe('what is counted and grouped when it is written', () => {
    let store: StoreHarness['store'];
    let advance: StoreHarness['advance'];
    beforeEach(async () => {
      ({ store, advance } = open());
      await store.announce(anAnnouncement());
    });
    const submit = (...ids: readonly string[]) =>
      store.submitCandidates(aSubmission(ids.map((id) => aCandidate(id))));
    const start = (id: string) => store.claimRun(aClaim(id, `r-${id}`));
    const project = (id: string, over: Partial<RunProjection> = {}) =>
      store.project(aProjection(id, `r-${id}`, { seq: 9, ...over }));
    const complete = (id: string) =>
      project(id, {
        view: aView({ status: 'completed', runState: undefined }),
        ended: { outcome: 'completed' },
      });
    /** As the interpreter writes a failure that nobody but a person goes on with. */
    const fail = (id: string, reason: string, seconds = 30, over: Partial<RunProjection> = {}) =>
      project(id, {
        view: failingView(reason, seconds),
        attempts: [
          anAttempt({ outcome: 'failed', failureClass: 'invalid', message: `${reason} All of it.` }),
        ],
        ...over,
      });
    const failingView = (reason: string, seconds = 30) =>
      aView({
        ...{ runState: 'awaiting_retry', who: 'operator', since: at(seconds), reason },
        ...{ step: 'prepare', stepIndex: 0, attempt: 1 },
      });

    describe('counts over time', () => {
      const points = async (resolution: 'hour' | 'day' = 'hour') => {
        const kept = await store.readCounts(MIGRATION);
        if (kept === undefined) throw new Error('There are none.');
        const first = burndownPoints(kept, resolution)[0]?.atMs ?? 0;
        const size = resolution === 'hour' ? HOUR_MS : DAY_MS;
        return burndownPoints(kept, resolution).map(
          ({ atMs, not_started, running, completed, failing }) =>
            `${(atMs - first) / size}: ${not_started} ${running} ${completed} ${failing}`,
        );
      };

      test('are those of now where nothing was ever counted, and none for an unknown migration', async () => {
        expect(await points()).toEqual(['0: 0 0 0 0']);
        expect(await store.readCounts('none')).toBeUndefined();
      });

      test('follow candidates that are found, start, fail, go on and complete', async () => {
        await submit('a', 'b', 'c');
        advance(HOUR_MS);
        for (const id of ['a', 'b']) await start(id);
        await project('a');
        await fail('b', 'No.');
        advance(2 * HOUR_MS);
        await project('b');
        await complete('a');
        advance(HOUR_MS);
        expect(await points()).toEqual([
          '0: 3 0 0 0',
          '1: 1 2 0 1',
          '2: 1 2 0 1',
          '3: 1 1 1 0',
          '4: 1 1 1 0',
        ]);
      });

      test('of an hour are the last of it', async () => {
        await submit('a');
        await submit('b');
        await start('a');
        await complete('a');
        expect(await points()).toEqual(['0: 1 0 1 0']);
      });

      test('are kept by hour for thirty days, and by day for longer', async () => {
        await submit('a');
        advance(HOUR_MS);
        await submit('b');
        advance(40 * DAY_MS);
        await submit('c');
        const kept = await store.readCounts(MIGRATION);
        expect(kept?.hours.size).toBe(1);
        const byDay = await points('day');
        expect(byDay).toHaveLength(41);
        expect([byDay[0], byDay[39], byDay[40]]).toEqual(['0: 2 0 0 0', '39: 2 0 0 0', '40: 3 0 0 0']);
        expect((await points('hour')).at(-2)).toMatch(/: 2 0 0 0$/);
        for (const id of ['d', 'e']) {
          advance(600 * DAY_MS);
          await submit(id);
        }
        const counts = [...((await store.readCounts(MIGRATION))?.days.values() ?? [])];
        expect(Math.min(...counts.map(({ not_started }) => not_started))).toBeGreaterThan(2);
        expect(await points('day')).toHaveLength(366);
      });

      test('give the trend of a fortnight, idle days included', async () => {
        const trend = async () => (await store.countCandidates(MIGRATION)).trend;
        const zeros = (count: number) => Array.from({ length: count }, () => 0);
        expect(await trend()).toEqual(zeros(14));
        await submit('a', 'b');
        await start('a');
        await complete('a');
        expect(await trend()).toEqual([...zeros(13), 1]);
        advance(3 * DAY_MS);
        expect(await trend()).toEqual([...zeros(10), 1, 1, 1, 1]);
        await start('b');
        await complete('b');
        expect(await trend()).toEqual([...zeros(10), 1, 1, 1, 2]);
        advance(20 * DAY_MS);
        expect(await trend()).toEqual(Array.from({ length: 14 }, () => 2));
        await submit('c');
        await start('c');
        await complete('c');
        expect(await trend()).toEqual([...Array.from({ length: 13 }, () => 2), 3]);
      });
    });

    describe('failures', () => {
      const failures = async (query: PageQuery = { limit: 50 }) => {
        const page = await store.listFailures(MIGRATION, query);
        if (page.kind !== 'page') throw new Error(`The list answered ${page.kind}.`);
        return page;
      };
      const failing = async (failure: string) => {
        const query = { migrationId: MIGRATION, labels: [], sort: 'id', limit: 50, failure } as const;
        const page = await store.listCandidates(query);
        return page.kind === 'page' && [page.total, ...page.items.map(({ id }) => id)];
      };

      test('of the same step, class and kind of message are one, the most frequent first', async () => {
        const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
        await submit(...ids);
        for (const id of ids) await start(id);
        await fail('g', 'Nobody knows "chart".', 20);
        for (const [index, id] of ids.slice(0, 6).entries())
          await fail(id, `Line ${index} is wrong.`, 30 + index);
        const { items, total } = await failures();
        expect(total).toBe(2);
        expect(items).toMatchObject([
          {
            ...{ stepName: 'prepare', failureClass: 'invalid', count: 6, firstAt: at(30), lastAt: at(35) },
            ...{ message: 'Line 5 is wrong. All of it.', candidates: ['a', 'b', 'c', 'd', 'e'] },
          },
          { count: 1, message: 'Nobody knows "chart". All of it.', candidates: ['g'], firstAt: at(20) },
        ]);
        const [first = '', second = ''] = items.map(({ fingerprint }) => fingerprint);
        expect(first).toMatch(/^prepare\.[0-9a-f]{16}$/);
        expect(await failing(first)).toEqual([6, 'a', 'b', 'c', 'd', 'e', 'f']);
        expect(await failing(second)).toEqual([1, 'g']);
        expect(await failing('any')).toEqual([7, ...ids]);
        expect(await failing('prepare.0000000000000000')).toEqual([0]);
        expect((await store.countCandidates(MIGRATION)).failing).toBe(7);
      });

      test('are forgotten when the run goes on, ends or fails otherwise', async () => {
        await submit('a', 'b', 'c');
        for (const id of ['a', 'b', 'c']) {
          await start(id);
          await fail(id, 'No.');
        }
        await project('a');
        expect((await failures()).items).toMatchObject([{ count: 2, candidates: ['b', 'c'] }]);
        await fail('b', 'Otherwise.', 50);
        expect((await failures()).items.map(({ message }) => message)).toEqual(
          expect.arrayContaining(['No. All of it.', 'Otherwise. All of it.']),
        );
        const view = aView({ status: 'not_started', runState: undefined });
        for (const id of ['b', 'c']) await project(id, { view, ended: { outcome: 'cancelled' } });
        expect(await failures()).toMatchObject({ items: [], total: 0 });
        expect(await failing('any')).toEqual([0]);
        expect((await store.countCandidates(MIGRATION)).failing).toBe(0);
        await store.claimRun(aClaim('b', 'again'));
        await store.project(
          aProjection('b', 'again', {
            view: failingView('No.', 70),
            attempts: [anAttempt({ outcome: 'timed_out', failureClass: 'timeout' })],
          }),
        );
        expect((await failures()).items).toMatchObject([
          { failureClass: 'timeout', firstAt: at(70), lastAt: at(70), message: 'No.' },
        ]);
      });

      test('stay what they are while nothing but the view changes', async () => {
        await submit('a');
        await start('a');
        await fail('a', 'No.');
        const { items } = await failures();
        await project('a', { view: { ...failingView('No.'), pauseRequested: true } });
        expect((await failures()).items).toEqual(items);
      });

      test('carry the message that the worker reported, also of an undo', async () => {
        await submit('a');
        await start('a');
        const attempt = { phase: 'compensate', attempt: 2 } as const;
        await project('a', { seq: 1, attempts: [anAttempt(attempt)] });
        await store.admitCallback(aCallback('a', 'r-a', { status: 'failed', message: 'Whole.' }, attempt));
        await project('a', {
          view: { ...failingView('Whole'), runState: 'compensating', attempt: 2 },
          attempts: [anAttempt({ ...attempt, outcome: 'failed', reportEventId: 'e-1' })],
        });
        const [cluster] = (await failures()).items;
        expect(cluster).toMatchObject({ message: 'Whole.', stepName: 'prepare' });
        expect(cluster?.failureClass).toBeUndefined();
      });

      test('are paged', async () => {
        await submit('a', 'b', 'c');
        for (const [index, id] of ['a', 'b', 'c'].entries()) {
          await start(id);
          await fail(id, 'No'.repeat(index + 1));
        }
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await failures({ limit: 1, cursor });
          seen.push(...page.items.map(({ fingerprint }) => fingerprint));
          expect(page.total).toBe(3);
          cursor = page.nextCursor;
        } while (cursor !== undefined);
        expect(seen).toHaveLength(3);
        expect(seen).toEqual((await failures()).items.map(({ fingerprint }) => fingerprint));
        expect(await store.listFailures(MIGRATION, { limit: 1, cursor: 'x' })).toEqual({
          kind: 'cursor-mismatch',
        });
        expect(await store.listFailures('none', { limit: 1 })).toEqual({ kind: 'unknown-migration' });
      });

      test('are told apart up to a bound, and beyond it by step and class alone', async () => {
        const word = (index: number) =>
          [...String(index)].map((digit) => 'abcdefghij'.charAt(Number(digit))).join('');
        const ids = Array.from({ length: MAX_FAILURES + 3 }, (_, index) => `c-${index}`);
        await submit(...ids);
        for (const [index, id] of ids.entries()) {
          await start(id);
          await fail(id, `It is ${word(index)}.`);
        }
        const page = await failures({ limit: 2 });
        expect(page.total).toBe(MAX_FAILURES + 1);
        expect(page.items.map(({ count }) => count)).toEqual([3, 1]);
      }, 60_000);
    });

    describe('revisions', () => {
      const announce = (revision: string, seconds: number, version?: string) =>
        store.announce(
          anAnnouncement({
            definition: aDefinition({ steps: [aStep(revision)], version }),
            ...{ revision, at: at(seconds) },
          }),
        );
      const revisions = async (query: PageQuery = { limit: 50 }) => {
        const page = await store.listRevisions(MIGRATION, query);
        if (page.kind !== 'page') throw new Error(`The list answered ${page.kind}.`);
        return page;
      };

      test('are listed with when, by which worker, and how many runs are open', async () => {
        await submit('a', 'b');
        await start('a');
        await start('b');
        await complete('b');
        await announce('rev-2', 5, '1.0');
        await announce('rev-2', 9, '1.1');
        expect((await revisions()).items).toEqual([
          {
            ...{ revision: 'rev-2', firstAnnouncedAt: at(5), lastAnnouncedAt: at(9), isCurrent: true },
            ...{ workerVersion: '1.1', openRuns: 0 },
          },
          {
            ...{ revision: 'rev-1', firstAnnouncedAt: at(0), lastAnnouncedAt: at(0), isCurrent: false },
            ...{ workerVersion: undefined, openRuns: 1 },
          },
        ]);
        await announce('rev-1', 12);
        expect((await revisions()).items).toMatchObject([
          { revision: 'rev-1', isCurrent: true, firstAnnouncedAt: at(0) },
          { revision: 'rev-2', isCurrent: false },
        ]);
      });

      test('are paged', async () => {
        for (const number of [2, 3, 4]) await announce(`rev-${number}`, number === 4 ? 3 : number);
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await revisions({ limit: 2, cursor });
          seen.push(...page.items.map(({ revision }) => revision));
          cursor = page.nextCursor;
        } while (cursor !== undefined);
        expect(seen).toEqual(['rev-3', 'rev-4', 'rev-2', 'rev-1']);
        expect(await store.listRevisions(MIGRATION, { limit: 1, cursor: 'x' })).toEqual({
          kind: 'cursor-mismatch',
        });
        expect(await store.listRevisions('none', { limit: 1 })).toEqual({ kind: 'unknown-migration' });
      });

      test('have no number of open runs where very many are open', async () => {
        const ids = Array.from({ length: 2_001 }, (_, index) => `c-${index}`);
        for (let from = 0; from < ids.length; from += 1_000) await submit(...ids.slice(from, from + 1_000));
        await Promise.all(ids.map(start));
        expect((await revisions()).items).toMatchObject([{ openRuns: undefined }]);
      }, 60_000);
    });
  });
}
