import { describe, expect, test, vi } from 'vitest';
import { createMemoryDeliveryLog } from '../adapters/memory/memory-delivery-log.ts';
import { newUuid } from '../adapters/system/system.ts';
import type { Delivery, DeliveryLog, Exchange } from '../application/ports/delivery-log.ts';
import { type BufferedRecorderOptions, createDeliveryRecorder } from './delivery-recorder.ts';

const AN_EXCHANGE: Exchange = {
  ...{ direction: 'out', operation: 'dispatch-step', at: '2026-01-01T00:00:00.000Z', durationMs: 3 },
  ...{ url: 'http://worker.test', outcome: 'unreachable', isVerified: true },
  request: { headers: { authorization: 'Bearer x' }, body: { callbackToken: 'x' } },
};

function open(options: Partial<BufferedRecorderOptions> = {}) {
  const log = createMemoryDeliveryLog();
  const dropped: number[] = [];
  const onDropped = (count: number) => void dropped.push(count);
  const recorder = createDeliveryRecorder({ log, newId: newUuid, onDropped, flushMs: 1, ...options });
  const listed = async () => {
    const page = await log.list({ limit: 2_000 });
    return page.kind === 'page' ? page.items.map(({ id }) => id).reverse() : [];
  };
  return { log, recorder, dropped, listed };
}

describe('the delivery recorder', () => {
  test('writes soon what it is told, in order and without secrets', async () => {
    const { recorder, log, listed, dropped } = open();
    const ids = Array.from({ length: 120 }, () => recorder.record(AN_EXCHANGE));
    expect(await listed()).toEqual([]);
    await vi.waitFor(async () => expect(await listed()).toEqual(ids));
    const { request, answer } = (await log.get(ids[0] ?? '')) as Delivery;
    expect(request).toMatchObject({
      headers: { authorization: '[redacted]' },
      body: '{"callbackToken":"[redacted]"}',
    });
    expect([answer, dropped]).toEqual([undefined, []]);
    const next = recorder.record({ ...AN_EXCHANGE, answer: { headers: {}, body: 'no' } });
    await vi.waitFor(async () => expect((await log.get(next))?.answer?.body).toBe('no'));
  });

  test('writes what is left when it is closed, and nothing afterwards', async () => {
    const { recorder, listed, dropped } = open({ flushMs: 60_000 });
    const id = recorder.record(AN_EXCHANGE);
    await recorder.close();
    recorder.record(AN_EXCHANGE);
    expect([await listed(), dropped]).toEqual([[id], [1]]);
  });

  test('counts what it cannot keep: too many, too large, or the store is away', async () => {
    const away: Pick<DeliveryLog, 'append'> = { append: () => Promise.reject(new Error('away')) };
    const { recorder, dropped } = open({ log: away, maxBuffered: 3, flushMs: 60_000 });
    for (let count = 0; count < 4; count += 1) recorder.record(AN_EXCHANGE);
    expect(dropped).toEqual([1]);
    await recorder.close();
    expect(dropped).toEqual([1, 3]);

    const large = { ...AN_EXCHANGE, answer: { headers: {}, body: 'x'.repeat(20 * 1024 * 1024) } };
    const other = open({ flushMs: 60_000 });
    other.recorder.record(large);
    other.recorder.record(large);
    other.recorder.record({ ...AN_EXCHANGE, request: { headers: {}, body: {}, bytes: 20 * 1024 * 1024 } });
    expect(other.dropped).toEqual([1, 1]);
    await other.recorder.close();
  });

  test('names the worker app of a callback', async () => {
    const { recorder, log } = open({ nameWorker: async ({ runId }) => runId && `app-of-${runId}` });
    const named = recorder.record({ ...AN_EXCHANGE, runId: 'r-1' });
    const unnamed = recorder.record({ ...AN_EXCHANGE, workerApp: 'charts' });
    await recorder.close();
    expect((await log.get(named))?.workerApp).toBe('app-of-r-1');
    expect((await log.get(unnamed))?.workerApp).toBe('charts');
  });
});
