import { randomUUID } from 'node:crypto';
import { type RunningServer, startServer, startWorker } from '@loom/stack';
import type {} from '@loom/stack/test-parts';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Api, candidateAt, createApi, listAll } from '../support/api.ts';
import type {} from '../support/fresh-build.ts';
import { createOwnNamespace } from '../support/own-namespace.ts';
import { until } from '../support/until.ts';

const MIGRATION = 'hello-world';
const redisUrl = inject('redisUrl');
let server: RunningServer;
let worker: RunningServer;
let api: Api;
let workerEnv: { readonly LOOM_NAMESPACE: string };

beforeAll(async () => {
  const temporalAddress = inject('temporalAddress');
  const LOOM_NAMESPACE = await createOwnNamespace(temporalAddress);
  workerEnv = { LOOM_NAMESPACE };
  server = await startServer({
    redisUrl,
    temporalAddress,
    from: inject('runFrom'),
    env: {
      LOOM_NAMESPACE,
      LOOM_LOG_LEVEL: 'warn',
      LOOM_LEASE_SECONDS: '4',
      LOOM_HEARTBEAT_SECONDS: '1',
      LOOM_REDELIVER_SECONDS: '1',
    },
  });
  worker = await startWorker({
    worker: MIGRATION,
    serverUrl: server.url,
    redisUrl,
    from: inject('runFrom'),
    env: workerEnv,
  });
  api = createApi(server.url);
  await until('discovery', async () => (await listAll(api, MIGRATION)).length === 6);
}, 120_000);

afterAll(async () => {
  await worker?.stop();
  await server?.stop();
});

const read = async (id: string) => {
  const { data } = await api.GET(
    '/migrations/{migrationId}/candidates/{candidateId}',
    candidateAt(MIGRATION, id),
  );
  return data;
};
const steps = async (id: string) => {
  const { data } = await api.GET(
    '/migrations/{migrationId}/candidates/{candidateId}/steps',
    candidateAt(MIGRATION, id),
  );
  return data;
};
const start = (id: string, key: string = randomUUID()) =>
  api.POST('/migrations/{migrationId}/candidates/{candidateId}/start', {
    params: { path: { migrationId: MIGRATION, candidateId: id }, header: { 'Idempotency-Key': key } },
    body: { inputs: { greeting: 'Good morning' } },
  });
const approve = (id: string) =>
  api.POST('/migrations/{migrationId}/candidates/{candidateId}/approve-step', {
    ...candidateAt(MIGRATION, id),
    body: { stepName: 'check', decision: 'approved', comment: 'Reads well.' },
  });
const untilState = (id: string, state: string | undefined) =>
  until(`${id} ${state}`, async () => {
    const candidate = await read(id);
    return candidate !== undefined && (candidate.runState ?? candidate.status) === state
      ? candidate
      : undefined;
  });

test('a candidate goes from announced to completed through preview, start and review', async () => {
  const preview = await api.POST('/migrations/{migrationId}/dry-run', {
    params: { path: { migrationId: MIGRATION } },
    body: { candidateId: 'ada' },
  });
  expect(preview.data?.steps?.map((step) => step.name)).toEqual(['greet', 'check', 'sign']);

  expect((await start('ada')).response.status).toBe(202);
  await untilState('ada', 'awaiting_approval');
  expect((await approve('ada')).response.status).toBe(202);
  const done = await untilState('ada', 'completed');
  expect(done.inputs).toEqual({ greeting: 'Good morning' });
  const view = await steps('ada');
  expect(view?.source).toBe('store');
  expect(view?.steps.map((step) => step.state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  expect(view?.steps[2]?.attempts[0]?.outputs).toEqual({ letter: 'Good morning, ada!\nLoom' });

  const again = await start('ada');
  expect(again.response.status).toBe(409);
  expect(again.error?.type).toBe('/problems/already-completed');
});

test('of ten starts at once one is accepted, and a repeated key gives the first answer', async () => {
  const key = randomUUID();
  const [first, repeated] = [await start('alan', key), await start('alan', key)];
  expect(repeated.data).toEqual(first.data);
  const answers = await Promise.all(Array.from({ length: 10 }, () => start('grace')));
  expect(answers.filter(({ response }) => response.status === 202)).toHaveLength(1);
  expect(answers.filter(({ error }) => error?.type === '/problems/run-open')).toHaveLength(9);
});

test('cancel puts the candidate back, keeps its inputs and attempts, and lets it start at once', async () => {
  expect((await start('barbara')).response.status).toBe(202);
  await untilState('barbara', 'awaiting_approval');
  const cancelled = await api.POST('/migrations/{migrationId}/candidates/{candidateId}/cancel', {
    ...candidateAt(MIGRATION, 'barbara'),
    body: { reason: 'Not now.', compensate: false },
  });
  expect(cancelled.response.status).toBe(202);
  const back = await untilState('barbara', 'not_started');
  expect(back.inputs).toEqual({ greeting: 'Good morning' });
  expect((await steps('barbara'))?.steps.map((step) => step.state)).toEqual([
    'succeeded',
    'cancelled',
    'to_come',
  ]);
  expect((await start('barbara')).response.status).toBe(202);
});

test('cancel with compensation of a run that has nothing to undo is a plain cancel', async () => {
  expect((await start('edsger')).response.status).toBe(202);
  await untilState('edsger', 'awaiting_approval');
  await api.POST('/migrations/{migrationId}/candidates/{candidateId}/cancel', {
    ...candidateAt(MIGRATION, 'edsger'),
    body: { compensate: true },
  });
  await untilState('edsger', 'not_started');
  const { data } = await api.GET(
    '/migrations/{migrationId}/candidates/{candidateId}/runs',
    candidateAt(MIGRATION, 'edsger'),
  );
  expect(data?.items[0]?.outcome).toBe('cancelled');
});

test('a worker that is down is visible at once, and the run goes on when it is back at a new URL (trap 8)', async () => {
  await worker.kill('SIGKILL');
  await until('lease to run out', async () => {
    const { data } = await api.GET('/workers', {});
    return data?.items
      .find((app) => app.workerApp === MIGRATION)
      ?.instances.every((one) => one.state === 'dead' || one.state === 'suspect');
  });
  const id = 'alan';
  await untilState(id, 'awaiting_approval');
  await approve(id);
  const parked = await untilState(id, 'awaiting_worker');
  expect(parked.who).toBe('worker');
  expect(parked.reason).toMatch(/Nothing listens|is alive/);
  worker = await startWorker({
    worker: MIGRATION,
    serverUrl: server.url,
    redisUrl,
    from: inject('runFrom'),
    env: workerEnv,
  });
  await untilState(id, 'completed');
});

test('deep links and documents are served', async () => {
  const page = await fetch(`${server.url}/docs/`);
  expect(page.status).toBe(200);
  const contract = (await (await fetch(`${server.url}/openapi.json`)).json()) as { openapi: string };
  expect(contract.openapi).toMatch(/^3\.1/);
});
