import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadContract } from '../../src/adapters/http/contract.ts';
import { createHarness, type Harness, type Reply } from './http-harness.ts';
import {
  API,
  aDelivery,
  announce,
  announcement,
  callBack,
  HELLO,
  reportWebhook,
  start,
  succeed,
  WORLD,
} from './scenes.ts';

type Case = (harness: Harness) => Promise<Reply>;

/** Reads something of a candidate that has a run. */
const world =
  (path: string): Case =>
  async (harness) => {
    await start(harness);
    return harness.send('GET', `${WORLD}${path}`);
  };

/** A run that waits for a person after a failure. */
async function fail(harness: Harness): Promise<void> {
  const runId = await start(harness);
  const waits = { runState: 'awaiting_retry', who: 'operator', reason: 'No.' } as const;
  await harness.engine.show({ migrationId: 'hello', candidateId: 'world', runId }, waits);
}

/** A callback that came before its attempt; gives the id under which it is kept. */
async function makeDeadLetter(harness: Harness): Promise<string> {
  await callBack(harness, await start(harness), { attempt: 2 });
  const { body } = succeed(await harness.send('GET', `${API}/dead-letters`));
  return String((body['items'] as readonly { readonly id: string }[])[0]?.id);
}

async function runIdOf(harness: Harness): Promise<string> {
  return String(succeed(await harness.send('GET', WORLD)).body['runId']);
}

/** A callback, and the id under which it is kept. */
async function deliver(harness: Harness): Promise<{ readonly id: string; readonly runId: string }> {
  const runId = await start(harness);
  succeed(await callBack(harness, runId));
  return { id: (await aDelivery(harness, { operation: 'callback' })).id, runId };
}

