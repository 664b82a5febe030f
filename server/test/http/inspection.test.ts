import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHarness, type Harness } from './http-harness.ts';
import { API, announce, start, succeed, WORLD } from './scenes.ts';

let harness: Harness;
let path: string;
beforeEach(async () => {
  harness = await createHarness();
  path = `${WORLD}/runs/${await start(harness)}/inspection`;
});
afterEach(() => harness.close());

test('a Temporal that is away is said with when to come back', async () => {
  harness.inspector.answer = { kind: 'unavailable' };
  const reply = await harness.send('GET', path);
  expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  expect(reply.body['type']).toMatch(/\/unavailable$/);
});

test('nothing new is 304, also while time goes on', async () => {
  const { headers } = succeed(await harness.send('GET', path));
  harness.clock.advance(1_000);
  const etag = String(headers['etag']);
  expect((await harness.send('GET', path, undefined, { 'if-none-match': etag })).status).toBe(304);
});

test('a kind that there is not, a run that never was and a foreign cursor are refused', async () => {
  expect((await harness.send('GET', `${path}?kind=secrets`)).status).toBe(400);
  const never = '01931f6a-2c9b-7d53-9b3a-1f2f3a4b5c6d';
  expect((await harness.send('GET', `${WORLD}/runs/${never}/inspection`)).status).toBe(404);
  harness.inspector.answer = { kind: 'cursor-mismatch' };
  expect((await harness.send('GET', `${path}?cursor=x`)).status).toBe(400);
});

test('an instance drains once under one Idempotency-Key, and its heartbeat is told', async () => {
  await announce(harness);
  const drain = `${API}/workers/greeter/instances/i-1/drain`;
  const key = { 'idempotency-key': 'k-1' };
  const first = succeed(await harness.send('POST', drain, { reason: 'A new node.' }, key));
  harness.clock.advance(1_000);
  const again = succeed(await harness.send('POST', drain, { reason: 'A new node.' }, key));
  expect(again.body).toEqual(first.body);
  const beat = { workerApp: 'greeter', instanceId: 'i-1', busy: [] };
  expect(succeed(await harness.send('POST', `${API}/registry/heartbeat`, beat)).body).toMatchObject({
    draining: true,
  });
  const events = succeed(await harness.send('GET', `${API}/events?type=worker.drained`));
  expect(events.body['items']).toHaveLength(1);
  expect((await harness.send('POST', `${API}/workers/greeter/instances/i-9/drain`, {})).status).toBe(404);
  expect((await harness.send('GET', `${API}/workers/nobody/attempts`)).status).toBe(404);
});
