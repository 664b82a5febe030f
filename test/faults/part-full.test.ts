/** The rows of ARCHITECTURE, "When a part is away", that need a stack of their own. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  type Api,
  cancel,
  candidateAt,
  getCandidate,
  listAll,
  startForSure,
  untilAllCompleted,
} from '../support/api.ts';
import { candidates as named, startContractWorker } from '../support/contract-worker.ts';
import { startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const ID = 'crowded';
const NEIGHBOUR = 'neighbour';
const LIMIT_MS = 180_000;

const HELD = 'held';

/** What a cancel and a retry of a run whose step is under way are answered, both at the same time. */
async function cancelAndRetry(client: Api, id: string): Promise<{ cancelled: number; retried: number }> {
  const [cancelled, { response }] = await Promise.all([
    cancel(client, ID, id),
    client.POST('/migrations/{migrationId}/candidates/{candidateId}/retry-step', {
      ...candidateAt(ID, id),
      body: { stepName: 'one' },
    }),
  ]);
  return { cancelled, retried: response.status };
}

async function untilCancelled(client: Api, id: string): Promise<void> {
  await until(`the end of ${id}`, async () => {
    const { status, runState } = await getCandidate(client, ID, id);
    return status === 'not_started' && runState === undefined;
  });
}

/** Asks once for each, all at the same time, and says what was answered. A refusal says when to come back. */
async function startAll(client: Api, ids: readonly string[]): Promise<ReadonlySet<number>> {
  const statuses = ids.map(async (id) => {
    const { response } = await client.POST(
      '/migrations/{migrationId}/candidates/{candidateId}/start',
      candidateAt(ID, id),
    );
    if (response.status === 503) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    return response.status;
  });
  return new Set(await Promise.all(statuses));
}

test(
  'promise 12: temporal-full: commands are taken later or 503, reads are answered, and every run ends',
  async () => {
    const runs = 12;
    const callsASecond = 10;
    const stack = await startStack({
      name: 'temporal-full',
      dynamicConfig: { 'frontend.namespaceRPS': callsASecond, 'frontend.namespaceBurstRatio': 1 },
      env: { LOOM_COMMAND_TIMEOUT_MS: '1000' },
    });
    const { client } = stack;
    const reported: number[] = [];
    let isReleased = false;
    const worker = stack.keep(
      await startContractWorker({
        serverUrl: stack.api.url,
        id: ID,
        steps: ['one', 'two'],
        candidates: [...named(runs), { id: HELD }],
        onDispatch: (dispatch, self) => {
          if (dispatch.candidate.id === HELD && !isReleased) return { status: 202 };
          setImmediate(() => {
            void self.report(dispatch, { status: 'succeeded' }).then((status) => reported.push(status));
          });
          return { status: 202 };
        },
      }),
    );
    const ids = named(runs).map(({ id }) => id);
    await startForSure(client, ID, HELD);
    await until('the dispatch', async () => worker.deliveries.length === 1);
    const [answers, { cancelled, retried }] = await Promise.all([
      startAll(client, ids),
      cancelAndRetry(client, HELD),
    ]);
    process.stderr.write(`starts were answered ${[...answers].join(', ')}\n`);
    expect(answers).toContain(503);
    expect([...answers].filter((status) => ![202, 503].includes(status))).toEqual([]);
    expect([202, 503]).toContain(cancelled);
    // It does not wait for a retry, or is being cancelled.
    expect([409, 503]).toContain(retried);
    expect((await listAll(client, ID)).length).toBe(runs + 1);
    const began = Date.now();
    if (cancelled !== 202)
      await until('the cancel', async () => [202, 409].includes(await cancel(client, ID, HELD)));
    await untilCancelled(client, HELD);
    isReleased = true;
    await Promise.all([...ids, HELD].map((id) => startForSure(client, ID, id)));
    await untilAllCompleted(client, ID, 120_000);
    process.stderr.write(`all done after ${Date.now() - began} ms\n`);
    // Each step once, and the one that was cancelled.
    expect(new Set(worker.deliveries.map((one) => one.idempotencyKey)).size).toBe((runs + 1) * 2 + 1);
    expect(new Set(reported)).toEqual(new Set([202]));
  },
  LIMIT_MS,
);

test(
  'promise 12: engine-full: starts and callbacks are taken and wait for a slot, and runs of others go on between them',
  async () => {
    const runs = 12;
    const hangsMs = 400;
    let isReleased = false;
    const stack = await startStack({
      name: 'engine-full',
      isApart: true,
      env: {
        LOOM_WORKFLOW_SLOTS: '2',
        LOOM_LOCAL_ACTIVITY_SLOTS: '2',
        LOOM_DIALS_PER_APP: '1',
        LOOM_CACHED_RUNS: '100',
      },
    });
    const { client } = stack;
    stack.keep(
      await startContractWorker({
        serverUrl: stack.api.url,
        id: ID,
        steps: ['one'],
        candidates: named(runs),
        // Until the neighbour is done each of its dials hangs, and then asks for another.
        onDispatch: async () => {
          const endsAt = Date.now() + hangsMs;
          while (!isReleased && Date.now() < endsAt) await delay(20);
          return isReleased
            ? { status: 200, body: { eventId: 'done', status: 'succeeded' } }
            : { status: 503, headers: { 'retry-after': '1' } };
        },
      }),
    );
    const neighbour = stack.keep(
      await startContractWorker({
        serverUrl: stack.api.url,
        id: NEIGHBOUR,
        steps: ['one', 'two'],
        candidates: named(1),
      }),
    );
    expect(
      await startAll(
        client,
        named(runs).map(({ id }) => id),
      ),
    ).toEqual(new Set([202]));
    await startForSure(client, NEIGHBOUR, 'candidate-0');
    await until('the neighbour', async () => {
      const { status } = await getCandidate(client, NEIGHBOUR, 'candidate-0');
      return status === 'completed';
    });
    expect(neighbour.deliveries.length).toBe(2);
    expect((await listAll(client, ID)).filter(({ status }) => status === 'completed')).toEqual([]);
    const { cancelled, retried } = await cancelAndRetry(client, 'candidate-0');
    expect(cancelled).toBe(202);
    expect([409, 503]).toContain(retried);
    await untilCancelled(client, 'candidate-0');
    isReleased = true;
    await startForSure(client, ID, 'candidate-0');
    await untilAllCompleted(client, ID, 120_000);
  },
  LIMIT_MS,
);
