import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHarness, type Harness } from './http-harness.ts';
import { API, announce, HELLO, succeed } from './scenes.ts';

/** All valid: 1 to 255 bytes, no control characters, no outer spaces. */
const IDS = [
  'world',
  'acme/billing',
  'acme//billing',
  '/leading',
  'trailing/',
  'a%2Fb',
  '100%',
  '%',
  '%zz',
  'a b',
  'a+b',
  'a&b=c',
  'a?b#c',
  'a;b,c:d@e',
  '...',
  '../up',
  './here',
  'a\\b',
  'a__b',
  '"quoted"',
  "it's",
  '<script>',
  '{id}',
  ':id',
  '*',
  'café',
  'Ünïcode',
  '日本語',
  '🧵',
  '-',
  '__proto__',
  'constructor',
  'start',
  'x'.repeat(255),
  'é'.repeat(127),
];

describe('candidate ids, percent-encoded once', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness();
    await announce(harness, { candidates: IDS.map((id) => ({ id, labels: { team: id } })) });
  });
  afterAll(() => harness.close());

  it.each(IDS)('"%s" is found, started, followed and called back (trap 5)', async (id) => {
    const path = `${HELLO}/candidates/${encodeURIComponent(id)}`;
    expect((await harness.send('GET', path)).body['id']).toBe(id);
    const started = succeed(await harness.send('POST', `${path}/start`, {}));
    const runId = String(started.body['runId']);
    for (const part of ['/runs', '/steps', '/events']) succeed(await harness.send('GET', path + part));

    const token = harness.tokens.sign({ runId, stepName: 'greet', phase: 'execute', attempt: 1 });
    const reply = await harness.send(
      'POST',
      `${API}/event/${encodeURIComponent(`hello__${id}`)}`,
      {
        runId,
        stepName: 'greet',
        candidateId: id,
        phase: 'execute',
        attempt: 1,
        eventId: 'e',
        status: 'succeeded',
      },
      { authorization: `Bearer ${token}` },
    );
    expect([reply.status, reply.body]).toEqual([202, { result: 'accepted' }]);
  });

  it.each(IDS)('"%s" is found by a label of the same text', async (id) => {
    const query = new URLSearchParams({ label: `team=${id}` });
    const { body } = await harness.send('GET', `${HELLO}/candidates?${query}`);
    expect((body['items'] as { id: string }[]).map((item) => item.id)).toEqual([id]);
  });

  it.each([
    '.',
    '..',
    '%2E',
    '%2e%2e',
    '%20a',
    'a%20',
    '%09',
    'a%00b',
    '%C2%85',
    'e%CC%81',
    'x'.repeat(256),
    '%F0%9F%A7%B5'.repeat(64),
  ])('%s is refused with 422 as an id', async (encoded) => {
    const reply = await harness.send('GET', `${HELLO}/candidates/${encoded}`);
    expect([reply.status, reply.body['errors']]).toMatchObject([422, [{ path: 'candidateId' }]]);
  });

  it('is not found when it was encoded twice', async () => {
    expect((await harness.send('GET', `${HELLO}/candidates/acme%252Fbilling`)).status).toBe(404);
  });

  it('is refused in a submission with its place', async () => {
    const candidates = [{ id: 'fine' }, { id: 'bad ' }];
    const reply = await harness.send('POST', `${HELLO}/candidates`, { discoveryId: 'd', candidates });
    expect([reply.status, reply.body['errors']]).toMatchObject([422, [{ path: '/candidates/1/id' }]]);
    expect((await harness.send('GET', `${HELLO}/candidates/fine`)).status).toBe(404);
  });
});