/** Every success of every operation, by operationId and status. */
const CASES: Record<string, Case> = {
  'announceMigration 200': announce,
  'recordHeartbeat 200': async (harness) => {
    await announce(harness);
    const busy = [
      {
        runId: '01931f6a-2c9b-7d53-9b3a-1f2f3a4b5c6d',
        stepName: 'greet',
        phase: 'execute',
        attempt: 1,
        idempotencyKey: 'k',
      },
    ];
    return harness.send('POST', `${API}/registry/heartbeat`, {
      workerApp: 'greeter',
      instanceId: 'i-1',
      busy,
    });
  },
  'withdrawInstance 204': async (harness) => {
    await announce(harness);
    return harness.send('POST', `${API}/registry/withdraw`, { workerApp: 'greeter', instanceId: 'i-1' });
  },
  'reportWebhook 202': async (harness) => reportWebhook(harness),
  'submitCandidates 200': async (harness) => {
    await announce(harness);
    const candidates = [{ id: 'mars', labels: { team: 'space' } }, { id: 'world' }];
    return harness.send('POST', `${HELLO}/candidates`, { discoveryId: 'd-1', candidates, final: true });
  },
  'completeStep 202': async (harness) => callBack(harness, await start(harness)),
  'listMigrations 200': async (harness) => {
    await announce(harness);
    return harness.send('GET', `${API}/migrations?q=hel&limit=10`);
  },
  'getMigration 200': async (harness) => {
    await announce(harness);
    return harness.send('GET', HELLO);
  },
  'getBurndown 200': async (harness) => {
    await start(harness);
    return harness.send('GET', `${HELLO}/burndown?resolution=hour&from=2026-01-01T00:00:00.000Z`);
  },
  'listFailures 200': async (harness) => {
    await fail(harness);
    return harness.send('GET', `${HELLO}/failures?limit=5`);
  },
  'listRevisions 200': async (harness) => {
    await announce(harness);
    return harness.send('GET', `${HELLO}/revisions?limit=5`);
  },
  'getRevision 200': async (harness) => {
    const { body } = await announce(harness);
    return harness.send('GET', `${HELLO}/revisions/${String(body['revision'])}`);
  },
  'compareRevisions 200': async (harness) => {
    const before = await announce(harness);
    const steps = [{ name: 'greet', workerApp: 'greeter', config: { loud: true } }];
    const after = await announce(harness, { steps, labelKeys: [], requiredInputs: [] });
    const [from, to] = [before, after].map(({ body }) => String(body['revision']));
    return harness.send('GET', `${HELLO}/revisions/${to}/difference?from=${from}`);
  },
  'requestDiscovery 202': async (harness) => {
    await announce(harness);
    return harness.send('POST', `${HELLO}/discover`);
  },
  'listCandidates 200': async (harness) => {
    await start(harness);
    const filter =
      'status=running&runState=in_progress&runState=pending&who=worker&label=team%3Dearth&q=wor&gone=false&sort=-since&limit=1';
    return harness.send('GET', `${HELLO}/candidates?${filter}`);
  },
  'listLabelValues 200': async (harness) => {
    await announce(harness);
    return harness.send('GET', `${HELLO}/labels?key=team&limit=10`);
  },
  'getCandidate 200': world(''),
  'startRun 202': async (harness) => {
    await announce(harness);
    return harness.send('POST', `${WORLD}/start`, { inputs: { greeting: 'Hi' } });
  },
  'cancelRun 202': async (harness) => {
    await start(harness);
    return harness.send('POST', `${WORLD}/cancel`, { reason: 'Wrong.', compensate: true });
  },
  'cancelRun 200': async (harness) => {
    await start(harness);
    return harness.send('POST', `${WORLD}/cancel?preview=true`, { compensate: true });
  },
  'compensateRun 202': async (harness) => {
    await start(harness);
    return harness.send('POST', `${WORLD}/compensate`, { reason: 'Wrong.' });
  },
  'compensateRun 200': async (harness) => {
    await start(harness);
    return harness.send('POST', `${WORLD}/compensate?preview=true`, {});
  },
  'pauseRun 202': async (harness) => {
    await start(harness);
    return harness.send('POST', `${WORLD}/pause`, { reason: 'Freeze.' });
  },
  'resumeRun 202': async (harness) => {
    await start(harness);
    return harness.send('POST', `${WORLD}/resume`, {});
  },
  'skipStep 202': async (harness) => {
    await start(harness);
    const body = { stepName: 'greet', reason: 'By hand.', outputs: { text: 'Hi' } };
    return harness.send('POST', `${WORLD}/skip-step`, body);
  },
  'pauseMigration 200': async (harness) => {
    await announce(harness);
    return harness.send('POST', `${HELLO}/pause`, { reason: 'Freeze.' });
  },
  'resumeMigration 200': async (harness) => {
    await announce(harness);
    return harness.send('POST', `${HELLO}/resume`);
  },
  'pauseWorkerApp 200': async (harness) => {
    await announce(harness);
    return harness.send('POST', `${API}/workers/greeter/pause`, {});
  },
  'resumeWorkerApp 200': async (harness) => {
    await announce(harness);
    return harness.send('POST', `${API}/workers/greeter/resume`, {});
  },
  'drainInstance 200': async (harness) => {
    await announce(harness);
    return harness.send('POST', `${API}/workers/greeter/instances/i-1/drain`, { reason: 'A new node.' });
  },
  'resumeInstance 200': async (harness) => {
    await announce(harness);
    return harness.send('POST', `${API}/workers/greeter/instances/i-1/resume`);
  },
  'listInFlight 200': async (harness) => {
    await start(harness);
    return harness.send('GET', `${API}/workers/greeter/attempts?instance=i-1&limit=5`);
  },
  'retryStep 202': async (harness) => {
    await start(harness);
    return harness.send('POST', `${WORLD}/retry-step`, { stepName: 'greet', inputs: { greeting: 'Hi' } });
  },
  'approveStep 202': async (harness) => {
    await start(harness);
    return harness.send('POST', `${WORLD}/approve-step`, { stepName: 'check', decision: 'approved' });
  },
  'changeInputs 200': async (harness) => {
    await announce(harness);
    const type = { 'content-type': 'application/merge-patch+json' };
    return harness.send('PATCH', `${WORLD}/inputs`, { greeting: 'Hi' }, type);
  },
  'listRuns 200': world('/runs'),
  'inspectRun 200': async (harness) => {
    const runId = await start(harness);
    return harness.send('GET', `${WORLD}/runs/${runId}/inspection?kind=step&kind=timer&limit=10`);
  },
  'listSteps 200': world('/steps'),
  'listCandidateEvents 200': world('/events?limit=5'),
  'startDryRun 200': async (harness) => {
    await announce(harness);
    return harness.send('POST', `${HELLO}/dry-run`, { candidateId: 'world', inputs: { greeting: 'Hi' } });
  },
  'startDryRun 202': async (harness) => {
    await announce(harness);
    harness.worker.answers.set('/dry-run', () => {});
    return harness.send('POST', `${HELLO}/dry-run`, { candidateId: 'world' });
  },
  'getDryRun 200': async (harness) => {
    await announce(harness);
    const made = succeed(await harness.send('POST', `${HELLO}/dry-run`, { candidateId: 'world' }));
    return harness.send('GET', `${API}/dry-runs/${String(made.body['id'])}`);
  },
  'checkBases 200': async (harness) => {
    await announce(harness);
    const bases = [{ repo: 'a', branch: 'main', commit: 'abc' }];
    harness.worker.answers.set('/dry-run', (_request, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ steps: [], bases })),
    );
    const made = succeed(await harness.send('POST', `${HELLO}/dry-run`, { candidateId: 'world' }));
    return harness.send('GET', `${API}/dry-runs/${String(made.body['id'])}/bases`);
  },
  'listWorkers 200': async (harness) => {
    await announce(harness);
    return harness.send('GET', `${API}/workers`);
  },
  'listEvents 200': async (harness) => {
    await start(harness);
    return harness.send(
      'GET',
      `${API}/events?migrationId=hello&limit=200&actor=local&since=2020-01-01T00:00:00.000Z`,
    );
  },
  'searchCandidates 200': async (harness) => {
    await start(harness);
    return harness.send('GET', `${API}/candidates?q=WOR&limit=5`);
  },
  'listAttention 200': async (harness) => {
    await fail(harness);
    return harness.send('GET', `${API}/attention?limit=10`);
  },
  'exportCandidates 200': async (harness) => {
    await start(harness);
    return harness.send('GET', `${HELLO}/candidates.csv?status=running&label=team%3Dearth&sort=-since`);
  },
  'listDeadLetters 200': async (harness) => {
    await callBack(harness, await start(harness), { attempt: 2 });
    return harness.send('GET', `${API}/dead-letters?migrationId=hello&kind=callback&limit=5`);
  },
  'getDeadLetter 200': async (harness) =>
    harness.send('GET', `${API}/dead-letters/${await makeDeadLetter(harness)}`),
  'requeueDeadLetter 202': async (harness) => {
    const id = await makeDeadLetter(harness);
    await harness.engine.show(
      { migrationId: 'hello', candidateId: 'world', runId: await runIdOf(harness) },
      {},
      undefined,
      2,
    );
    return harness.send('POST', `${API}/dead-letters/${id}/requeue`);
  },
  'dropDeadLetter 204': async (harness) =>
    harness.send('POST', `${API}/dead-letters/${await makeDeadLetter(harness)}/drop`),
  'listDeliveries 200': async (harness) => {
    const { runId } = await deliver(harness);
    const filter = `direction=in&operation=callback&outcome=accepted&migrationId=hello&run=${runId}`;
    return harness.send('GET', `${API}/deliveries?${filter}&workerApp=greeter&limit=5`);
  },
  'getDelivery 200': async (harness) =>
    harness.send('GET', `${API}/deliveries/${(await deliver(harness)).id}`),
  'replayDelivery 202': async (harness) =>
    harness.send('POST', `${API}/deliveries/${(await deliver(harness)).id}/replay`),
  'sendTestCallback 202': async (harness) => {
    await start(harness);
    const body = { stepName: 'greet', status: 'succeeded', message: 'Hi.', outputs: { text: 'Hi' } };
    return harness.send('POST', `${WORLD}/test-callback`, body);
  },
  'getTimeline 200': async (harness) => {
    const { runId } = await deliver(harness);
    return harness.send(
      'GET',
      `${API}/timeline?id=${runId}&source=worker&source=person&outcome=succeeded&order=oldest`,
    );
  },
  'exportEvents 200': async (harness) => {
    await start(harness);
    return harness.send('GET', `${API}/events.csv?migrationId=hello&actor=local`);
  },
  'getHealth 200': (harness) => harness.send('GET', '/healthz'),
  'getReadiness 200': (harness) => harness.send('GET', '/readyz'),
  'getReadiness 503': (harness) => {
    harness.drain();
    return harness.send('GET', '/readyz');
  },
  'getMetrics 200': (harness) => harness.send('GET', '/metrics'),
};

