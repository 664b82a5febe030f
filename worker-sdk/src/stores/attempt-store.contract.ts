import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type AttemptRecord,
  closeRecord,
  isOpen,
  nameAttempt,
  type StepResult,
} from '../attempts/attempt-record.ts';
import { buildRecord } from '../test-support/build-dispatch.ts';
import type { AttemptStore } from './attempt-store.ts';

const result: StepResult = { eventId: 'e-1', status: 'succeeded', message: 'Done.' };

/** What holds for every attempt store. `restart` closes the store and opens what it kept as another instance. */
export function describeAttemptStore(
  adapter: string,
  open: () => Promise<{
    store: AttemptStore;
    restart: () => Promise<AttemptStore>;
    end: () => Promise<void>;
  }>,
): void {
  describe(`an attempt store in ${adapter}`, () => {
    let store: AttemptStore;
    let restart: () => Promise<AttemptStore>;
    let end: () => Promise<void>;
    beforeEach(async () => {
      ({ store, restart, end } = await open());
    });
    afterEach(() => end());

    it('admits an attempt once and knows it afterwards', async () => {
      const record = buildRecord();
      expect(await store.admit(record)).toEqual({ kind: 'created', superseded: undefined });
      expect(await store.admit(buildRecord({ runId: record.identity.runId }))).toEqual({
        kind: 'known',
        record,
        isOpen: true,
        isHeld: true,
      });
    });

    it('admits exactly one of many deliveries at once', async () => {
      const record = buildRecord();
      const admissions = await Promise.all(Array.from({ length: 20 }, () => store.admit(record)));
      expect(admissions.filter(({ kind }) => kind === 'created')).toHaveLength(1);
    });

    it('refuses an older attempt than one it knows, and ends that one', async () => {
      const runId = randomUUID();
      const first = buildRecord({ runId, attempt: 1 });
      await store.admit(first);
      expect(await store.admit(buildRecord({ runId, attempt: 2 }))).toEqual({
        kind: 'created',
        superseded: first.key,
      });
      expect(await store.admit(first)).toEqual({ kind: 'refused', reason: 'superseded' });
      expect(await store.save(first)).toBe(false);
      expect(await store.renew([first.key])).toEqual([first.key]);
    });

    it('keeps phases, steps and runs apart', async () => {
      const runId = randomUUID();
      await store.admit(buildRecord({ runId, attempt: 2 }));
      for (const other of [
        buildRecord({ runId, phase: 'compensate' }),
        buildRecord({ runId, stepName: 'sign' }),
        buildRecord(),
      ]) {
        expect(await store.admit(other)).toMatchObject({ kind: 'created' });
      }
    });

    it('refuses a cancelled attempt but not the next one', async () => {
      const runId = randomUUID();
      const record = buildRecord({ runId });
      await store.admit(record);
      expect(await store.cancel(nameAttempt(record))).toBe(true);
      expect(await store.save(record)).toBe(false);
      expect(await store.renew([record.key])).toEqual([record.key]);
      expect(await store.admit(record)).toEqual({ kind: 'refused', reason: 'cancelled' });
      expect(await store.reopen(record)).toBe(false);
      expect(await store.admit(buildRecord({ runId, attempt: 2 }))).toMatchObject({ kind: 'created' });
    });

    it('refuses an attempt whose cancellation came first', async () => {
      const record = buildRecord();
      expect(await store.cancel(nameAttempt(record))).toBe(false);
      expect(await store.admit(record)).toEqual({ kind: 'refused', reason: 'cancelled' });
    });

    it('answers a redelivery from a closed record, and opens it again', async () => {
      const record = buildRecord();
      await store.admit(record);
      const closed = closeRecord(record, { kind: 'acknowledged', result });
      expect(await store.save(closed)).toBe(true);
      expect(await store.admit(record)).toEqual({
        kind: 'known',
        record: closed,
        isOpen: false,
        isHeld: false,
      });
      expect(await store.save(record)).toBe(false);

      const reopened: AttemptRecord = { ...closed, state: { kind: 'finished', result } };
      expect(await store.reopen(reopened)).toBe(true);
      expect(await store.reopen(reopened)).toBe(false);
      expect(await store.admit(record)).toEqual({
        kind: 'known',
        record: reopened,
        isOpen: true,
        isHeld: true,
      });
      expect(await store.save(closed)).toBe(true);
    });

    it('gives open attempts, as they were last saved, to the instance that comes after', async () => {
      const records = [buildRecord(), buildRecord(), buildRecord()] as const;
      for (const record of records) await store.admit(record);
      const pending: AttemptRecord = {
        ...records[1],
        state: { kind: 'pending', pollState: { pull: 7 }, result: { eventId: 'e-2', status: 'pending' } },
      };
      await store.save(pending);
      await store.save(closeRecord(records[2], { kind: 'acknowledged', result }));
      await store.release(records.map(({ key }) => key));

      const next = await restart();
      const orphans = await next.claimOrphans(10);
      expect([...orphans].sort((left, right) => left.key.localeCompare(right.key))).toEqual(
        [records[0], pending].sort((left, right) => left.key.localeCompare(right.key)),
      );
      expect(orphans.every(isOpen)).toBe(true);
      expect(await next.claimOrphans(10)).toEqual([]);
      expect(await next.renew(orphans.map(({ key }) => key))).toEqual([]);
    });

    it('keeps its fences across a restart', async () => {
      const runId = randomUUID();
      const cancelled = buildRecord();
      await store.admit(buildRecord({ runId, attempt: 2 }));
      await store.cancel(nameAttempt(cancelled));
      const next = await restart();
      expect(await next.admit(buildRecord({ runId, attempt: 1 }))).toEqual({
        kind: 'refused',
        reason: 'superseded',
      });
      expect(await next.admit(cancelled)).toEqual({ kind: 'refused', reason: 'cancelled' });
    });

    it('keeps keys with any characters apart', async () => {
      const one = buildRecord({ idempotencyKey: '../../a b' });
      const two = buildRecord({ idempotencyKey: '..\\..\\a/b\u0000é' });
      expect(await store.admit(one)).toMatchObject({ kind: 'created' });
      expect(await store.admit(two)).toMatchObject({ kind: 'created' });
      expect(await store.admit(one)).toMatchObject({ kind: 'known', record: one });
    });

    it('claims no more orphans at once than asked', async () => {
      const records = [buildRecord(), buildRecord(), buildRecord()];
      for (const record of records) await store.admit(record);
      await store.release(records.map(({ key }) => key));
      const next = await restart();
      expect(await next.claimOrphans(2)).toHaveLength(2);
      expect(await next.claimOrphans(2)).toHaveLength(1);
    });
  });
}
