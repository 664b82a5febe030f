import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { CandidateQuery } from '../../src/application/ports/candidate-pages.ts';
import type { CandidateSummary } from '../../src/domain/candidate.ts';
import {
  aCandidate,
  aClaim,
  anAnnouncement,
  aProjection,
  aSubmission,
  at,
  aView,
  MIGRATION,
} from './builders.ts';
import { ODD_IDS } from './candidates.contract.ts';
import type { OpenStore, StoreHarness } from './store-harness.ts';

type Query = Partial<CandidateQuery>;

export function describePaging(open: OpenStore): void {
  describe('pages of candidates', () => {
    let store: StoreHarness['store'];
    beforeEach(async () => {
      store = open().store;
      await store.announce(anAnnouncement());
    });
    const submit = (candidates: readonly ReturnType<typeof aCandidate>[], final = false, discoveryId = 'd') =>
      store.submitCandidates(aSubmission(candidates, { discoveryId, final }));
    const list = (query: Query = {}) =>
      store.listCandidates({ migrationId: MIGRATION, labels: [], sort: 'id', limit: 50, ...query });
    async function page(query: Query = {}) {
      const found = await list(query);
      if (found.kind !== 'page') throw new Error(`The list answered ${found.kind}.`);
      return found;
    }
    async function walk(query: Query, between: (done: number) => Promise<void> = async () => {}) {
      const items: CandidateSummary[] = [];
      let cursor: string | undefined;
      for (let done = 1; done < 1_000; done += 1) {
        const found = await page({ ...query, cursor });
        items.push(...found.items);
        cursor = found.nextCursor;
        if (cursor === undefined) return items;
        await between(done);
      }
      throw new Error('The pages have no end.');
    }
    test('its pages are unchanged while they have the same version, which grows with what changes one', async () => {
      const listUnless = (version: number | undefined, query: Query = {}) =>
        store.listCandidatesUnless(version, {
          ...{ migrationId: MIGRATION, labels: [], sort: 'id', limit: 50 },
          ...query,
        });
      expect(await listUnless(7, { migrationId: 'none' })).toEqual({ kind: 'unknown-migration' });
      expect(await listUnless(7, { migrationId: 'none', q: 'a' })).toEqual({ kind: 'unknown-migration' });
      let before = (await page()).version;
      const grows = async () => {
        const found = await page();
        expect(found.version).toBeGreaterThan(before);
        for (const query of [{}, { q: 'a' }]) {
          expect(await listUnless(before, query)).toEqual(await page(query));
          expect(await listUnless(undefined, query)).toEqual(await page(query));
          expect(await listUnless(found.version, query)).toEqual({ kind: 'unchanged' });
        }
        before = found.version;
      };
      await submit([aCandidate('a')]);
      await grows();
      await store.claimRun(aClaim('a', 'r-1'));
      await grows();
      await store.project(aProjection('a', 'r-1', { view: aView() }));
      await grows();
      await page();
      expect((await page()).version).toBe(before);
    });

    const idsOf = (items: readonly CandidateSummary[]) => items.map(({ id }) => id);
    const byBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));
    const start = async (id: string, seconds: number, runState: 'pending' | 'paused' = 'pending') => {
      await store.claimRun(aClaim(id, `run-${id}`, { at: at(seconds) }));
      const view = aView({
        runState,
        who: runState === 'paused' ? 'operator' : 'worker',
        since: at(seconds),
      });
      await store.project(aProjection(id, `run-${id}`, { view }));
    };

    test('a list of an unknown migration says so', async () => {
      expect(await list({ migrationId: 'none' })).toEqual({ kind: 'unknown-migration' });
    });

    test('a migration without candidates has one empty page', async () => {
      for (const sort of ['id', '-id', 'since', '-since'] as const)
        expect(await page({ sort, q: 'x' })).toMatchObject({ items: [], total: 0, nextCursor: undefined });
    });

    test('ids sort by their bytes, in both directions, whatever the size of the page', async () => {
      const ids = [...ODD_IDS, 'a', 'B', 'b', 'á', 'Z', 'z', '10', '9', 'a-', 'a.', 'a b', 'ab'];
      await submit(ids.map((id) => aCandidate(id)));
      const sorted = [...ids].sort(byBytes);
      for (const limit of [1, 2, 7, 50]) {
        expect(idsOf(await walk({ limit }))).toEqual(sorted);
        expect(idsOf(await walk({ limit, sort: '-id' }))).toEqual([...sorted].reverse());
      }
    });

    test('sorted by time, those that never ran come first and equal times keep the order of discovery', async () => {
      await submit(['e', 'd', 'c', 'b', 'a'].map((id) => aCandidate(id)));
      await start('c', 30);
      await start('a', 20);
      await start('b', 20);
      const sorted = ['e', 'd', 'b', 'a', 'c'];
      for (const limit of [1, 2, 5]) {
        expect(idsOf(await walk({ limit, sort: 'since' }))).toEqual(sorted);
        expect(idsOf(await walk({ limit, sort: '-since' }))).toEqual([...sorted].reverse());
      }
    });

    test('filters hold together, and the total is exact', async () => {
      const candidates = Array.from({ length: 60 }, (_, index) =>
        aCandidate(`c-${String(index).padStart(2, '0')}`, {
          labels: { team: index % 2 === 0 ? 'red' : 'blue', tier: String(index % 3), other: 'x' },
        }),
      );
      await submit(candidates, true);
      for (const { id } of candidates.slice(0, 30)) await start(id, 5, id < 'c-10' ? 'paused' : 'pending');
      await submit(candidates.slice(0, 40), true, 'second');

      const expectIds = async (query: Query, isMatch: (index: number) => boolean) => {
        const expected = idsOf(candidates as never).filter((_, index) => isMatch(index));
        for (const sort of ['id', '-id'] as const) {
          const items = await walk({ ...query, sort, limit: 7 });
          expect(idsOf(items)).toEqual(sort === 'id' ? expected : [...expected].reverse());
        }
        for (const sort of ['since', '-since'] as const)
          expect(idsOf(await walk({ ...query, sort, limit: 7 })).sort()).toEqual(expected);
        expect((await page({ ...query, limit: 1 })).total).toBe(expected.length);
      };
      await expectIds({}, () => true);
      await expectIds({ status: 'running' }, (index) => index < 30);
      await expectIds({ status: 'not_started', runStates: ['paused'] }, () => false);
      await expectIds({ runStates: ['paused'] }, (index) => index < 10);
      await expectIds({ runStates: ['pending', 'paused', 'lost'] }, (index) => index < 30);
      await expectIds({ runStates: [], who: [] }, () => true);
      await expectIds({ who: ['operator'] }, (index) => index < 10);
      await expectIds({ who: ['worker', 'operator'], q: 'red' }, (index) => index < 30 && index % 2 === 0);
      await expectIds(
        { who: ['operator', 'reviewer'], runStates: ['paused', 'lost'], labels: [['tier', '1']] },
        (index) => index < 10 && index % 3 === 1,
      );
      await expectIds({ who: ['operator'], runStates: ['pending'] }, () => false);
      await expectIds({ labels: [['team', 'red']] }, (index) => index % 2 === 0);
      await expectIds(
        {
          status: 'running',
          labels: [
            ['team', 'red'],
            ['tier', '0'],
          ],
        },
        (index) => index < 30 && index % 6 === 0,
      );
      await expectIds({ gone: true }, (index) => index >= 40);
      await expectIds({ gone: false, labels: [['tier', '2']] }, (index) => index < 40 && index % 3 === 2);
      await expectIds({ labels: [['team', 'green']] }, () => false);
      await expectIds({ q: 'C-1' }, (index) => index >= 10 && index < 20);
      await expectIds({ q: 'blu', status: 'running' }, (index) => index < 30 && index % 2 === 1);
      await expectIds({ q: 'c-07' }, (index) => index === 7);
    });

    // A store may find few matches in another way than many, and those that never ran in another way than the others.
    test('few and many of many rows are paged in the same order, wherever they stand in time', async () => {
      const candidates = Array.from({ length: 2_400 }, (_, index) =>
        aCandidate(`c-${(index * 7_919) % 2_400}`, {
          labels: {
            team: `every-${[97, 50, 7, 2].find((one) => index % one === 0) ?? 1}`,
            tier: String(index % 2),
          },
        }),
      );
      for (const [from, to] of [[0, 1_200] as const, [1_200, 2_200] as const, [2_200, 2_400] as const])
        await submit(candidates.slice(from, to));
      const times = new Map<string, number>();
      for (const [index, { id }] of candidates.entries()) {
        if (index % 3 !== 0 && index % 50 !== 0) continue;
        times.set(id, 1 + ((index * 31) % 97));
        await store.claimRun(aClaim(id, `run-${id}`, { at: at(times.get(id) ?? 0) }));
      }
      for (const team of ['every-97', 'every-50', 'every-7', 'every-2', 'every-1']) {
        const matches = candidates.filter(({ labels }) => labels['team'] === team);
        // The sort is stable, so that equal times keep the order of discovery.
        const byTime = matches.toSorted(
          (one, other) => (times.get(one.id) ?? 0) - (times.get(other.id) ?? 0),
        );
        const byId = matches.toSorted((one, other) => byBytes(one.id, other.id));
        for (const [sort, sorted] of [['id', byId] as const, ['since', byTime] as const])
          for (const limit of matches.length < 100 ? [5, 11] : [40, 200]) {
            const wanted = sorted.map(({ id }) => id);
            const labels = [['team', team]] as const;
            expect(idsOf(await walk({ labels, sort, limit }))).toEqual(wanted);
            expect(idsOf(await walk({ labels, sort: `-${sort}`, limit }))).toEqual(wanted.toReversed());
          }
      }
    });

    test('a label key that is not declared is no filter', async () => {
      expect(await list({ labels: [['other', 'x']] })).toEqual({ kind: 'unknown-filter', key: 'other' });
      const filters = [
        ['team', 'red'],
        ['nothing', ''],
      ] as const;
      expect(await list({ labels: filters })).toEqual({ kind: 'unknown-filter', key: 'nothing' });
    });

    test('a search takes signs literally, ignores case, and stays within one id or value', async () => {
      await submit([
        aCandidate('org/100%.x', { labels: { team: 'ÄRGER [a-z]+' } }),
        aCandidate('org/other', { labels: { team: 'red', tier: 'blue' } }),
      ]);
      const found = async (q: string) => idsOf((await page({ q })).items);
      expect(await found('100%.X')).toEqual(['org/100%.x']);
      expect(await found('ärger [A-Z]+')).toEqual(['org/100%.x']);
      expect(await found('ORG/')).toHaveLength(2);
      expect(await found('.*')).toEqual([]);
      expect(await found('redblue')).toEqual([]);
      expect(await found('otherred')).toEqual([]);
      expect(await found('1')).toEqual(['org/100%.x']);
      expect(await found('')).toHaveLength(2);
    });

    test('a search finds changed labels and no longer the old ones', async () => {
      const many = Array.from({ length: 1_500 }, (_, index) =>
        aCandidate(`c-${index}`, { labels: { tier: 'old' } }),
      );
      await submit(many.slice(0, 1_000));
      await submit(many.slice(1_000));
      await submit([
        aCandidate('c-3', { labels: { tier: 'new' } }),
        aCandidate('c-1234', { labels: { tier: 'new' } }),
      ]);
      expect(idsOf((await page({ q: 'new' })).items)).toEqual(['c-1234', 'c-3']);
      expect((await page({ q: 'old' })).total).toBe(1_498);
      expect((await page({ labels: [['tier', 'new']] })).total).toBe(2);
    });

    test('a cursor fits the list that it came from and no other', async () => {
      await submit(['a', 'b', 'c'].map((id) => aCandidate(id, { labels: { team: 'red' } })));
      const { nextCursor: cursor } = await page({ limit: 1 });
      expect(idsOf((await page({ limit: 2, cursor })).items)).toEqual(['b', 'c']);
      const others: Query[] = [
        { sort: '-id' },
        { sort: 'since' },
        { q: 'a' },
        { status: 'running' },
        { runStates: ['paused'] },
        { who: ['operator'] },
        { labels: [['team', 'red']] },
        { gone: false },
      ];
      for (const other of others)
        expect(await list({ ...other, cursor })).toEqual({ kind: 'cursor-mismatch' });
      for (const made of ['', 'x', '!!', Buffer.from('null').toString('base64url'), `${cursor}x`.slice(1)])
        expect(await list({ cursor: made })).toEqual({ kind: 'cursor-mismatch' });
    });

    test('the order of what is asked for does not matter to a cursor', async () => {
      await submit(['a', 'b', 'c'].map((id) => aCandidate(id)));
      for (const id of ['a', 'b', 'c']) await start(id, 5);
      const { nextCursor: cursor } = await page({ runStates: ['pending', 'paused'], limit: 1 });
      const next = await page({ runStates: ['paused', 'pending', 'paused'], cursor });
      expect(idsOf(next.items)).toEqual(['b', 'c']);
    });

    test('who must act is told anew by each write, and by nobody once a run is over or given back', async () => {
      await submit(['a', 'b'].map((id) => aCandidate(id)));
      const whoOf = async () => ({
        worker: idsOf((await page({ who: ['worker'] })).items),
        nobody: idsOf((await page({ who: ['nobody'] })).items),
        operator: idsOf((await page({ who: ['operator'] })).items),
      });
      expect(await whoOf()).toEqual({ worker: [], nobody: [], operator: [] });
      await store.claimRun(aClaim('a', 'run-a'));
      expect(await whoOf()).toEqual({ worker: [], nobody: ['a'], operator: [] });
      await store.project(aProjection('a', 'run-a', { view: aView({ who: 'worker' }) }));
      expect(await whoOf()).toEqual({ worker: ['a'], nobody: [], operator: [] });
      const { who: _, ...ended } = aView({ status: 'not_started', runState: 'lost' });
      await store.project(
        aProjection('a', 'run-a', {
          seq: 2,
          view: { ...ended, who: 'operator' },
          ended: { outcome: 'lost' },
        }),
      );
      await store.claimRun(aClaim('b', 'run-b'));
      expect(await whoOf()).toEqual({ worker: [], nobody: ['b'], operator: ['a'] });
      await store.claimRun(aClaim('a', 'run-c'));
      expect(await whoOf()).toEqual({ worker: [], nobody: ['a', 'b'], operator: [] });
      const given = { type: 'run.start_failed', at: at(9), actor: { kind: 'system', id: 'engine' } } as const;
      for (const [id, runId] of [
        ['a', 'run-c'],
        ['b', 'run-b'],
      ] as const)
        await store.releaseClaim({ migrationId: MIGRATION, candidateId: id, runId }, given);
      expect(await whoOf()).toEqual({ worker: [], nobody: [], operator: ['a'] });
    });

    test('the values of each label key are counted, the most frequent first', async () => {
      expect(await store.listLabelValues('none')).toBeUndefined();
      expect(await store.listLabelValues(MIGRATION)).toEqual([
        { key: 'team', isFilterable: true, values: [] },
        { key: 'tier', isFilterable: true, values: [] },
      ]);
      const labelled = (id: string, labels: Record<string, string>) => aCandidate(id, { labels });
      await submit([
        labelled('a', { team: 'red', other: 'x' }),
        labelled('b', { team: 'blue "=" \u0001', tier: '1' }),
        labelled('c', { team: 'red' }),
        labelled('d', { team: 'amber' }),
      ]);
      await submit([labelled('d', { team: 'blue "=" \u0001' }), labelled('b', { tier: '1' })]);
      const [team, tier] = (await store.listLabelValues(MIGRATION)) ?? [];
      expect(team?.values).toEqual([
        { value: 'red', count: 2 },
        { value: 'blue "=" \u0001', count: 1 },
      ]);
      expect(tier?.values).toEqual([{ value: '1', count: 1 }]);
      const many = Array.from({ length: 501 }, (_, index) => labelled(`m-${index}`, { tier: `t-${index}` }));
      await submit(many);
      expect((await store.listLabelValues(MIGRATION))?.[1]).toEqual({
        key: 'tier',
        isFilterable: false,
        values: [],
      });
    });

    test('rows that do not change are neither skipped nor repeated while others do', async () => {
      const actions = fc.array(
        fc.record({
          kind: fc.constantFrom('start', 'finish', 'add', 'refresh'),
          index: fc.nat({ max: 39 }),
          seconds: fc.integer({ min: 1, max: 100 }),
        }),
        { maxLength: 12 },
      );
      const sorts = fc.constantFrom('id', '-id', 'since', '-since' as const);
      await fc.assert(
        fc.asyncProperty(actions, sorts, fc.integer({ min: 1, max: 9 }), async (changes, sort, limit) => {
          store = open().store;
          await store.announce(anAnnouncement());
          const ids = Array.from({ length: 40 }, (_, index) => `c-${index}`);
          await submit(ids.map((id) => aCandidate(id)));
          for (const [index, id] of ids.entries()) if (index % 2 === 0) await start(id, index % 7);

          const changed = new Set<string>();
          const queue = [...changes];
          const seen = await walk({ sort: sort as 'id', limit }, async (done) => {
            const change = queue.shift();
            if (change === undefined) return;
            const id = ids[change.index] as string;
            switch (change.kind) {
              case 'start':
                await start(id, change.seconds);
                return void changed.add(id);
              case 'finish': {
                const view = aView({ status: 'completed', runState: undefined, since: at(change.seconds) });
                await store.project(aProjection(id, `run-${id}`, { seq: done + 1, view }));
                return void changed.add(id);
              }
              case 'add':
                await submit([aCandidate(`new-${done}`)]);
                return;
              default:
                await submit([aCandidate(id, { labels: { team: String(done) } })]);
            }
          });
          const times = new Map<string, number>();
          for (const { id } of seen) times.set(id, (times.get(id) ?? 0) + 1);
          for (const id of ids) if (!changed.has(id) || sort.endsWith('id')) expect(times.get(id)).toBe(1);
        }),
        { numRuns: 25 },
      );
    });
  });
}
