import { afterEach, describe, expect, it } from 'vitest';
import { loadContract } from '../../src/adapters/http/contract.ts';
import { PROBLEM_STATUS } from '../../src/adapters/http/http-problem.ts';
import { StoreUnavailable } from '../../src/application/ports/migration-store.ts';
import { createHarness, type Harness, type HarnessOptions, type Reply } from './http-harness.ts';
import {
  API,
  aDelivery,
  announce,
  announcement,
  callBack,
  callback,
  HELLO,
  reportWebhook,
  start,
  succeed,
  WORLD,
} from './scenes.ts';

interface Case {
  readonly provoke: (harness: Harness) => Promise<Reply>;
  readonly options?: HarnessOptions;
  /** The paths of `errors`. */
  readonly errors?: readonly string[];
}

const startWorld = (harness: Harness, inputs?: object) => harness.send('POST', `${WORLD}/start`, { inputs });
const runOf = (runId: string) => ({ migrationId: 'hello', candidateId: 'world', runId });

/** A callback without its token. */
const callBackWithout = (harness: Harness, runId: string) =>
  harness.send('POST', `${API}/event/hello__world`, callback(runId));

/** One case for each word of the contract. */
const CASES: Record<string, Case> = {
  'invalid-request': {
    provoke: (harness) => harness.send('POST', `${API}/registry/announce`, {}),
    errors: ['/id', '/name', '/workerApp', '/workerUrl', '/instanceId', '/protocolVersion', '/steps'],
  },
  'malformed-request': {
    provoke: (harness) => harness.send('POST', `${API}/registry/announce`, '{"id":'),
  },
  'unsupported-media-type': {
    provoke: (harness) =>
      harness.send('POST', `${API}/registry/announce`, 'id: hello', { 'content-type': 'application/yaml' }),
  },
  'payload-too-large': {
    provoke: (harness) => harness.send('POST', `${WORLD}/start`, `{"x":"${'x'.repeat(70_000)}"}`),
  },
  unauthorized: {
    provoke: async (harness) => {
      const runId = await start(harness);
      return harness.send('POST', `${API}/event/hello__world`, callback(runId));
    },
  },
  'not-found': { provoke: (harness) => harness.send('GET', `${API}/migrations/nothing`) },
  'method-not-allowed': { provoke: (harness) => harness.send('DELETE', HELLO) },
  'unknown-instance': {
    provoke: (harness) =>
      harness.send('POST', `${API}/registry/heartbeat`, { workerApp: 'greeter', instanceId: 'i-9' }),
  },
  'owned-by': {
    provoke: async (harness) => {
      await announce(harness);
      const taken = announcement(harness, { workerApp: 'thief' });
      return harness.send('POST', `${API}/registry/announce`, taken);
    },
  },
  'run-open': {
    provoke: async (harness) => {
      await start(harness);
      return startWorld(harness);
    },
  },
  'already-completed': {
    provoke: async (harness) => {
      const runId = await start(harness);
      await harness.engine.show(runOf(runId), { status: 'completed', runState: undefined }, 'completed');
      return startWorld(harness);
    },
  },
  cancelling: {
    provoke: async (harness) => {
      const runId = await start(harness);
      await harness.engine.show(runOf(runId), { runState: 'cancelling' });
      return startWorld(harness);
    },
  },
  'not-running': {
    provoke: async (harness) => {
      await announce(harness);
      return harness.send('POST', `${WORLD}/cancel`, {});
    },
  },
  'not-waiting': {
    provoke: async (harness) => {
      await start(harness);
      harness.engine.answer = { kind: 'rejected', why: 'The step has not failed.' };
      return harness.send('POST', `${WORLD}/retry-step`, { stepName: 'greet' });
    },
  },
  'candidate-gone': {
    provoke: async (harness) => {
      await announce(harness);
      const nothing = { discoveryId: 'd-1', candidates: [], final: true };
      succeed(await harness.send('POST', `${HELLO}/candidates`, nothing));
      return startWorld(harness);
    },
  },
  'nothing-to-undo': {
    provoke: async (harness) => {
      const runId = await start(harness);
      const back = { status: 'not_started', runState: undefined } as const;
      await harness.engine.show({ migrationId: 'hello', candidateId: 'world', runId }, back, 'cancelled');
      return harness.send('POST', `${WORLD}/compensate`, {});
    },
  },
  'no-dry-run': {
    provoke: async (harness) => {
      await announce(harness, { capabilities: {} });
      return harness.send('POST', `${HELLO}/dry-run`, { candidateId: 'world' });
    },
  },
  'no-discovery': {
    provoke: async (harness) => {
      await announce(harness, { capabilities: {} });
      return harness.send('POST', `${HELLO}/discover`);
    },
  },
  'step-not-dispatched': {
    provoke: async (harness) => callBack(harness, await start(harness), { stepName: 'check' }),
  },
  'webhook-unusable': {
    provoke: async (harness) => {
      const { body } = await reportWebhook(harness, { payload: undefined });
      return harness.send('POST', `${API}/dead-letters/${String(body['deadLetterId'])}/requeue`);
    },
  },
  'not-replayable': {
    provoke: async (harness) => {
      await callBackWithout(harness, await start(harness));
      const { id } = await aDelivery(harness, { operation: 'callback' });
      return harness.send('POST', `${API}/deliveries/${id}/replay`);
    },
  },
  'test-callbacks-off': {
    options: { limits: { testCallbacks: false } },
    provoke: async (harness) => {
      await start(harness);
      return harness.send('POST', `${WORLD}/test-callback`, { stepName: 'greet', status: 'succeeded' });
    },
  },
  'run-over': {
    provoke: async (harness) => {
      const runId = await start(harness);
      await harness.engine.show(runOf(runId), { status: 'not_started', runState: undefined }, 'cancelled');
      return callBack(harness, runId);
    },
  },
  'missing-input': {
    provoke: async (harness) => {
      await announce(harness, { requiredInputs: [{ name: 'team' }] });
      return startWorld(harness);
    },
    errors: ['/inputs/team'],
  },
  'undeclared-input': {
    provoke: async (harness) => {
      await announce(harness);
      return startWorld(harness, { colour: 'red' });
    },
    errors: ['/inputs/colour'],
  },
  'invalid-input': {
    provoke: async (harness) => {
      await announce(harness, { requiredInputs: [{ name: 'count', type: 'number' }] });
      return startWorld(harness, { count: 'many' });
    },
    errors: ['/inputs/count'],
  },
  'unknown-filter': {
    provoke: async (harness) => {
      await announce(harness);
      return harness.send('GET', `${HELLO}/candidates?label=colour%3Dred`);
    },
    errors: ['label'],
  },
  'cursor-mismatch': {
    provoke: async (harness) => {
      await announce(harness);
      return harness.send('GET', `${HELLO}/candidates?cursor=made-up`);
    },
  },
  'idempotency-mismatch': {
    provoke: async (harness) => {
      await announce(harness);
      const key = { 'idempotency-key': 'k-1' };
      succeed(await harness.send('POST', `${WORLD}/start`, {}, key));
      return harness.send('POST', `${WORLD}/start`, { inputs: { greeting: 'Hi' } }, key);
    },
  },
  'too-many-updates': {
    provoke: async (harness) => {
      const runId = await start(harness);
      succeed(await callBack(harness, runId, { eventId: 'e-1', status: 'pending', message: 'one' }));
      return callBack(harness, runId, { eventId: 'e-2', status: 'pending', message: 'two' });
    },
  },
  'too-many-migrations': {
    options: { limits: { maxMigrations: 1 } },
    provoke: async (harness) => {
      await announce(harness);
      const second = announcement(harness, { id: 'second' });
      return harness.send('POST', `${API}/registry/announce`, second);
    },
  },
  'worker-unavailable': {
    provoke: async (harness) => {
      await announce(harness);
      harness.clock.advance(3_600_000);
      return harness.send('POST', `${HELLO}/discover`);
    },
  },
  unavailable: {
    provoke: async (harness) => {
      await announce(harness);
      harness.engine.startAnswer = 'unavailable';
      return startWorld(harness);
    },
  },
  internal: {
    options: {
      store: (real) => ({
        ...real,
        listMigrations: () => Promise.reject(new Error('a detail that is for nobody')),
      }),
    },
    provoke: (harness) => harness.send('GET', `${API}/migrations`),
  },
};

