import { getFreePorts } from '@loom/stack';
import { defineMigration, defineStep, runWorker, succeeded } from '@loom/worker-sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Api, getCandidate, getSteps, listAll, startForSure } from '../support/api.ts';
import { type Dispatch, candidates as named, startContractWorker } from '../support/contract-worker.ts';
import { inForm, LIMIT_MS } from '../support/form.ts';
import { createRandom } from '../support/random.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { countFailedTasks } from '../support/stuck-tasks.ts';
import { until } from '../support/until.ts';

const CALLBACKS = inForm(1_000, 10_000);
const NEIGHBOURS = inForm(10, 100);
const AT_ONCE = 16;
/** So that a run continues as new within a short test; the long one waits for Temporal's own suggestion. */
const DYNAMIC_CONFIG = inForm({ 'limit.historyCount.suggestContinueAsNew': 60 }, {});
const FLOODED = 'flooded';
const SDK = 'poisoned-sdk';
const BARE = 'poisoned';
const HUGE = 'x'.repeat(5_000_000);

/** Neighbours of one worker app, and that they do not notice: they complete while the poison is at work. */
async function expectNeighboursUnharmed(client: Api, id: string): Promise<void> {
  await Promise.all(named(NEIGHBOURS).map((one) => startForSure(client, id, one.id)));
  await until(
    `the neighbours in ${id}`,
    async () =>
      (await listAll(client, id)).filter(({ status }) => status === 'completed').length === NEIGHBOURS,
    { timeoutMs: 30_000 },
  );
}

async function expectFailedVisibly(
  client: Api,
  id: string,
  candidateId: string,
  message: RegExp,
): Promise<void> {
  await until(
    'the failure',
    async () => (await getCandidate(client, id, candidateId)).runState === 'awaiting_retry',
  );
  const { status, who, reason } = await getCandidate(client, id, candidateId);
  expect({ status, who }).toEqual({ status: 'running', who: 'operator' });
  expect(reason).toMatch(message);
  const { steps } = await getSteps(client, id, candidateId);
  expect(steps[0]?.attempts).toMatchObject([{ outcome: 'failed', message: expect.stringMatching(message) }]);
}

async function startSdkWorker(stack: Stack): Promise<void> {
  const poison = defineStep({
    type: 'poison',
    async run({ candidate }) {
      if (candidate.id === 'throws') throw new TypeError("Cannot read properties of undefined (reading 'x')");
      if (candidate.id === 'throws-nothing') throw undefined;
      if (candidate.id === 'huge') return succeeded({ outputs: { huge: HUGE } });
      return succeeded();
    },
  });
  const [port] = await getFreePorts(1);
  const ids = ['throws', 'throws-nothing', 'huge', ...named(NEIGHBOURS).map(({ id }) => id)];
  const worker = await runWorker({
    workerApp: SDK,
    serverUrl: stack.api.url,
    listen: `127.0.0.1:${port}`,
    store: { redisUrl: stack.redis.url },
    handleSignals: false,
    logLevel: 'silent',
    migrations: [
      defineMigration({
        id: SDK,
        name: SDK,
        description: 'Poisons itself.',
        owner: 'tests',
        inputs: z.object({}),
        labelKeys: [],
        steps: ['one', 'two'].map((name) => ({ name, use: poison, config: {} })),
        discover: async () => ids.map((id) => ({ id, kind: 'thing', labels: {} })),
      }),
    ],
  });
  stack.keep({ stop: () => worker.close() });
  await until('discovery', async () => (await listAll(stack.client, SDK)).length === ids.length);
}

