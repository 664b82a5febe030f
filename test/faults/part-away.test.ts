/** A test for each row of ARCHITECTURE, "When a part is away". */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Api,
  cancel,
  candidateAt,
  getCandidate,
  getSteps,
  listAll,
  startForSure,
} from '../support/api.ts';
import { type ContractWorker, type Dispatch, startContractWorker } from '../support/contract-worker.ts';
import { type Link, openLink } from '../support/link.ts';
import { redisCommand } from '../support/redis-command.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { starve } from '../support/starve.ts';
import { until } from '../support/until.ts';

const ID = 'away';
const NEIGHBOUR = 'neighbour';
const ROWS = [
  'redis-down',
  'redis-hangs',
  'redis-slow',
  'redis-full',
  'temporal-down',
  'temporal-hangs',
  'temporal-slow',
  'api-down',
  'api-slow',
  'api-full',
  'engine-down',
  'engine-hangs',
  'engine-slow',
  'worker-down',
  'worker-hangs',
  'worker-slow',
  'worker-full',
] as const;
type Row = (typeof ROWS)[number];
const SLOW_MS = 150;
/** Of the processor, for a process that is slow. */
const SHARE = 0.2;
const AT_ONCE = 300;

/** Of each row: one whose first step ends after the fault, and one that is cancelled in it under the fault. */
const heldOf = (row: Row) => [`${row}-open`, `${row}-cancelled`];

let stack: Stack;
let client: Api;
let worker: ContractWorker;
let toWorker: Link;
let isWorkerFull = false;
/** The first step of candidates that are to stay in it. */
const held = new Map<string, Dispatch>();
/** Whose cancel was taken. */
const cancelled = new Set<string>();
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  stack = await startStack({
    name: 'away',
    isApart: true,
    hasLinks: true,
    env: { LOOM_COMMAND_TIMEOUT_MS: '1000' },
    onEnd: (end) => ends.push(end),
  });
  client = stack.client;
  worker = stack.keep(
    await startContractWorker({
      serverUrl: stack.api.url,
      id: ID,
      steps: ['one', 'two'],
      candidates: ROWS.flatMap((row) => [...heldOf(row), `${row}-new`]).map((id) => ({ id })),
      reachedAt: async (address) => {
        toWorker = stack.keep(await openLink(address));
        return toWorker.address;
      },
      onDispatch: (dispatch, self) => {
        if (isWorkerFull) return { status: 503, headers: { 'retry-after': '1' } };
        const { candidate, stepName } = dispatch;
        if (!candidate.id.endsWith('-new') && stepName === 'one') held.set(candidate.id, dispatch);
        else setImmediate(() => void self.report(dispatch, { status: 'succeeded' }));
        return { status: 202 };
      },
    }),
  );
  stack.keep(
    await startContractWorker({
      serverUrl: stack.api.url,
      id: NEIGHBOUR,
      steps: ['one'],
      candidates: ROWS.map((id) => ({ id })),
    }),
  );
}, 120_000);

afterAll(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
}, 60_000);

interface Answers {
  readonly list: number;
  readonly steps: number | 'query' | 'store';
  readonly start: number;
  readonly cancel: number;
  readonly callback: number;
  readonly retry: number;
  readonly announce: number;
  readonly submit: number;
  readonly ready: number;
}

