import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHarness, type Harness } from './http-harness.ts';
import {
  API,
  aDelivery,
  announce,
  announcement,
  callBack,
  callback,
  HELLO,
  start,
  succeed,
} from './scenes.ts';

describe('what is kept of exchanges with workers', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await createHarness();
  });
  afterEach(() => harness.close());
  const read = async (id: string) => succeed(await harness.send('GET', `${API}/deliveries/${id}`)).body;

  it('a callback that was accepted, with its worker and without its token', async () => {
    const runId = await start(harness);
    await callBack(harness, runId, { outputs: { text: 'Hi', token: 'abc' } });
    const { id } = await aDelivery(harness, { operation: 'callback' });
    const body = await read(id);
    expect(body).toMatchObject({
      ...{ direction: 'in', outcome: 'accepted', status: 202, isVerified: true, workerApp: 'greeter' },
      ...{ migrationId: 'hello', candidateId: 'world', runId, stepName: 'greet', attempt: 1 },
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      request: { headers: { authorization: '[redacted]' }, isRedacted: true },
      answer: { body: '{"result":"accepted"}' },
    });
    expect(JSON.parse((body['request'] as { body: string }).body)).toMatchObject({
      outputs: { text: 'Hi', token: '[redacted]' },
    });
    const replayed = await harness.send('POST', `${API}/deliveries/${id}/replay`);
    expect(replayed.body['type']).toBe('/problems/not-replayable');
  });

  it.each([
    ['without a token', 'unauthorized', 401, (runId: string) => callback(runId)],
    ['that is no JSON', 'malformed-request', 400, () => '{"runId":'],
    ['with nonsense in it', 'invalid-request', 422, () => ({ runId: 7, attempt: 'x', phase: 'y' })],
  ] as const)('a callback %s, as nobody vouches for', async (_name, problem, status, compose) => {
    const runId = await start(harness);
    const token = status === 401 ? {} : { authorization: 'Bearer x' };
    await harness.send('POST', `${API}/event/hello__world`, compose(runId), token);
    const found = await aDelivery(harness, { operation: 'callback' });
    expect(found).toMatchObject({ problem, status, outcome: 'refused', isVerified: false });
    expect(found).not.toHaveProperty('workerApp');
  });

  it('callbacks that come too early or too fast, as refused and busy', async () => {
    const runId = await start(harness);
    await callBack(harness, runId, { attempt: 2 });
    expect(await aDelivery(harness, { outcome: 'refused' })).toMatchObject({
      ...{ problem: 'step-not-dispatched', isVerified: true },
      detail: 'Attempt 2 of step "greet" was not dispatched.',
    });
    for (const eventId of ['e-1', 'e-2'])
      await callBack(harness, runId, { eventId, status: 'pending', message: eventId });
    expect(await aDelivery(harness, { outcome: 'busy' })).toMatchObject({ problem: 'too-many-updates' });
    harness.engine.answer = { kind: 'unavailable' };
    await callBack(harness, runId, { eventId: 'e-3' });
    expect(await aDelivery(harness, { outcome: 'failed' })).toMatchObject({ problem: 'unavailable' });
    harness.engine.answer = { kind: 'done' };
    await callBack(harness, runId);
    await callBack(harness, runId);
    expect(await aDelivery(harness, { outcome: 'duplicate' })).toMatchObject({ status: 202 });
  });

  it('an announcement that was refused, and none that was taken', async () => {
    await announce(harness);
    await harness.send('POST', `${API}/registry/announce`, announcement(harness, { steps: [] }));
    const found = await aDelivery(harness, { operation: 'announce' });
    expect(found).toMatchObject({
      ...{ migrationId: 'hello', workerApp: 'greeter', instanceId: 'i-1', problem: 'invalid-request' },
    });
    const page = await harness.deliveries.list({ limit: 9, operation: 'announce' });
    expect(page).toMatchObject({ items: [{ id: found.id }] });
    await harness.send('POST', `${API}/registry/announce`, [7]);
    expect(await aDelivery(harness, { operation: 'announce' })).toBeDefined();
  });

  it('what the server asked of a worker', async () => {
    await announce(harness, { requiredInputs: [{ name: 'key', type: 'secret' }] });
    succeed(
      await harness.send('POST', `${HELLO}/dry-run`, { candidateId: 'world', inputs: { key: 'secret:a' } }),
    );
    const asked = await aDelivery(harness, { operation: 'dry-run' });
    expect(asked).toMatchObject({
      ...{ direction: 'out', outcome: 'done', status: 200, workerApp: 'greeter', instanceId: 'i-1' },
      ...{ migrationId: 'hello', candidateId: 'world', url: `${harness.worker.url}/dry-run` },
    });
    expect((await read(asked.id))['request']).toMatchObject({
      body: expect.stringContaining('"inputs":{"key":"[redacted]"}') as string,
    });
    succeed(await harness.send('POST', `${HELLO}/discover`));
    expect(await aDelivery(harness, { operation: 'discover' })).toMatchObject({ outcome: 'accepted' });
  });

  it('one that is not there is not found', async () => {
    const reply = await harness.send('GET', `${API}/deliveries/01931f6a-2c9b-7d53-9b3a-1f2f3a4b5c6d`);
    expect(reply.status).toBe(404);
  });

  it('events are exported as they are read, and a look at the headers reads none', async () => {
    await start(harness);
    const csv = succeed(await harness.send('GET', `${API}/events.csv?migrationId=hello`));
    expect(csv.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="events.csv"',
      'cache-control': 'no-store',
    });
    expect(csv.text.split('\r\n').length).toBeGreaterThan(2);
    const head = await harness.send('HEAD', `${API}/events.csv`);
    expect([head.status, head.text]).toEqual([200, '']);
  });
});
