import { beforeEach, describe, expect, test } from 'vitest';
import type { StepReport } from '../../src/application/ports/callbacks.ts';
import type { AttemptRef } from '../../src/application/ports/refs.ts';
import {
  aCallback,
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

export function describeCallbacks(open: OpenStore): void {
  describe('callbacks', () => {
    let store: StoreHarness['store'];
    let log: StoreHarness['log'];
    let advance: StoreHarness['advance'];
    let listen: StoreHarness['listen'];
    beforeEach(async () => {
      ({ store, log, advance, listen } = open());
      await store.announce(anAnnouncement());
      await store.submitCandidates(aSubmission([aCandidate('a'), aCandidate('b')]));
      await store.claimRun(aClaim('a', 'r-1'));
      await store.project(aProjection('a', 'r-1', { attempts: [anAttempt()] }));
    });
    const ref = { migrationId: MIGRATION, candidateId: 'a', runId: 'r-1' };
    const admit = (report: Partial<StepReport> = {}, attempt: Partial<AttemptRef> = {}) =>
      store.admitCallback(aCallback('a', 'r-1', report, attempt));
    const confirm = (report: Partial<StepReport> = {}, attempt: Partial<AttemptRef> = {}) =>
      store.confirmCallback(aCallback('a', 'r-1', report, attempt), []);
    const pending = (eventId: string, message: string) => ({ eventId, message, status: 'pending' as const });

    test('a callback of the open attempt is admitted and changes no state', async () => {
      const before = await store.getCandidate(ref);
      expect(await admit()).toEqual({ kind: 'admitted' });
      expect(await store.getCandidate(ref)).toEqual(before);
      expect(await store.listAttempts(ref)).toEqual([anAttempt()]);
    });

    test('until it is confirmed it is admitted again, afterwards it is a duplicate', async () => {
      await admit();
      expect(await admit()).toEqual({ kind: 'admitted' });
      await confirm();
      expect(await admit()).toEqual({ kind: 'duplicate' });
    });

    test('the same content under another event id is a duplicate, other content is not', async () => {
      await admit({ message: 'x' });
      await confirm({ message: 'x' });
      expect(await admit({ eventId: 'e-2', message: 'x' })).toEqual({ kind: 'duplicate' });
      expect(await admit({ eventId: 'e-3', message: 'y' })).toEqual({ kind: 'admitted' });
      expect(await admit({ message: 'other' })).toEqual({ kind: 'duplicate' });
    });

    test('of one callback many times at once each is admitted until one is confirmed', async () => {
      const first = await Promise.all(Array.from({ length: 20 }, () => admit()));
      expect(first.every(({ kind }) => kind === 'admitted')).toBe(true);
      await Promise.all(
        Array.from({ length: 20 }, () =>
          store.confirmCallback(aCallback('a', 'r-1'), [anEvent({ ...ref, type: 'operation' })]),
        ),
      );
      expect(await admit()).toEqual({ kind: 'duplicate' });
      const page = await log.list({ migrationId: MIGRATION, runId: 'r-1', type: 'operation', limit: 50 });
      expect(page.kind === 'page' && page.items).toHaveLength(1);
    });

    test('one that was not admitted is not confirmed', async () => {
      await store.confirmCallback(aCallback('a', 'r-1'), [anEvent({ ...ref, type: 'operation' })]);
      expect(await admit()).toEqual({ kind: 'admitted' });
      const page = await log.list({ migrationId: MIGRATION, runId: 'r-1', type: 'operation', limit: 50 });
      expect(page.kind === 'page' && page.items).toEqual([]);
    });

    test('a run that never was is unknown', async () => {
      expect(await store.admitCallback(aCallback('a', 'r-none'))).toEqual({ kind: 'unknown-run' });
      expect(await store.admitCallback(aCallback('b', 'r-1'))).toEqual({ kind: 'unknown-run' });
      await store.confirmCallback(aCallback('a', 'r-none'), [anEvent()]);
      expect(await log.list({ type: 'test', limit: 5 })).toMatchObject({ items: [] });
    });

    test('a step or attempt without a record was not dispatched', async () => {
      expect(await admit({}, { stepIndex: 1 })).toEqual({ kind: 'not-dispatched' });
      expect(await admit({}, { attempt: 2 })).toEqual({ kind: 'not-dispatched' });
      expect(await admit({}, { phase: 'compensate' })).toEqual({ kind: 'not-dispatched' });
    });

    test('an attempt that a newer one supersedes, or that has an outcome, is over', async () => {
      await store.project(aProjection('a', 'r-1', { seq: 2, attempts: [anAttempt({ attempt: 2 })] }));
      expect(await admit()).toEqual({ kind: 'over', why: expect.stringContaining('superseded') });
      const ended = anAttempt({ attempt: 2, outcome: 'timed_out' });
      await store.project(aProjection('a', 'r-1', { seq: 3, attempts: [ended] }));
      expect(await admit({}, { attempt: 2 })).toEqual({
        kind: 'over',
        why: expect.stringContaining('timed_out'),
      });
    });

    test('a run that is over, or that another followed, takes no callback but knows its duplicates', async () => {
      await admit();
      await confirm();
      const view = aView({ status: 'not_started', runState: undefined });
      await store.project(aProjection('a', 'r-1', { seq: 2, view, ended: { outcome: 'cancelled' } }));
      expect(await admit({ eventId: 'e-2', message: 'late' })).toMatchObject({ kind: 'over' });
      expect(await admit()).toEqual({ kind: 'duplicate' });
      await store.claimRun(aClaim('a', 'r-2'));
      expect(await admit({ eventId: 'e-2', message: 'late' })).toMatchObject({ kind: 'over' });
      expect(await store.admitCallback(aCallback('a', 'r-2'))).toEqual({ kind: 'not-dispatched' });
    });

    test('a pending within 5 s of the last with other content is too soon', async () => {
      expect(await admit(pending('p-1', 'one'))).toEqual({ kind: 'admitted' });
      await confirm(pending('p-1', 'one'));
      advance(1_500);
      expect(await admit(pending('p-2', 'two'))).toEqual({ kind: 'too-soon', retryAfterSeconds: 4 });
      expect(await admit(pending('p-1', 'one'))).toEqual({ kind: 'duplicate' });
      expect(await admit(pending('p-3', 'one'))).toEqual({ kind: 'duplicate' });
      expect(await admit({ eventId: 'e-1' })).toEqual({ kind: 'admitted' });
      advance(3_499);
      expect(await admit(pending('p-2', 'two'))).toEqual({ kind: 'too-soon', retryAfterSeconds: 1 });
      advance(1);
      expect(await admit(pending('p-2', 'two'))).toEqual({ kind: 'admitted' });
    });

    test('a pending that is not confirmed may be repeated at once', async () => {
      await admit(pending('p-1', 'one'));
      expect(await admit(pending('p-1', 'one'))).toEqual({ kind: 'admitted' });
      expect(await admit(pending('p-2', 'one'))).toEqual({ kind: 'admitted' });
      advance(4_000);
      expect(await admit(pending('p-3', 'three'))).toMatchObject({ kind: 'too-soon' });
    });

    test('a pending that says again what an older one said is news', async () => {
      for (const [index, message] of ['waits', 'fails', 'waits'].entries()) {
        const report = pending(`p-${index}`, message);
        expect(await admit(report)).toEqual({ kind: 'admitted' });
        await confirm(report);
        advance(5_000);
      }
      expect(await admit(pending('p-0', 'waits'))).toEqual({ kind: 'duplicate' });
    });

    test('each attempt has its own pace', async () => {
      await store.project(
        aProjection('a', 'r-1', { seq: 2, attempts: [anAttempt(), anAttempt({ stepIndex: 1 })] }),
      );
      expect(await admit(pending('p-1', 'one'))).toEqual({ kind: 'admitted' });
      expect(await admit(pending('p-1', 'two'), { stepIndex: 1 })).toEqual({ kind: 'admitted' });
    });

    test('hundreds of pendings leave the newest message and nothing that grows', async () => {
      for (let index = 0; index < 150; index += 1) {
        const report = pending(`p-${index}`, `message ${index}`);
        expect(await admit(report)).toEqual({ kind: 'admitted' });
        await confirm(report);
        await store.project(
          aProjection('a', 'r-1', { seq: 2 + index, attempts: [anAttempt({ reportEventId: `p-${index}` })] }),
        );
        advance(5_000);
      }
      expect(await store.listAttempts(ref)).toMatchObject([{ message: 'message 149' }]);
      expect(await admit(pending('p-149', 'message 149'))).toEqual({ kind: 'duplicate' });
      expect(await admit(pending('p-120', 'message 120'))).toEqual({ kind: 'duplicate' });
    });

    test('event ids may hold any sign', async () => {
      for (const eventId of ['a|b', 'a:b', '*', 'ü 🧵', '0']) {
        const report = { eventId, message: eventId };
        expect(await admit(report)).toEqual({ kind: 'admitted' });
        await confirm(report);
        expect(await admit(report)).toEqual({ kind: 'duplicate' });
        await store.project(aProjection('a', 'r-1', { attempts: [anAttempt({ reportEventId: eventId })] }));
        expect(await store.listAttempts(ref)).toMatchObject([{ message: eventId }]);
      }
    });

    describe('of an attempt that is dialled', () => {
      const attempt = { ...ref, stepIndex: 0, phase: 'execute' as const, attempt: 1 };
      const dial = async () => {
        const handovers = listen();
        await expect.poll(() => handovers.listener()).toBeDefined();
        const expected = handovers.expect(attempt);
        const material = await store.loadDispatch(attempt, { listener: handovers.listener() });
        return { expected, material };
      };
      const report = { eventId: 'e-1', status: 'succeeded' };
      const end = () =>
        store.project(
          aProjection('a', 'r-1', {
            seq: 2,
            attempts: [anAttempt({ outcome: 'succeeded', endedAt: at(2) })],
          }),
        );

      test('a callback is handed over to who dials, and to nobody after they are gone', async () => {
        const { expected, material } = await dial();
        expect(material?.report).toBeUndefined();
        expect(await admit()).toEqual({ kind: 'admitted', isHandedOver: true });
        expect(await expected.arrival).toEqual(report);
        expected.stop();
        expect(await admit()).toEqual({ kind: 'admitted', isHandedOver: true });
      });

      test('what was handed over is not told to who expects another attempt', async () => {
        const { expected } = await dial();
        const other = listen();
        const others = other.expect({ ...attempt, attempt: 2 });
        await admit();
        await expected.arrival;
        expect(await Promise.race([others.arrival, Promise.resolve('nothing')])).toBe('nothing');
      });

      test('a pending report is not, and no report that follows it, so that neither overtakes the other', async () => {
        await dial();
        expect(await admit(pending('p-1', 'one'))).toEqual({ kind: 'admitted' });
        expect(await admit()).toEqual({ kind: 'admitted' });
        expect((await store.loadDispatch(attempt))?.report).toBeUndefined();
      });

      test('none is handed over once the acceptance was written, and what came before is in its answer', async () => {
        await dial();
        expect(await store.projectAccepted(aProjection('a', 'r-1', { seq: 2 }), attempt)).toEqual({
          projected: 'applied',
        });
        expect(await admit()).toEqual({ kind: 'admitted' });
        expect(await store.projectAccepted(aProjection('a', 'r-1', { seq: 3 }), attempt)).toEqual({
          projected: 'applied',
          report,
        });
        expect(await store.projectAccepted(aProjection('a', 'r-1', { seq: 1 }), attempt)).toEqual({
          projected: 'stale',
        });
        expect(await store.projectAccepted(aProjection('a', 'r-9', { seq: 1 }), attempt)).toEqual({
          projected: 'not-claimed',
        });
      });

      test('who dials it again is told what was reported, and nothing is handed over then', async () => {
        await admit();
        const { material } = await dial();
        expect(material?.report).toEqual(report);
        expect(await admit()).toEqual({ kind: 'admitted' });
        const again = aProjection('a', 'r-1', { seq: 2, attempts: [anAttempt()] });
        expect(await store.projectAndLoad(again, attempt, { listener: 'somebody' })).toMatchObject({
          material: { report },
        });
      });

      test('it is confirmed as handed over once its attempt has ended, and its events are written once', async () => {
        await dial();
        const callback = aCallback('a', 'r-1');
        await store.admitCallback(callback);
        const confirm = () =>
          store.confirmHandedOver(callback, [anEvent({ ...ref, type: 'operation', key: 'operation:1' })]);
        expect(await confirm()).toBe(false);
        expect(await admit()).toMatchObject({ kind: 'admitted' });
        await end();
        expect(await confirm()).toBe(true);
        expect(await confirm()).toBe(true);
        expect(await admit()).toEqual({ kind: 'duplicate' });
        const page = await log.list({ migrationId: MIGRATION, runId: 'r-1', type: 'operation', limit: 9 });
        expect(page.kind === 'page' && page.items).toHaveLength(1);
      });

      test('one that was taken over before it was confirmed is known, unless its attempt ended otherwise', async () => {
        await admit();
        await admit({ eventId: 'e-2', status: 'failed' });
        await end();
        expect(await admit()).toEqual({ kind: 'admitted', isHandedOver: true });
        expect(await admit({ eventId: 'e-2', status: 'failed' })).toMatchObject({ kind: 'over' });
        expect(await admit({ eventId: 'e-3', message: 'another' })).toMatchObject({ kind: 'over' });
        const view = aView({ status: 'completed', runState: undefined });
        await store.project(aProjection('a', 'r-1', { seq: 3, view, ended: { outcome: 'completed' } }));
        expect(await admit()).toEqual({ kind: 'admitted', isHandedOver: true });
        expect(await store.confirmHandedOver(aCallback('a', 'r-1'), [])).toBe(true);
        expect(await admit()).toEqual({ kind: 'duplicate' });
      });

      test('of a run that the store does not know none is confirmed', async () => {
        expect(await store.confirmHandedOver(aCallback('a', 'r-none'), [])).toBe(false);
      });
    });
  });
}
