import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryIdempotencyStore } from '../../src/adapters/memory/memory-idempotency-store.ts';
import { createHarness, type Harness } from './http-harness.ts';
import { announce, HELLO, start, WORLD } from './scenes.ts';

const key = (value: string) => ({ 'idempotency-key': value });

describe('Idempotency-Key', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await createHarness();
    await announce(harness);
  });
  afterEach(() => harness.close());

  it('gives the first answer again, and says so', async () => {
    const first = await harness.send('POST', `${WORLD}/start`, { inputs: { greeting: 'Hi' } }, key('k'));
    expect(first.status).toBe(202);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    const again = await harness.send('POST', `${WORLD}/start`, '{ "inputs":{"greeting" : "Hi"} }', key('k'));
    expect(again.status).toBe(202);
    expect(again.text).toBe(first.text);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.headers['content-type']).toBe(first.headers['content-type']);
  });

  it('gives the first refusal again, also when it would be accepted now', async () => {
    const refused = await harness.send('POST', `${WORLD}/cancel`, {}, key('k'));
    expect(refused.status).toBe(409);
    await start(harness);
    const again = await harness.send('POST', `${WORLD}/cancel`, {}, key('k'));
    expect([again.status, again.text]).toEqual([409, refused.text]);
    expect(again.headers['content-type']).toBe('application/problem+json');
  });

  it('keeps nothing of a request that does not fit the contract', async () => {
    expect((await harness.send('POST', `${WORLD}/start`, { inputs: 1 }, key('k'))).status).toBe(422);
    expect((await harness.send('POST', `${WORLD}/start`, {}, key('k'))).status).toBe(202);
  });

  it('keeps nothing of a failure of ours', async () => {
    harness.engine.startAnswer = 'unavailable';
    expect((await harness.send('POST', `${WORLD}/start`, {}, key('k'))).status).toBe(503);
    harness.engine.startAnswer = 'started';
    expect((await harness.send('POST', `${WORLD}/start`, {}, key('k'))).status).toBe(202);
  });

  it('is another key on another path', async () => {
    expect((await harness.send('POST', `${WORLD}/start`, {}, key('k'))).status).toBe(202);
    expect((await harness.send('POST', `${WORLD}/cancel`, {}, key('k'))).status).toBe(202);
    expect((await harness.send('POST', `${HELLO}/discover`, undefined, key('k'))).status).toBe(202);
  });

  it('is refused for another query, so that no preview answers for a cancel', async () => {
    await start(harness);
    const preview = await harness.send('POST', `${WORLD}/cancel?preview=true`, {}, key('k'));
    expect(preview.status).toBe(200);
    const cancelled = await harness.send('POST', `${WORLD}/cancel`, {}, key('k'));
    expect([cancelled.status, cancelled.body['type']]).toEqual([422, '/problems/idempotency-mismatch']);
    const plain = await harness.send('POST', `${WORLD}/cancel?preview=false`, {}, key('l'));
    expect(plain.status).toBe(202);
    const again = await harness.send('POST', `${WORLD}/cancel`, {}, key('l'));
    expect(again.headers['idempotency-replayed']).toBe('true');
  });

  it('lets requests under one key at once wait for the first, and start one run', async () => {
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => harness.send('POST', `${WORLD}/start`, {}, key('k'))),
    );
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(replies[0]?.status).toBe(202);
    const replayed = replies.filter(({ headers }) => headers['idempotency-replayed'] === 'true');
    expect(replayed).toHaveLength(9);
    expect((await harness.send('GET', `${WORLD}/runs`)).body['total']).toBe(1);
  });

  it('lets one of two different requests without a key win', async () => {
    const replies = await Promise.all([1, 2, 3].map(() => harness.send('POST', `${WORLD}/start`, {})));
    expect(replies.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(2);
  });

  it('hands the same command id to the engine for a repetition, and another for another key', async () => {
    await start(harness);
    const retry = (headers: Record<string, string>) =>
      harness.send('POST', `${WORLD}/retry-step`, { stepName: 'greet' }, headers);
    harness.engine.answer = { kind: 'unavailable' };
    await retry(key('one'));
    harness.engine.answer = { kind: 'done' };
    await retry(key('one'));
    await retry(key('two'));
    await retry({});
    const [first, second, ...others] = harness.engine.commands;
    expect(second).toBe(first);
    expect(new Set([first, ...others]).size).toBe(3);
  });

  it('says 503 when the first request takes too long to answer', async () => {
    const idempotency = createMemoryIdempotencyStore();
    const patient = await createHarness({
      idempotency: { ...idempotency, begin: async () => ({ kind: 'held' }) },
      limits: { idempotencyWaitMs: 150 },
    });
    try {
      await announce(patient);
      const reply = await patient.send('POST', `${WORLD}/start`, {}, key('k'));
      expect([reply.status, reply.headers['retry-after']]).toEqual([503, '2']);
    } finally {
      await patient.close();
    }
  });

  it('answers even when the answer could not be kept', async () => {
    const idempotency = createMemoryIdempotencyStore();
    const forgetful = await createHarness({
      idempotency: { ...idempotency, finish: () => Promise.reject(new Error('away')) },
    });
    try {
      await announce(forgetful);
      expect((await forgetful.send('POST', `${WORLD}/start`, {}, key('k'))).status).toBe(202);
      expect(forgetful.logged).toMatchObject([{ level: 'warn', msg: 'answer could not be kept' }]);
    } finally {
      await forgetful.close();
    }
  });

  it.each(['', 'x'.repeat(256)])('refuses the key %#', async (value) => {
    const reply = await harness.send('POST', `${WORLD}/start`, {}, key(value));
    expect(reply.status).toBe(400);
    expect(reply.body['errors']).toMatchObject([{ path: 'Idempotency-Key' }]);
  });
});