function caseOf(name: string): Case {
  const found = CASES[name];
  if (found === undefined) throw new Error(`${name} has no case here.`);
  return found;
}

/** What the contract knows beside problems; `304` is looked at with every read. */
const SUCCESSES = loadContract().operations.flatMap(({ id, responses }) =>
  Object.entries(responses)
    .filter(([status, { content }]) => status !== '304' && !('application/problem+json' in content))
    .map(([status]) => `${id} ${status}`),
);

describe('operations of the contract', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await createHarness({ limits: { waitMs: 300 } });
  });
  afterEach(() => harness.close());

  it('all have a case here', () => {
    expect(Object.keys(CASES).sort()).toEqual([...SUCCESSES].sort());
  });

  it.each(SUCCESSES)('%s is what the contract says', async (name) => {
    const reply = await caseOf(name)(harness);
    expect(`${name}: ${reply.status} ${reply.text.slice(0, 300)}`).toContain(
      `${name}: ${name.split(' ')[1]}`,
    );
    expect(reply.headers['x-request-id']).toBeTypeOf('string');
  });

  const tagged = loadContract().operations.filter(({ responses }) => '304' in responses);
  it.each(tagged.map(({ id }) => id))('%s is answered 304 as long as nothing changes', async (id) => {
    const paths: string[] = [];
    const noting: Harness = {
      ...harness,
      send: (method, path, ...rest) => {
        if (method === 'GET') paths.push(path);
        return harness.send(method, path, ...rest);
      },
    };
    const first = await caseOf(`${id} 200`)(noting);
    const tag = String(first.headers['etag']);
    expect(tag).toMatch(/^W\/".+"$/);
    expect(first.headers['cache-control']).toBe('no-cache');
    const path = paths.at(-1) ?? '';
    const again = await harness.send('GET', path, undefined, { 'if-none-match': `"other", ${tag}` });
    expect([again.status, again.text, again.headers['etag']]).toEqual([304, '', tag]);
    const other = await harness.send('GET', path, undefined, { 'if-none-match': 'W/"other"' });
    expect(other.status).toBe(200);
    const head = await harness.send('HEAD', path);
    expect([head.status, head.text, head.headers['etag']]).toEqual([200, '', tag]);
  });

  it('gives the announced definition back whole, with what the server filled in', async () => {
    const { body } = await announce(harness);
    const {
      workerUrl: _,
      instanceId: __,
      protocolVersion: ___,
      candidates: ____,
      ...same
    } = announcement(harness);
    expect(body).toMatchObject({
      ...same,
      requiredInputs: [{ name: 'greeting', type: 'string', required: true, default: 'Hello' }],
      steps: [
        {
          name: 'greet',
          workerApp: 'greeter',
          kind: 'dispatch',
          type: 'greet',
          timeoutMs: 604_800_000,
          retry: { maxAttempts: 2, initialIntervalMs: 1000, backoffCoefficient: 2, maxIntervalMs: 60_000 },
        },
        { name: 'check', kind: 'review', compensable: false },
      ],
      capabilities: { dryRun: true, compensate: false, cancel: true, discover: true },
      stepCount: 2,
      total: 1,
      liveInstances: 1,
      drainingInstances: 0,
      drainedInstances: 0,
      leaseSeconds: 30,
      heartbeatSeconds: 10,
      conformance: { findings: [] },
    });
    expect(body['steps']).not.toContainEqual(
      expect.objectContaining({ name: 'check', timeoutMs: expect.anything() }),
    );
  });

  it('shows on a run the retry policy that holds for each step, also where it announces none', async () => {
    await start(harness);
    const { body } = await harness.send('GET', `${WORLD}/steps`);
    const classes = ['transport', 'throttled', 'timeout', 'conflict'];
    const times = { initialIntervalMs: 1000, backoffCoefficient: 2, maxIntervalMs: 60_000 };
    expect(body['steps']).toMatchObject([
      { name: 'greet', retry: { maxAttempts: 2, ...times, classes } },
      {},
    ]);
  });

  it('groups what candidates fail with, and lists those of one group', async () => {
    const { body } = await caseOf('listFailures 200')(harness);
    const items = body['items'] as readonly { readonly fingerprint: string }[];
    expect(items).toMatchObject([
      { stepName: 'greet', failureClass: 'invalid', message: 'No.', count: 1, candidates: ['world'] },
    ]);
    for (const [failure, total] of [
      [items[0]?.fingerprint, 1],
      ['any', 1],
      ['greet.0123456789abcdef', 0],
    ]) {
      const found = await harness.send('GET', `${HELLO}/candidates?failure=${failure}`);
      expect(found.body).toMatchObject({ total });
    }
    expect((await harness.send('GET', `${HELLO}/candidates?failure=made%20up`)).status).toBe(400);
    expect((await harness.send('GET', HELLO)).body).toMatchObject({ failing: 1 });
  });

  it('says what a revision changed', async () => {
    const { body } = await caseOf('compareRevisions 200')(harness);
    expect(body).toMatchObject({
      steps: [
        {
          name: 'greet',
          change: 'changed',
          fields: [{ path: '/retry' }, { path: '/config/loud', after: true }],
        },
        { name: 'check', change: 'removed', indexBefore: 1 },
      ],
      requiredInputs: [{ name: 'greeting', change: 'removed' }],
      labelKeys: { added: [], removed: ['team'] },
    });
  });

  it('says where a slow dry run is found', async () => {
    const reply = await caseOf('startDryRun 202')(harness);
    expect(reply.headers['location']).toBe(`/dry-runs/${String(reply.body['id'])}`);
    const found = await harness.send('GET', `${API}${String(reply.headers['location'])}`);
    expect(found.body).toMatchObject({ state: 'running', candidateId: 'world' });
  });

  it('answers the same callback as a duplicate', async () => {
    const runId = await start(harness);
    expect((await callBack(harness, runId)).body).toEqual({ result: 'accepted' });
    expect((await callBack(harness, runId)).body).toEqual({ result: 'duplicate' });
    expect((await callBack(harness, runId, { eventId: 'e-2' })).body).toEqual({ result: 'duplicate' });
  });
});
