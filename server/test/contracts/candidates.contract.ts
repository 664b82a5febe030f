import { beforeEach, describe, expect, test } from 'vitest';
import type { CandidateFacts } from '../../src/domain/candidate.ts';
import {
  aCandidate,
  aClaim,
  anAnnouncement,
  anEvent,
  aProjection,
  aStep,
  aSubmission,
  at,
  aView,
  MIGRATION,
} from './builders.ts';
import type { OpenStore, StoreHarness } from './store-harness.ts';

/** Ids that are allowed and that something along the way might take for its own syntax. */
export const ODD_IDS = [
  'org/repo',
  'with space',
  'a:b:c',
  'brace}{brace',
  '{m:other}',
  'Ünïcödé-日本語-🧵',
  'percent%2Fencoded',
  'a__b',
  '*',
  '[x]',
  '"quoted"',
  "it's",
  'back\\slash',
  '-',
  '0',
  'x'.repeat(255),
];

export function describeCandidates(open: OpenStore): void {
  describe('candidates', () => {
    let store: StoreHarness['store'];
    let submissions = 0;
    beforeEach(async () => {
      store = open().store;
      await store.announce(anAnnouncement());
    });
    const submit = (candidates: readonly CandidateFacts[], discoveryId = 'd-1', final = false) => {
      submissions += 1;
      return store.submitCandidates(aSubmission(candidates, { discoveryId, final, at: at(submissions) }));
    };
    const get = (candidateId: string) => store.getCandidate({ migrationId: MIGRATION, candidateId });
    const merged = { kind: 'merged', added: 0, updated: 0, unchanged: 0, gone: 0, overflowingLabelKeys: [] };

    test('a submitted candidate is kept whole and has not started', async () => {
      const facts = aCandidate('a', {
        labels: { team: 'red', note: 'NUL \u0000 and "quotes"' },
        metadata: { empty: [], nested: { none: {} } },
        files: [{ name: 'dev', repo: 'gitops', files: [{ path: 'dev/a.yaml', url: 'https://x' }] }],
        steps: [aStep('only')],
      });
      expect(await submit([facts])).toEqual({ ...merged, added: 1 });
      expect(await get('a')).toEqual({
        ...facts,
        ...{ status: 'not_started', stepCount: 1, inputs: {}, version: 1, lastSeen: at(submissions) },
      });
      expect(await get('b')).toBeUndefined();
      expect(await store.getCandidate({ migrationId: 'none', candidateId: 'a' })).toBeUndefined();
    });

    test('a submission for an unknown migration is refused', async () => {
      const refused = await store.submitCandidates(aSubmission([aCandidate('a')], { migrationId: 'none' }));
      expect(refused).toEqual({ kind: 'unknown-migration' });
    });

    test('facts are refreshed, equal ones count as unchanged, and each sight moves lastSeen', async () => {
      await submit([aCandidate('a'), aCandidate('b'), aCandidate('c')]);
      const again = [aCandidate('a', { labels: { team: 'blue' } }), aCandidate('b'), aCandidate('d')];
      expect(await submit(again)).toEqual({ ...merged, added: 1, updated: 1, unchanged: 1 });
      expect(await get('a')).toMatchObject({
        labels: { team: 'blue' },
        lastSeen: at(submissions),
        version: 2,
      });
      expect(await get('b')).toMatchObject({ lastSeen: at(submissions), version: 2 });
      expect(await get('c')).toMatchObject({ lastSeen: at(submissions - 1), version: 1 });
    });

    test('a candidate twice in one submission is one candidate with the later facts', async () => {
      const twice = [aCandidate('a', { kind: 'old' }), aCandidate('a', { kind: 'new' })];
      expect(await submit(twice)).toEqual({ ...merged, added: 1, updated: 1 });
      expect(await get('a')).toMatchObject({ kind: 'new' });
      expect(await store.countCandidates(MIGRATION)).toMatchObject({ total: 1 });
    });

    test('the end of a discovery marks what it did not see, and a later sight unmarks it', async () => {
      await submit([aCandidate('a'), aCandidate('b'), aCandidate('c')], 'd-1', true);
      await submit([aCandidate('a')], 'd-2');
      expect(await store.countCandidates(MIGRATION)).toMatchObject({ gone: 0 });
      expect(await submit([aCandidate('b')], 'd-2', true)).toEqual({ ...merged, unchanged: 1, gone: 1 });
      expect(await get('c')).toMatchObject({ goneAt: at(submissions), status: 'not_started' });
      expect(await store.countCandidates(MIGRATION)).toMatchObject({ gone: 1, total: 3 });
      expect(await submit([aCandidate('c')], 'd-3')).toEqual({ ...merged, updated: 1 });
      expect((await get('c'))?.goneAt).toBeUndefined();
      expect(await store.countCandidates(MIGRATION)).toMatchObject({ gone: 0, total: 3 });
    });

    test('the last part of a discovery may be sent again', async () => {
      await submit([aCandidate('a')], 'd-1');
      await submit([aCandidate('b')], 'd-1', true);
      expect(await submit([aCandidate('b')], 'd-1', true)).toMatchObject({ gone: 0 });
      expect((await get('a'))?.goneAt).toBeUndefined();
    });

    test('a discovery does not mark what another one saw since it began', async () => {
      await submit([aCandidate('a')], 'slow');
      await submit([aCandidate('b')], 'quick', false);
      expect(await submit([], 'slow', true)).toMatchObject({ gone: 0 });
      expect(await submit([aCandidate('a')], 'next', true)).toMatchObject({ gone: 1 });
    });

    test('an id that is used again after its end begins a new discovery', async () => {
      await submit([aCandidate('a'), aCandidate('b')], 'always', true);
      await submit([aCandidate('a')], 'always', false);
      expect(await submit([], 'always', true)).toMatchObject({ gone: 1 });
      expect(await get('b')).toHaveProperty('goneAt', expect.any(String));
    });

    test('odd ids are ids like any other', async () => {
      await submit(ODD_IDS.map((id) => aCandidate(id, { labels: { team: id } })));
      for (const id of ODD_IDS) {
        expect(await get(id)).toMatchObject({ id, labels: { team: id } });
        const runId = `run of ${id}`.slice(0, 60);
        expect(await store.claimRun(aClaim(id, runId))).toEqual({ kind: 'claimed' });
        expect(await store.project(aProjection(id, runId))).toBe('applied');
        const labels = [['team', id]] as const;
        const found = await store.listCandidates({ migrationId: MIGRATION, labels, sort: 'id', limit: 5 });
        expect(found).toMatchObject({ total: 1, items: [{ id, status: 'running' }] });
      }
      expect(await store.countCandidates(MIGRATION)).toMatchObject({ status: { running: ODD_IDS.length } });
    });

    test('a label key with more than 500 values is reported and no filter any more', async () => {
      const many = (from: number, to: number) =>
        Array.from({ length: to - from }, (_, index) =>
          aCandidate(`c-${from + index}`, { labels: { team: `team-${from + index}`, tier: '1' } }),
        );
      const byLabel = (key: string, value: string) =>
        store.listCandidates({ migrationId: MIGRATION, labels: [[key, value]], sort: 'id', limit: 5 });
      expect(await submit(many(0, 500))).toMatchObject({ overflowingLabelKeys: [] });
      expect(await byLabel('team', 'team-7')).toMatchObject({ total: 1 });
      expect(await submit(many(500, 501))).toMatchObject({ overflowingLabelKeys: ['team'] });
      expect(await byLabel('team', 'team-7')).toEqual({ kind: 'unknown-filter', key: 'team' });
      expect(await byLabel('tier', '1')).toMatchObject({ total: 501 });
      expect(await submit(many(0, 1))).toMatchObject({ overflowingLabelKeys: ['team'] });
    });

    test('a submission never changes status, run or inputs of a known candidate', async () => {
      const ids = Array.from({ length: 200 }, (_, index) => `c-${index}`);
      await submit(ids.map((id) => aCandidate(id)));
      await Promise.all(
        ids.map(async (id) => {
          await store.claimRun(aClaim(id, `run-${id}`, { inputs: { name: id } }));
          await store.project(aProjection(id, `run-${id}`));
        }),
      );
      const kinds = ['one', 'two', 'three', 'four'];
      await Promise.all([
        ...kinds.map((kind, round) =>
          submit(
            ids.map((id) => aCandidate(id, { kind, labels: { team: kind } })),
            `d-${round}`,
            round % 2 === 0,
          ),
        ),
        ...ids.map((id, index) =>
          store.project(
            aProjection(id, `run-${id}`, {
              seq: 2,
              view:
                index % 2 === 0
                  ? aView({ runState: 'pending', step: 'swap' })
                  : aView({ status: 'completed', runState: undefined }),
              ...(index % 2 === 0 ? {} : { ended: { outcome: 'completed' } as const }),
            }),
          ),
        ),
      ]);
      for (const [index, id] of ids.entries()) {
        const expected =
          index % 2 === 0
            ? { status: 'running', runState: 'pending', step: 'swap' }
            : { status: 'completed', runState: undefined };
        expect(await get(id)).toMatchObject({ ...expected, runId: `run-${id}`, inputs: { name: id } });
      }
      expect(await store.countCandidates(MIGRATION)).toMatchObject({
        status: { not_started: 0, running: 100, completed: 100 },
        runState: { pending: 100 },
      });
    });

    test('inputs are replaced unless a run is claimed or open', async () => {
      await submit([aCandidate('a')]);
      const ref = { migrationId: MIGRATION, candidateId: 'a' };
      const event = anEvent(ref);
      expect(await store.setInputs({ ...ref, candidateId: 'x' }, {}, event)).toBe('not-found');
      expect(await store.setInputs(ref, { n: 1 }, event)).toBe('stored');
      expect((await get('a'))?.inputs).toEqual({ n: 1 });
      await store.claimRun(aClaim('a', 'r-1'));
      expect(await store.setInputs(ref, { n: 2 }, event)).toBe('run-open');
      await store.project(aProjection('a', 'r-1'));
      expect(await store.setInputs(ref, { n: 2 }, event)).toBe('run-open');
      const view = aView({ status: 'not_started', runState: undefined });
      await store.project(aProjection('a', 'r-1', { seq: 2, view, ended: { outcome: 'cancelled' } }));
      expect((await get('a'))?.inputs).toEqual({ greeting: 'hello' });
      expect(await store.setInputs(ref, { n: 3 }, event)).toBe('stored');
    });

    test('inputs are replaced only as they were read, where that is asked for', async () => {
      await submit([aCandidate('a')]);
      const ref = { migrationId: MIGRATION, candidateId: 'a' };
      const event = anEvent(ref);
      expect(await store.setInputs(ref, { n: 1 }, event, { n: 0 })).toBe('changed');
      expect(await store.setInputs(ref, { n: 1, text: 'ü "' }, event, {})).toBe('stored');
      expect(await store.setInputs(ref, { n: 2 }, event, {})).toBe('changed');
      const { inputs } = (await get('a')) ?? {};
      expect(inputs).toEqual({ n: 1, text: 'ü "' });
      expect(await store.setInputs(ref, { n: 2 }, event, inputs)).toBe('stored');
    });

    test('every change moves the versions of candidate and migration', async () => {
      await submit([aCandidate('a')]);
      const ref = { migrationId: MIGRATION, candidateId: 'a' };
      const seen: [number, number][] = [];
      const look = async () =>
        seen.push([(await get('a'))?.version ?? 0, (await store.countCandidates(MIGRATION)).version]);
      await look();
      for (const change of [
        () => submit([aCandidate('a')]),
        () => store.setInputs(ref, { n: 1 }, anEvent(ref)),
        () => store.claimRun(aClaim('a', 'r-1')),
        () => store.releaseClaim({ ...ref, runId: 'r-1' }, anEvent(ref)),
        () => store.claimRun(aClaim('a', 'r-2')),
        () => store.project(aProjection('a', 'r-2')),
      ]) {
        await change();
        await look();
      }
      for (const [index, [candidate, migration]] of seen.entries()) {
        expect(candidate).toBeGreaterThan(seen[index - 1]?.[0] ?? 0);
        expect(migration).toBeGreaterThan(seen[index - 1]?.[1] ?? 0);
      }
    });
  });
}