test(
  'promise 13: a step that always throws, and results of 5 MB, fail their runs visibly, and neighbours do not notice',
  async () => {
    const stack = await startStack({ name: 'poison' });
    const { client } = stack;
    await startSdkWorker(stack);
    stack.keep(
      await startContractWorker({
        serverUrl: stack.api.url,
        id: BARE,
        steps: ['one'],
        candidates: [{ id: 'huge' }, { id: 'too-large' }, { id: 'huge-later' }, ...named(NEIGHBOURS)],
        onDispatch: (dispatch, worker) => {
          const result = { eventId: 'e', status: 'succeeded' as const };
          switch (dispatch.candidate.id) {
            case 'huge':
              return { status: 200, body: { ...result, outputs: { huge: HUGE } } };
            case 'too-large':
              return { status: 200, body: { ...result, outputs: { huge: HUGE.slice(0, 100_000) } } };
            case 'huge-later':
              void worker
                .callBack(dispatch, { ...result, outputs: { huge: HUGE } })
                .catch(() => undefined)
                .then(() =>
                  worker.callBack(dispatch, { status: 'failed', message: 'My result was refused.' }),
                );
              return { status: 202 };
            default:
              return { status: 200, body: result };
          }
        },
      }),
    );
    const poisoned = [
      { id: SDK, candidateId: 'throws', message: /Cannot read properties of undefined/ },
      { id: SDK, candidateId: 'throws-nothing', message: /./ },
      { id: SDK, candidateId: 'huge', message: /64 KB/ },
      { id: BARE, candidateId: 'huge', message: /cannot be kept/ },
      { id: BARE, candidateId: 'too-large', message: /cannot be kept/ },
      { id: BARE, candidateId: 'huge-later', message: /My result was refused/ },
    ];
    await Promise.all(poisoned.map(({ id, candidateId }) => startForSure(client, id, candidateId)));

    await Promise.all([expectNeighboursUnharmed(client, SDK), expectNeighboursUnharmed(client, BARE)]);
    for (const { id, candidateId, message } of poisoned) {
      await expectFailedVisibly(client, id, candidateId, message);
      expect(await countFailedTasks(stack.temporalClient, `${id}__${candidateId}`)).toBe(0);
    }
  },
  LIMIT_MS,
);

test(
  `promise 13: ${CALLBACKS} callbacks and as many signals to one run hold up no neighbour, and its history continues as new in time`,
  async () => {
    const stack = await startStack({ name: 'flood', dynamicConfig: DYNAMIC_CONFIG });
    const { client, temporalClient } = stack;
    let target: Dispatch | undefined;
    const worker = stack.keep(
      await startContractWorker({
        serverUrl: stack.api.url,
        id: FLOODED,
        steps: ['one', 'two'],
        candidates: [{ id: 'flooded' }, ...named(NEIGHBOURS)],
        onDispatch: (dispatch, self) => {
          if (dispatch.candidate.id === 'flooded') target = dispatch;
          else setImmediate(() => void self.report(dispatch, { status: 'succeeded' }));
          return { status: 202 };
        },
      }),
    );
    await startForSure(client, FLOODED, 'flooded');
    const one = await until('the dispatch', async () => target);

    const random = createRandom(13);
    const statuses = new Map<number, number>();
    let left = CALLBACKS;
    const handle = temporalClient.workflow.getHandle(`${FLOODED}__flooded`);
    const flood = async () => {
      while (left > 0) {
        left -= 1;
        const eventId = `e-${random.below(CALLBACKS)}`;
        const result = { eventId, status: 'pending' as const, message: `Pending ${random.below(50)}` };
        const { status, body } = await worker.callBack(one, result);
        await body?.cancel();
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        // What somebody sends to Temporal itself passes no gate of ours.
        const { runId, attempt, phase } = one;
        const signal = { runId, stepIndex: 0, phase, attempt, eventId, status: 'pending' };
        await handle.signal('step-completed', random.pick([signal, { ...signal, runId: 'x' }, undefined, 7]));
      }
    };
    const flooding = Promise.all(Array.from({ length: AT_ONCE }, flood));
    await expectNeighboursUnharmed(client, FLOODED);
    await flooding;

    process.stderr.write(`answers: ${JSON.stringify(Object.fromEntries(statuses))}\n`);
    expect([...statuses.keys()].filter((status) => ![202, 429].includes(status))).toEqual([]);
    expect((await getCandidate(client, FLOODED, 'flooded')).runState).toBe('pending');
    const description = await handle.describe();
    process.stderr.write(`history of ${description.historyLength} events after continuing as new\n`);
    expect(description.runId).not.toBe(
      (description.raw.workflowExecutionInfo as { firstRunId?: string }).firstRunId,
    );
    expect(description.historyLength).toBeLessThan(4_096);

    expect(await worker.report(one, { status: 'succeeded' })).toBe(202);
    const two = await until('the next step', async () => (target?.stepName === 'two' ? target : undefined));
    expect(await worker.report(two, { status: 'succeeded' })).toBe(202);
    await until(
      'the end',
      async () => (await getCandidate(client, FLOODED, 'flooded')).status === 'completed',
    );
    expect(await countFailedTasks(temporalClient, `${FLOODED}__flooded`)).toBe(0);
  },
  LIMIT_MS,
);
