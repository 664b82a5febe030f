import { beforeEach, describe, expect, test } from 'vitest';
import type { OpenRun } from '../../src/application/ports/migration-store.ts';
import {
  ACTOR,
  aCandidate,
  aClaim,
  anAnnouncement,
  anAttempt,
  anEvent,
  aProjection,
  aSubmission,
  at,
  aView,
  MIGRATION,
} from './builders.ts';
import type { OpenStore, StoreHarness } from './store-harness.ts';

export function describeRuns(open: OpenStore): void {
  describe('claims and runs', () => {
    let store: StoreHarness['store'];
    let log: StoreHarness['log'];
    let advance: StoreHarness['advance'];
    beforeEach(async () => {
      ({ store, log, advance } = open());
      await store.announce(anAnnouncement());
      const candidates = ['a', 'b', 'c'].map((id) => aCandidate(id));
      await store.submitCandidates(aSubmission(candidates, { final: true }));
    });
    const get = (candidateId: string) => store.getCandidate({ migrationId: MIGRATION, candidateId });
    const ref = (candidateId: string, runId: string) => ({ migrationId: MIGRATION, candidateId, runId });
    const end = (id: string, runId: string, status: 'not_started' | 'completed', seq = 9) =>
      store.project(
        aProjection(id, runId, {
          ...{ seq, at: at(60), view: aView({ status, runState: undefined, since: at(60) }) },
          ended: { outcome: status === 'completed' ? 'completed' : 'cancelled', reason: 'because' },
        }),
      );

    test('a claimed candidate is queued, keeps the inputs and has a run with its manifest', async () => {
      const claim = aClaim('a', 'r-1', { traceparent: '00-abc' });
      expect(await store.claimRun(claim)).toEqual({ kind: 'claimed' });
      expect(await get('a')).toMatchObject({
        ...{ status: 'not_started', runState: 'queued', runId: 'r-1', since: at(10), who: 'nobody' },
        inputs: { greeting: 'hello' },
      });
      expect(await store.getRun(ref('a', 'r-1'))).toEqual({
        ...ref('a', 'r-1'),
        ...{ kind: 'run', startedAt: at(10), actor: ACTOR, revision: 'rev-1', traceparent: '00-abc' },
        ...{ inputs: { greeting: 'hello' }, inputsVersion: 1, seq: -1 },
      });
      expect(await store.getManifest(ref('a', 'r-1'))).toEqual(claim.manifest);
      expect(await log.list({ migrationId: MIGRATION, runId: 'r-1', limit: 5 })).toMatchObject({
        items: [{ type: 'run.requested', candidateId: 'a' }],
      });
    });

    test('what a migration has is compared with the engine until that was done, and again for what was awaited', async () => {
      expect(await store.isCompared(MIGRATION)).toBe(false);
      expect(await store.beginComparison('unknown')).toBeUndefined();
      expect(await store.isCompared('unknown')).toBe(false);
      const before = await store.beginComparison(MIGRATION);
      const token = await store.beginComparison(MIGRATION);
      await store.endComparison(MIGRATION, before ?? '');
      expect(await store.isCompared(MIGRATION)).toBe(false);
      await store.endComparison(MIGRATION, token ?? '');
      expect(await store.isCompared(MIGRATION)).toBe(true);
      expect(await store.beginComparison(MIGRATION)).toBeUndefined();

      const submit = (id: string) =>
        store.submitCandidates(aSubmission([aCandidate(id)], { discoveryId: 'd-9', at: at(2) }));
      await store.awaitCandidate({ migrationId: MIGRATION, candidateId: 'later' });
      await submit('another');
      await submit('a');
      expect(await store.isCompared(MIGRATION)).toBe(true);
      await submit('later');
      expect(await store.isCompared(MIGRATION)).toBe(false);
    });

    test('a comparison does not end once it was dropped, also by a candidate that came before it was awaited', async () => {
      const drops = [
        () => store.dropComparison(MIGRATION),
        () => store.awaitCandidate({ migrationId: MIGRATION, candidateId: 'a' }),
      ];
      for (const drop of drops) {
        const token = await store.beginComparison(MIGRATION);
        await drop();
        await store.endComparison(MIGRATION, token ?? '');
        expect(await store.isCompared(MIGRATION)).toBe(false);
      }
      await store.dropComparison('unknown');
      await store.awaitCandidate({ migrationId: 'unknown', candidateId: 'a' });
      expect(await store.isCompared('unknown')).toBe(false);
    });

    test('how often in a row a comparison could not tell all is counted until it ends or is dropped', async () => {
      const compare = async () => (await store.beginComparison(MIGRATION)) ?? '';
      const repeat = async () => store.repeatComparison(MIGRATION, await compare());
      const stale = await compare();
      expect([await repeat(), await repeat()]).toEqual([1, 2]);
      expect(await store.repeatComparison(MIGRATION, stale)).toBe(0);
      expect(await store.repeatComparison('unknown', stale)).toBe(0);
      await store.dropComparison(MIGRATION);
      expect(await repeat()).toBe(1);
      const token = await compare();
      await store.endComparison(MIGRATION, token);
      expect(await store.repeatComparison(MIGRATION, token)).toBe(0);
      await store.awaitCandidate({ migrationId: MIGRATION, candidateId: 'a' });
      expect(await repeat()).toBe(1);
    });

    test('a run is found by its id and by the trace of its start, as long as it is claimed', async () => {
      const traceId = '0af7651916cd43dd8448eb211c80319c';
      const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
      for (const id of ['a', 'b']) await store.claimRun(aClaim(id, `r-${id}`, { traceparent }));
      await store.claimRun(aClaim('c', 'r-c'));
      expect(await store.findRuns({ kind: 'run', runId: 'r-c' })).toEqual([ref('c', 'r-c')]);
      expect(await store.findRuns({ kind: 'run', runId: 'r-d' })).toEqual([]);
      expect(await store.findRuns({ kind: 'trace', traceId })).toEqual([ref('b', 'r-b'), ref('a', 'r-a')]);
      expect(await store.findRuns({ kind: 'trace', traceId: traceId.slice(1) })).toEqual([]);
      await store.releaseClaim(ref('b', 'r-b'), anEvent({}));
      expect(await store.findRuns({ kind: 'trace', traceId })).toEqual([ref('a', 'r-a')]);
    });

    test('of 200 claims at once one wins', async () => {
      const claims = Array.from({ length: 200 }, (_, index) => aClaim('a', `r-${index}`));
      const outcomes = await Promise.all(claims.map((claim) => store.claimRun(claim)));
      expect(outcomes.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
      expect(outcomes.filter(({ kind }) => kind === 'run-open')).toHaveLength(199);
      const winner = outcomes.findIndex(({ kind }) => kind === 'claimed');
      expect(await get('a')).toMatchObject({ runId: `r-${winner}` });
      expect(await store.listRuns(ref('a', ''), { limit: 5 })).toMatchObject({ total: 1 });
      const events = await log.list({ migrationId: MIGRATION, candidateId: 'a', limit: 50 });
      expect(events).toMatchObject({ items: [{ runId: `r-${winner}` }] });
    });

    test('a claim whose answer was lost may be made again', async () => {
      await store.claimRun(aClaim('a', 'r-1'));
      expect(await store.claimRun(aClaim('a', 'r-1'))).toEqual({ kind: 'claimed' });
      expect(await store.listRuns(ref('a', ''), { limit: 5 })).toMatchObject({ total: 1 });
    });

    test('the id of a run that is over is not used again', async () => {
      await store.claimRun(aClaim('a', 'r-1'));
      await end('a', 'r-1', 'not_started');
      await expect(store.claimRun(aClaim('a', 'r-1'))).rejects.toThrow('r-1 was claimed before');
      await expect(store.claimRun(aClaim('b', 'r-1'))).rejects.toThrow('r-1 was claimed before');
      expect((await get('b'))?.runState).toBeUndefined();
    });

    test('each reason against a claim has its word', async () => {
      const claim = (id: string) => store.claimRun(aClaim(id, 'r-other'));
      expect(await claim('x')).toEqual({ kind: 'not-found' });
      expect(await store.claimRun(aClaim('a', 'r', { migrationId: 'none' }))).toEqual({ kind: 'not-found' });
      await store.claimRun(aClaim('a', 'r-1'));
      expect(await claim('a')).toEqual({ kind: 'run-open' });
      await store.project(aProjection('a', 'r-1'));
      expect(await claim('a')).toEqual({ kind: 'run-open' });
      await store.project(aProjection('a', 'r-1', { seq: 2, view: aView({ runState: 'cancelling' }) }));
      expect(await claim('a')).toEqual({ kind: 'cancelling' });
      await end('a', 'r-1', 'completed');
      expect(await claim('a')).toEqual({ kind: 'already-completed' });
      await store.submitCandidates(aSubmission([], { discoveryId: 'd-2', final: true, at: at(2) }));
      expect(await claim('b')).toEqual({ kind: 'candidate-gone' });
    });

    test('a rollback follows the newest run, also of a completed or vanished candidate, and no other', async () => {
      await store.claimRun(aClaim('a', 'r-1'));
      await store.project(aProjection('a', 'r-1'));
      await end('a', 'r-1', 'completed');
      await store.submitCandidates(aSubmission([], { discoveryId: 'd-2', final: true, at: at(2) }));
      const { manifest } = aClaim('a', 'r-2');
      const undoes = { runId: 'r-1', steps: ['swap'] };
      const rollback = { manifest: { ...manifest, undoes }, afterRunId: 'r-1' };
      expect(await store.claimRun(aClaim('a', 'r-0', { ...rollback, afterRunId: 'r-9' }))).toEqual({
        kind: 'run-open',
      });
      expect(await store.claimRun(aClaim('a', 'r-2', rollback))).toEqual({ kind: 'claimed' });
      expect(await store.claimRun(aClaim('a', 'r-3', rollback))).toEqual({ kind: 'run-open' });
      expect(await store.getRun(ref('a', 'r-2'))).toMatchObject({ kind: 'rollback', undoes: 'r-1' });
      expect((await store.getManifest(ref('a', 'r-2')))?.undoes).toEqual(undoes);
      expect((await store.getRun(ref('a', 'r-1')))?.undoes).toBeUndefined();
    });

    test('outputs that were staged for a skip are taken over by the attempt that names them', async () => {
      await store.claimRun(aClaim('a', 'r-1'));
      await store.stageOutputs(ref('a', 'r-1'), 'skip-1', { branch: 'größer' });
      const skipped = anAttempt({ outcome: 'skipped', message: 'By hand.', endedAt: at(30) });
      const attempts = [{ ...skipped, reportEventId: 'skip-1' }];
      await store.project(aProjection('a', 'r-1', { attempts }));
      expect(await store.listAttempts(ref('a', 'r-1'))).toEqual([
        { ...skipped, outputs: { branch: 'größer' } },
      ]);
      await end('a', 'r-1', 'completed');
      await store.stageOutputs(ref('a', 'r-1'), 'skip-2', { late: true });
      await store.stageOutputs(ref('b', 'r-none'), 'skip-3', { stray: true });
    });

    test('after a cancel the candidate can start again and keeps its runs', async () => {
      await store.claimRun(aClaim('a', 'r-1'));
      await store.project(
        aProjection('a', 'r-1', { attempts: [anAttempt({ metadata: { prUrl: 'https://forge/1' } })] }),
      );
      await end('a', 'r-1', 'not_started');
      expect(await get('a')).toMatchObject({ status: 'not_started', prUrl: 'https://forge/1', runId: 'r-1' });
      expect(await store.claimRun(aClaim('a', 'r-2', { at: at(70) }))).toEqual({ kind: 'claimed' });
      expect((await get('a'))?.prUrl).toBeUndefined();
      const runs = await store.listRuns(ref('a', ''), { limit: 5 });
      expect(runs).toMatchObject({
        total: 2,
        items: [
          { runId: 'r-2', startedAt: at(70) },
          { runId: 'r-1', endedAt: at(60), outcome: 'cancelled', reason: 'because' },
        ],
      });
      expect(await store.listAttempts(ref('a', 'r-1'))).toHaveLength(1);
    });

    test('a lost run shows its state, is not open, and gives way to a new one', async () => {
      await store.claimRun(aClaim('a', 'r-1'));
      await store.project(aProjection('a', 'r-1'));
      const view = aView({ status: 'not_started', runState: 'lost', who: 'operator' });
      const ended = { outcome: 'lost' } as const;
      await store.project(aProjection('a', 'r-1', { seq: Number.MAX_SAFE_INTEGER, view, ended }));
      expect(await get('a')).toMatchObject({ status: 'not_started', runState: 'lost' });
      expect((await store.listOpenRuns(MIGRATION, undefined, 5)).items).toEqual([]);
      expect(await store.getRun(ref('a', 'r-1'))).toMatchObject({ seq: Number.MAX_SAFE_INTEGER });
      expect(await store.claimRun(aClaim('a', 'r-2'))).toEqual({ kind: 'claimed' });
      expect(await store.releaseClaim(ref('a', 'r-2'), anEvent())).toBe(true);
      expect(await get('a')).toMatchObject({ status: 'not_started', runState: 'lost', runId: 'r-1' });
    });

    test('a released claim leaves the candidate as it was, and its events', async () => {
      await store.setInputs(ref('a', ''), { mine: true }, anEvent());
      await store.claimRun(aClaim('a', 'r-0'));
      await store.project(aProjection('a', 'r-0'));
      await end('a', 'r-0', 'not_started');
      const before = await get('a');
      await store.claimRun(aClaim('a', 'r-1'));
      await store.releaseClaim(ref('a', 'r-1'), anEvent({ type: 'run.released', ...ref('a', 'r-1') }));
      expect(await get('a')).toEqual({ ...before, version: expect.any(Number) });
      expect(await store.getRun(ref('a', 'r-1'))).toBeUndefined();
      expect(await store.getManifest(ref('a', 'r-1'))).toBeUndefined();
      expect(await store.listRuns(ref('a', ''), { limit: 5 })).toMatchObject({ total: 1 });
      expect(await store.project(aProjection('a', 'r-1'))).toBe('not-claimed');
      const events = await log.list({ migrationId: MIGRATION, runId: 'r-1', limit: 5 });
      expect(events).toMatchObject({ items: [{ type: 'run.released' }, { type: 'run.requested' }] });
      expect(await store.claimRun(aClaim('a', 'r-2'))).toEqual({ kind: 'claimed' });
    });

    test('only a claim that never ran is released', async () => {
      await store.claimRun(aClaim('a', 'r-1'));
      expect(await store.releaseClaim(ref('a', 'r-other'), anEvent())).toBe(false);
      await store.releaseClaim(ref('b', 'r-1'), anEvent());
      await store.project(aProjection('a', 'r-1', { seq: 0 }));
      await store.releaseClaim(ref('a', 'r-1'), anEvent({ type: 'run.released' }));
      expect(await get('a')).toMatchObject({ status: 'running', runId: 'r-1' });
      expect(await log.list({ type: 'run.released', limit: 5 })).toMatchObject({ items: [] });
    });

    test('the first request to cancel is noted and changes no state', async () => {
      await store.claimRun(aClaim('a', 'r-1'));
      await store.noteCancelRequest(ref('a', 'r-1'), at(30));
      await store.noteCancelRequest(ref('a', 'r-1'), at(40));
      await store.noteCancelRequest(ref('a', 'r-none'), at(40));
      expect(await store.getRun(ref('a', 'r-1'))).toMatchObject({ cancelRequestedAt: at(30) });
      expect(await get('a')).toMatchObject({ runState: 'queued' });
    });

    test('a run that is asked to be undone is being cancelled for a start, and open for a roll back', async () => {
      await store.claimRun(aClaim('a', 'r-1'));
      await store.noteUndoRequest(ref('a', 'r-none'));
      expect(await store.claimRun(aClaim('a', 'r-2'))).toEqual({ kind: 'run-open' });
      await store.noteUndoRequest(ref('a', 'r-1'));
      expect(await store.claimRun(aClaim('a', 'r-2'))).toEqual({ kind: 'cancelling' });
      expect(await store.claimRun(aClaim('a', 'r-2', { afterRunId: 'r-1' }))).toEqual({ kind: 'run-open' });
      expect(await get('a')).toMatchObject({ runState: 'queued' });
      // For the check that ends runs which ignore a cancel it is none.
      expect(await store.getRun(ref('a', 'r-1'))).not.toHaveProperty('cancelRequestedAt', expect.anything());
      const { items } = await store.listOpenRuns(MIGRATION, undefined, 5);
      expect(items.map(({ cancelAgeMs }) => cancelAgeMs)).toEqual([undefined]);
    });

    test('ages of claims and cancels are measured by the clock of the store alone', async () => {
      const ages = async () => {
        const { items } = await store.listOpenRuns(MIGRATION, undefined, 5);
        return items.map(({ ageMs, cancelAgeMs }) => ({ ageMs, cancelAgeMs }));
      };
      // Written by a process whose clock is years off.
      await store.claimRun(aClaim('a', 'r-1', { at: '2036-01-01T00:00:00.000Z' }));
      advance(10_000);
      expect(await ages()).toEqual([{ ageMs: 10_000, cancelAgeMs: undefined }]);
      await store.noteCancelRequest(ref('a', 'r-1'), '2016-01-01T00:00:00.000Z');
      advance(1_500);
      await store.noteCancelRequest(ref('a', 'r-1'), at(0));
      expect(await ages()).toEqual([{ ageMs: 11_500, cancelAgeMs: 1_500 }]);
    });

    test('a run is known under its own candidate only', async () => {
      await store.claimRun(aClaim('a', 'r-1'));
      await store.project(aProjection('a', 'r-1', { attempts: [anAttempt()] }));
      expect(await store.getRun(ref('b', 'r-1'))).toBeUndefined();
      expect(await store.getManifest(ref('b', 'r-1'))).toBeUndefined();
      expect(await store.listAttempts(ref('b', 'r-1'))).toEqual([]);
      expect(await store.getRun({ ...ref('a', 'r-1'), migrationId: 'none' })).toBeUndefined();
    });

    test('runs are listed the newest first, in pages that new runs do not shift', async () => {
      for (let index = 1; index <= 5; index += 1) {
        await store.claimRun(aClaim('a', `r-${index}`));
        await store.project(aProjection('a', `r-${index}`));
        await end('a', `r-${index}`, 'not_started');
      }
      const first = await store.listRuns(ref('a', ''), { limit: 2 });
      expect(first).toMatchObject({ total: 5, items: [{ runId: 'r-5' }, { runId: 'r-4' }] });
      const cursor = first.kind === 'page' ? first.nextCursor : undefined;
      await store.claimRun(aClaim('a', 'r-6'));
      const second = await store.listRuns(ref('a', ''), { limit: 3, cursor });
      expect(second).toMatchObject({
        total: 6,
        items: [{ runId: 'r-3' }, { runId: 'r-2' }, { runId: 'r-1' }],
      });
      expect(second).not.toHaveProperty('nextCursor', expect.any(String));
      expect(await store.listRuns(ref('b', ''), { limit: 3, cursor })).toEqual({ kind: 'cursor-mismatch' });
      expect(await store.listRuns(ref('x', ''), { limit: 3 })).toMatchObject({ total: 0, items: [] });
    });

    test('open runs are found in pages, and none that is over', async () => {
      const ids = Array.from({ length: 25 }, (_, index) => `n-${index}`);
      const candidates = ids.map((id) => aCandidate(id));
      await store.submitCandidates(aSubmission(candidates, { discoveryId: 'd-3', at: at(2) }));
      for (const [index, id] of ids.entries()) {
        if (index % 5 === 4) continue;
        await store.claimRun(aClaim(id, `r-${id}`, { at: at(index) }));
        if (index % 5 > 0) await store.project(aProjection(id, `r-${id}`));
        if (index % 5 > 1) await end(id, `r-${id}`, index % 5 === 2 ? 'completed' : 'not_started');
      }
      const found: OpenRun[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.listOpenRuns(MIGRATION, cursor, 3);
        expect(page.items.length).toBeLessThanOrEqual(3);
        found.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      const open = ids.filter((_, index) => index % 5 <= 1);
      expect(found.map(({ candidateId }) => candidateId)).toEqual(open);
      expect(found[0]).toEqual({
        ...ref('n-0', 'r-n-0'),
        ...{ status: 'not_started', runState: 'queued', ageMs: 0 },
      });
      expect(found[1]).toMatchObject({ status: 'running', runState: 'in_progress', ageMs: 0 });
      expect(await store.listOpenRuns('none', undefined, 3)).toMatchObject({ items: [] });
    });
  });
}
