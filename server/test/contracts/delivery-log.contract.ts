import { beforeEach, describe, expect, test } from 'vitest';
import { newUuid } from '../../src/adapters/system/system.ts';
import type { Delivery, DeliveryLog, DeliveryQuery } from '../../src/application/ports/delivery-log.ts';
import { at, MIGRATION } from './builders.ts';

export function aDelivery(over: Partial<Delivery> = {}): Delivery {
  const message = { headers: { 'content-type': 'application/json' }, bytes: 9, isTruncated: false };
  return {
    ...{ id: newUuid(), direction: 'out', operation: 'dispatch-step', at: at(1), durationMs: 12 },
    ...{ url: 'http://worker.test/dispatch-step', outcome: 'accepted', status: 202, isVerified: true },
    ...{ workerApp: 'charts', instanceId: 'one', migrationId: MIGRATION, candidateId: 'größe' },
    ...{ runId: 'r-1', stepName: 'swap', phase: 'execute', attempt: 1, traceId: 'f'.repeat(32) },
    request: { ...message, body: '{"a":"🧵"}', isRedacted: true },
    answer: { ...message, body: '', isRedacted: false },
    ...over,
  };
}

export function describeDeliveryLog(open: () => DeliveryLog): void {
  describe('the delivery log', () => {
    let log: DeliveryLog;
    beforeEach(() => {
      log = open();
    });
    async function page(query: Partial<DeliveryQuery> = {}) {
      const found = await log.list({ limit: 50, ...query });
      if (found.kind !== 'page') throw new Error(found.kind);
      return found;
    }
    const idsOf = async (query: Partial<DeliveryQuery>) => (await page(query)).items.map(({ id }) => id);
    async function add(count: number, over: Partial<Delivery> = {}) {
      const deliveries = Array.from({ length: count }, () => aDelivery(over));
      await log.append(deliveries);
      return deliveries.map(({ id }) => id);
    }

    test('a delivery is kept whole, and listed without what was said', async () => {
      const delivery = aDelivery();
      await log.append([delivery]);
      expect(await log.get(delivery.id)).toEqual(delivery);
      const { request: _, answer: __, ...summary } = delivery;
      expect((await page()).items).toEqual([summary]);
      expect(await log.get(newUuid())).toBeUndefined();
    });

    test('one that was never answered is kept, too', async () => {
      const { answer: _, status: __, ...delivery } = aDelivery({ outcome: 'unreachable' });
      await log.append([delivery]);
      expect(await log.get(delivery.id)).toEqual(delivery);
    });

    test('nothing is appended by an empty batch', async () => {
      await log.append([]);
      expect(await page()).toEqual({ kind: 'page', items: [], nextCursor: undefined });
    });

    test('each filter leaves out what it does not name', async () => {
      const [one = ''] = await add(1);
      const [two = ''] = await add(1, {
        ...{ direction: 'in', operation: 'callback', outcome: 'refused', workerApp: 'other' },
        ...{ migrationId: 'hello', candidateId: 'b', runId: 'r-2', traceId: '0'.repeat(32) },
      });
      const [stray = ''] = await add(1, { isVerified: false, runId: 'r-1', candidateId: undefined });
      expect((await idsOf({})).toSorted()).toEqual([one, two, stray].toSorted());
      expect((await idsOf({ direction: 'out' })).toSorted()).toEqual([one, stray].toSorted());
      for (const query of [
        ...[{ direction: 'in' }, { operation: 'callback' }, { outcome: 'refused' }, { workerApp: 'other' }],
        ...[{ migrationId: 'hello' }, { candidateId: 'b' }, { runId: 'r-2' }, { traceId: '0'.repeat(32) }],
        { migrationId: 'hello', runId: 'r-2' },
      ] as const)
        expect(await idsOf(query)).toEqual([two]);
      expect(await idsOf({ migrationId: 'hello', runId: 'r-1' })).toEqual([]);
      // What nobody vouches for is seen where it claims to belong.
      expect((await idsOf({ runId: 'r-1' })).toSorted()).toEqual([one, stray].toSorted());
    });

    test('pages go on where the last one ended, under the same filter only', async () => {
      const ids = (await add(7)).toReversed();
      await add(3, { runId: 'r-2' });
      const first = await page({ runId: 'r-1', limit: 4 });
      expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 4));
      const second = await page({ runId: 'r-1', limit: 4, cursor: first.nextCursor });
      expect(second.items.map(({ id }) => id)).toEqual(ids.slice(4));
      expect(second.nextCursor).toBeUndefined();
      for (const query of [
        { cursor: first.nextCursor },
        { cursor: 'made-up' },
        { after: newUuid() },
      ] as const)
        expect(await log.list({ limit: 4, ...query })).toEqual({ kind: 'cursor-mismatch' });
    });

    test('after a delivery come the ones that followed it, the nearest first to be given', async () => {
      const [first = '', ...rest] = await add(6);
      const latest = rest.toReversed();
      expect(await idsOf({ after: first })).toEqual(latest);
      expect(await idsOf({ after: first, limit: 2 })).toEqual(latest.slice(-2));
      expect(await idsOf({ after: latest[0] })).toEqual([]);
      expect(await idsOf({ after: first, runId: 'r-2' })).toEqual([]);
    });
  });
}