/** What each operation answers now: 0 for none. A 503 says when to come back. */
async function ask(row: Row): Promise<Answers> {
  const statusOf = async (call: () => Promise<{ readonly response: Response }>) => {
    const { response } = await call().catch(() => ({ response: undefined }));
    if (response?.status === 503) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    return response?.status ?? 0;
  };
  const toCancel = `${row}-cancelled`;
  const open = candidateAt(ID, `${row}-open`);
  let source: Answers['steps'] = 0;
  const [list, steps, retry, callback, start, cancel, announce, submit, ready] = await Promise.all([
    statusOf(() =>
      client.GET('/migrations/{migrationId}/candidates', { params: { path: { migrationId: ID } } }),
    ),
    statusOf(async () => {
      const answer = await client.GET('/migrations/{migrationId}/candidates/{candidateId}/steps', open);
      source = answer.data?.source ?? 0;
      return answer;
    }),
    statusOf(() =>
      client.POST('/migrations/{migrationId}/candidates/{candidateId}/retry-step', {
        ...open,
        body: { stepName: 'one' },
      }),
    ),
    statusOf(async () => ({
      response: await worker.callBack(dispatchOf(row), { status: 'pending', message: `Now ${Date.now()}` }),
    })),
    statusOf(() =>
      client.POST('/migrations/{migrationId}/candidates/{candidateId}/start', candidateAt(ID, `${row}-new`)),
    ),
    statusOf(() =>
      client.POST('/migrations/{migrationId}/candidates/{candidateId}/cancel', candidateAt(ID, toCancel)),
    ),
    statusOf(() => client.POST('/registry/announce', { body: worker.announcement() })),
    statusOf(() =>
      client.POST('/migrations/{migrationId}/candidates', {
        params: { path: { migrationId: ID } },
        body: { discoveryId: row, candidates: [{ id: `${row}-new`, kind: 'thing' }], final: false },
      }),
    ),
    fetch(`${stack.api.url}/readyz`).then(
      ({ status }) => status,
      () => 0,
    ),
  ]);
  if (cancel === 202) cancelled.add(toCancel);
  return {
    list,
    steps: steps === 200 ? source : steps,
    ...{ start, cancel, callback, retry, announce, submit, ready },
  };
}

const dispatchOf = (row: Row) => held.get(`${row}-open`) as Dispatch;

/** Has runs whose first step a worker works on. */
async function open(row: Row): Promise<void> {
  await Promise.all(
    heldOf(row).map(async (id) => {
      await startForSure(client, ID, id);
      await until('the dispatch', async () => held.get(id));
      const state = async () => (await getCandidate(client, ID, id)).runState;
      await until('its acceptance', async () => (await state()) === 'in_progress');
      // The rest of the acceptance is still being written then.
      const run = stack.temporalClient.workflow.getHandle(`${ID}__${id}`);
      await until('the end of its writes', async () => !(await run.describe()).raw.pendingWorkflowTask);
    }),
  );
}

/** After the fault: what was open ends, and so does what was started or cancelled under it, or is so now. */
async function expectToGoOn(row: Row): Promise<void> {
  await startForSure(client, ID, `${row}-new`);
  const reporting = worker.report(dispatchOf(row), { status: 'succeeded' });
  for (const id of [`${row}-open`, `${row}-new`]) {
    await until(`the end of ${id}`, async () => (await getCandidate(client, ID, id)).status === 'completed', {
      timeoutMs: 60_000,
    });
  }
  expect(await reporting).toBe(202);
  for (const { attempts } of (await getSteps(client, ID, `${row}-open`)).steps) {
    expect(attempts).toMatchObject([{ attempt: 1, outcome: 'succeeded' }]);
  }
  const toCancel = `${row}-cancelled`;
  if (!cancelled.has(toCancel)) {
    // Who got a 503 repeats it; the engine may have taken it all the same, and the run be over.
    await until('the cancel', async () => [202, 409].includes(await cancel(client, ID, toCancel)));
  }
  await until(`the end of ${toCancel}`, async () => {
    const { status, runState } = await getCandidate(client, ID, toCancel);
    return status === 'not_started' && runState === undefined;
  });
}

/** Another worker's run, which has nothing to do with the fault. */
async function expectNeighbourToRun(row: Row): Promise<void> {
  await startForSure(client, NEIGHBOUR, row);
  await until(
    'the neighbour',
    async () => (await getCandidate(client, NEIGHBOUR, row)).status === 'completed',
    { timeoutMs: 15_000 },
  );
}