const { problems } = loadContract();
const SENTENCE = expect.stringMatching(/\.$/) as unknown;

function caseOf(word: string): Case {
  const found = CASES[word];
  if (found === undefined) throw new Error(`${word} has no case here.`);
  return found;
}

describe('problems of the contract', () => {
  let harness: Harness;
  afterEach(() => harness.close());

  it('have a status in the one table, and a case here', async () => {
    harness = await createHarness();
    const statuses = Object.fromEntries(Object.entries(problems).map(([word, { status }]) => [word, status]));
    expect(PROBLEM_STATUS).toEqual(statuses);
    expect(Object.keys(CASES).sort()).toEqual(Object.keys(problems).sort());
  });

  it.each(Object.keys(problems))('%s is told with its status and its mend', async (word) => {
    const { provoke, options, errors = [] } = caseOf(word);
    harness = await createHarness(options);
    const { status, headers, body } = await provoke(harness);
    const known = problems[word];
    expect({ status, body }).toMatchObject({
      status: known?.status,
      body: {
        type: `/problems/${word}`,
        title: known?.title,
        status: known?.status,
        mend: known?.mend,
        instance: expect.stringMatching(/^\/api\/v1\//),
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    });
    expect(headers['content-type']).toBe('application/problem+json');
    // People read it too, in the console.
    expect(known?.mend).not.toMatch(/`|Retry-After/);
    expect(body['detail'] ?? '').toMatch(word === 'internal' ? /^$/ : /^.+\.$/);
    expect(body['errors'] ?? []).toMatchObject(errors.map((path) => ({ path, message: SENTENCE })));
    expect(headers['retry-after'] ?? '').toMatch([429, 503].includes(status) ? /^[1-9]\d*$/ : /^$/);
    expect(headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
    const page = await harness.send('GET', String(body['type']), undefined, { accept: 'text/html' });
    expect(page.status).toBe(200);
    expect(page.text).toContain(word);
  });

  it('hide what failed inside from the caller, and log it once with the trace id', async () => {
    harness = await createHarness(CASES['internal']?.options);
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const reply = await harness.send('GET', `${API}/migrations`, undefined, {
      traceparent: `00-${trace}-00f067aa0ba902b7-01`,
    });
    expect(reply.text).not.toContain('for nobody');
    expect(reply.body['traceId']).toBe(trace);
    expect(harness.logged).toHaveLength(1);
    expect(harness.logged[0]).toMatchObject({
      level: 'error',
      traceId: trace,
      err: { message: 'a detail that is for nobody' },
    });
  });

  it('say 503 when the store is away, whatever was asked', async () => {
    harness = await createHarness({
      store: (real) =>
        new Proxy(real, { get: () => () => Promise.reject(new StoreUnavailable('Redis is away')) }),
    });
    const asked: [string, string, unknown][] = [
      ['GET', `${API}/migrations`, undefined],
      ['GET', WORLD, undefined],
      ['POST', `${WORLD}/start`, {}],
      ['POST', `${API}/registry/announce`, announcement(harness)],
      ['PATCH', `${WORLD}/inputs`, {}],
    ];
    for (const [method, path, body] of asked) {
      const reply = await harness.send(method, path, body);
      expect([reply.status, reply.body['type']]).toEqual([503, '/problems/unavailable']);
      expect(reply.headers['retry-after']).toBe('5');
    }
  });

  it('name every wrong field of an announcement with its mend', async () => {
    harness = await createHarness();
    const reply = await harness.send(
      'POST',
      `${API}/registry/announce`,
      announcement(harness, {
        id: 'Hello World',
        protocolVersion: 2,
        steps: [{ name: 'greet', workerAp: 'x' }, { name: 'two', workerApp: 'a', kind: 'magic' }, 7],
        candidates: [{ id: ' world' }, { id: 'e\u0301' }, { id: 'ok', labels: { a: 1 } }],
      }),
    );
    expect(reply.status).toBe(422);
    expect(reply.body['errors']).toEqual([
      {
        path: '/id',
        message: 'Must match ^[a-z0-9][a-z0-9-]{0,62}$ (Id of a migration, step or worker app).',
      },
      { path: '/protocolVersion', message: 'Must be one of: 1.' },
      { path: '/steps/0/workerApp', message: '"workerApp" is required.' },
      { path: '/steps/0/workerAp', message: '"workerAp" is not known here; did you mean "workerApp"?' },
      { path: '/steps/1/kind', message: 'Must be one of: dispatch, review.' },
      { path: '/steps/2', message: 'Must be an object, not a number.' },
      { path: '/candidates/0/id', message: 'A candidate id has no leading or trailing space.' },
      { path: '/candidates/1/id', message: 'A candidate id is in Unicode normalization form NFC.' },
      { path: '/candidates/2/labels/a', message: 'Must be a string, not a number.' },
    ]);
    expect((await harness.send('GET', `${API}/migrations`)).body['total']).toBe(0);
  });

  it('refuse an announcement of nothing, and register nothing (trap 12)', async () => {
    harness = await createHarness();
    const empty = [{}, announcement(harness, { id: '' }), announcement(harness, { steps: [] })];
    for (const body of empty) {
      expect((await harness.send('POST', `${API}/registry/announce`, body)).status).toBe(422);
    }
    expect((await harness.send('GET', `${API}/migrations`)).body['total']).toBe(0);
    expect((await harness.send('GET', `${API}/workers`)).body['items']).toEqual([]);
  });

  it('refuse a start that would change anything but declared inputs (trap 10)', async () => {
    harness = await createHarness();
    await announce(harness);
    const before = (await harness.send('GET', WORLD)).body;
    for (const body of [
      { metadata: { team: 'thieves' } },
      { inputs: { metadata: { team: 'thieves' } } },
      { inputs: {}, labels: { team: 'thieves' } },
    ]) {
      expect((await harness.send('POST', `${WORLD}/start`, body)).status).toBe(422);
    }
    expect((await harness.send('GET', WORLD)).body).toEqual(before);
  });

  it('refuse duplicate step names with the finding of the conformance report (trap 12)', async () => {
    harness = await createHarness();
    const steps = [
      { name: 'greet', workerApp: 'greeter' },
      { name: 'greet', workerApp: 'greeter' },
    ];
    const reply = await harness.send('POST', `${API}/registry/announce`, announcement(harness, { steps }));
    expect(reply.status).toBe(422);
    expect(reply.body['conformance']).toMatchObject({
      findings: [{ severity: 'error', path: '/steps/1/name' }],
    });
  });

  it('refuse a worker that may not be dialled', async () => {
    harness = await createHarness();
    for (const workerUrl of ['http://169.254.169.254/', 'http://203.0.113.7', 'http://user:pw@127.0.0.1']) {
      const reply = await harness.send(
        'POST',
        `${API}/registry/announce`,
        announcement(harness, { workerUrl }),
      );
      expect(reply.status).toBe(422);
      expect(reply.body['errors']).toMatchObject([{ path: '/workerUrl' }]);
    }
  });
});