const FINE = {
  ...{ list: 200, steps: 'query', ready: 200 },
  ...{ start: 202, cancel: 202, callback: 202, retry: 409 },
  ...{ announce: 200, submit: 200 },
};
const AWAY = {
  ...{ list: 503, steps: 503, ready: 503 },
  ...{ start: 503, cancel: 503, callback: 503, retry: 503 },
  ...{ announce: 503, submit: 503 },
};
const NO_ANSWER = {
  ...{ list: 0, steps: 0, ready: 0 },
  ...{ start: 0, cancel: 0, callback: 0, retry: 0 },
  ...{ announce: 0, submit: 0 },
};
const withoutEngine = { ...FINE, steps: 'store', start: 503, cancel: 503, callback: 503, retry: 503 };

const redisLinks = () => [stack.links.apiToRedis, stack.links.engineToRedis];
const temporalLinks = () => [stack.links.apiToTemporal, stack.links.engineToTemporal];

test.each([
  ['redis-down', 'cut'],
  ['redis-hangs', 'hang'],
] as const)(
  'promise 12: %s: every operation answers 503, and all goes on afterwards',
  async (row, fault) => {
    await open(row);
    for (const link of redisLinks()) link[fault]();
    expect(await ask(row)).toEqual(AWAY);
    for (const link of redisLinks()) link.heal();
    await until('readiness', async () => (await fetch(`${stack.api.url}/readyz`)).ok);
    await expectToGoOn(row);
  },
  90_000,
);

test.each([
  ['redis-slow', redisLinks],
  ['temporal-slow', temporalLinks],
] as const)(
  'promise 12: %s: every operation is answered, only later',
  async (row, links) => {
    await open(row);
    for (const link of links()) link.slow(SLOW_MS);
    const { steps, ...answers } = await ask(row);
    expect({ ...answers, steps: 'query' }).toEqual(FINE);
    expect(['query', 'store']).toContain(steps);
    for (const link of links()) link.heal();
    await expectToGoOn(row);
  },
  90_000,
);

test('promise 12: redis-full: reads are answered, what writes is 503, and all goes on afterwards', async () => {
  const row = 'redis-full';
  await open(row);
  await redisCommand(stack.redis.url, 'CONFIG SET maxmemory 1');
  try {
    expect(await ask(row)).toEqual({
      ...FINE,
      ...{ start: 503, cancel: 503, callback: 503, announce: 503, submit: 503 },
    });
  } finally {
    await redisCommand(stack.redis.url, 'CONFIG SET maxmemory 0');
  }
  await expectToGoOn(row);
}, 90_000);

test.each([
  ['temporal-down', 'cut'],
  ['temporal-hangs', 'hang'],
] as const)(
  'promise 12: %s: reads are answered from the store, commands 503, and a start leaves nothing behind',
  async (row, fault) => {
    await open(row);
    for (const link of temporalLinks()) link[fault]();
    try {
      expect(await ask(row)).toEqual(withoutEngine);
      const { status, runState } = await getCandidate(client, ID, `${row}-new`);
      expect({ status, runState }).toEqual({ status: 'not_started', runState: undefined });
    } finally {
      for (const link of temporalLinks()) link.heal();
    }
    await expectToGoOn(row);
  },
  90_000,
);

test('promise 12: api-down: nothing is answered, runs go on where they can, and callbacks are repeated', async () => {
  const row = 'api-down';
  await open(row);
  await stack.api.kill('SIGKILL');
  expect(await ask(row)).toEqual(NO_ANSWER);
  const reporting = worker.report(dispatchOf(row), { status: 'succeeded' });
  await stack.api.restart();
  expect(await reporting).toBe(202);
  await expectToGoOn(row);
}, 90_000);

test('promise 12: api-slow: every operation is answered, only later', async () => {
  const row = 'api-slow';
  await open(row);
  const end = starve(stack.api, SHARE);
  try {
    expect(await ask(row)).toEqual({ ...FINE, steps: expect.stringMatching(/query|store/) });
    await expectNeighbourToRun(row);
  } finally {
    await end();
  }
  await expectToGoOn(row);
}, 90_000);

test('promise 12: api-full: of more requests than it can serve at a time each is answered, only later', async () => {
  const row = 'api-full';
  await open(row);
  const reading = Array.from({ length: AT_ONCE }, async () => {
    const { response } = await client.GET('/migrations/{migrationId}/candidates', {
      params: { path: { migrationId: ID } },
    });
    return response.status;
  });
  expect(await ask(row)).toEqual({ ...FINE, steps: expect.stringMatching(/query|store/) });
  expect(new Set(await Promise.all(reading))).toEqual(new Set([200]));
  await expectToGoOn(row);
}, 90_000);

test('promise 12: engine-slow: starts and callbacks are taken, other commands are answered or 503, and all goes on', async () => {
  const row = 'engine-slow';
  await open(row);
  const end = starve(stack.engine, SHARE);
  try {
    const { steps, retry, ...answers } = await ask(row);
    expect({ ...answers, steps: 'query', retry: 409 }).toEqual(FINE);
    expect(['query', 'store']).toContain(steps);
    expect([409, 503]).toContain(retry);
    await expectToGoOn(row);
    await expectNeighbourToRun(row);
  } finally {
    await end();
  }
}, 90_000);

test.each([
  ['engine-down', 'SIGKILL'],
  ['engine-hangs', 'SIGSTOP'],
] as const)(
  'promise 12: %s: starts and callbacks are taken and wait, other commands are 503',
  async (row, signal) => {
    await open(row);
    await stack.engine.kill(signal);
    expect(await ask(row)).toEqual({ ...FINE, steps: 'store', retry: 503 });
    expect((await getCandidate(client, ID, `${row}-new`)).runState).toBe('queued');
    if (signal === 'SIGKILL') await stack.engine.restart();
    else await stack.engine.kill('SIGCONT');
    await expectToGoOn(row);
  },
  90_000,
);

test.each([
  ['worker-down', 'cut', /closed the connection without an answer|failed to answer/],
  ['worker-hangs', 'hang', /did not answer within|failed to answer/],
] as const)(
  'promise 12: %s: every operation is answered, its runs wait and say for what, others go on',
  async (row, fault, reason) => {
    await open(row);
    toWorker[fault]();
    expect(await ask(row)).toEqual(FINE);
    const waiting = await until('the waiting', async () => {
      const candidate = await getCandidate(client, ID, `${row}-new`);
      return candidate.runState === 'awaiting_worker' && candidate;
    });
    expect(waiting).toMatchObject({
      status: 'running',
      who: 'worker',
      reason: expect.stringMatching(reason),
    });
    await expectNeighbourToRun(row);
    toWorker.heal();
    await worker.announce();
    await expectToGoOn(row);
  },
  120_000,
);

test('promise 12: worker-slow: every operation is answered, and its runs go on', async () => {
  const row = 'worker-slow';
  await open(row);
  toWorker.slow(SLOW_MS);
  expect(await ask(row)).toEqual(FINE);
  await expectNeighbourToRun(row);
  await expectToGoOn(row);
  toWorker.heal();
}, 90_000);

test('promise 12: worker-full: its runs wait and say so, and go on as soon as it takes them', async () => {
  const row = 'worker-full';
  await open(row);
  isWorkerFull = true;
  expect(await ask(row)).toEqual(FINE);
  const waiting = await until('the waiting', async () => {
    const candidate = await getCandidate(client, ID, `${row}-new`);
    return candidate.runState === 'awaiting_worker' && candidate;
  });
  expect(waiting).toMatchObject({ who: 'worker', reason: expect.stringContaining('busy') });
  await expectNeighbourToRun(row);
  isWorkerFull = false;
  await expectToGoOn(row);
}, 90_000);

test('promise 12: after all of this nothing is left open', async () => {
  for (const id of [ID, NEIGHBOUR]) {
    const all = await listAll(client, id);
    expect(all.filter(({ status, runState }) => status === 'running' || runState !== undefined)).toEqual([]);
  }
});
