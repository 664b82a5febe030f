import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { cancel, getSteps, listAll, startForSure } from '../support/api.ts';
import { inForm, LIMIT_MS } from '../support/form.ts';
import { begunDir, effectsDir, startCountingWorker, startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const RUNS = inForm(4, 60);
const ID = 'counting';

test(
  `promise 4: ${RUNS} steps that are cancelled while their worker is dead are not worked on when it is back`,
  async () => {
    const stack = await startStack({
      name: 'cancelled',
      env: { LOOM_LEASE_SECONDS: '3', LOOM_HEARTBEAT_SECONDS: '1' },
    });
    const { client } = stack;
    const env = { STEP_MS: '3000', LOOM_WORKER_LEASE_MS: '2000', LOOM_WORKER_CONCURRENCY: String(RUNS) };
    const worker = await startCountingWorker(stack, { candidates: RUNS, env });
    await until('discovery', async () => (await listAll(client, ID)).length === RUNS);
    await Promise.all(Array.from({ length: RUNS }, (_, n) => startForSure(client, ID, `candidate-${n}`)));
    const begun = () => readdir(begunDir(stack));
    await until('every run in mid-step', async () => (await begun()).length === RUNS, { everyMs: 20 });
    await worker.kill('SIGKILL');

    const runIds: string[] = [];
    for (let n = 0; n < RUNS; n += 1) {
      const candidateId = `candidate-${n}`;
      runIds.push((await getSteps(client, ID, candidateId)).runId ?? '');
      expect(await cancel(client, ID, candidateId)).toBe(202);
    }
    await until('every run to be over', async () =>
      (await listAll(client, ID)).every(({ status }) => status === 'not_started'),
    );
    await worker.restart();
    await until('the worker to ask whether each is still wanted', async () => {
      const answers = await Promise.all(
        runIds.map(async (runId) => {
          const { data } = await client.GET('/deliveries', {
            params: { query: { run: runId, direction: 'in' } },
          });
          return data?.items.some(({ status }) => status === 410);
        }),
      );
      return answers.every((isRefused) => isRefused === true);
    });
    await until('the worker to have nothing to do', async () => {
      const { data } = await client.GET('/workers');
      const instances = data?.items.find(({ workerApp }) => workerApp === ID)?.instances ?? [];
      const own = `${ID}-${worker.pid}-`;
      return instances.some(({ instanceId, state }) => instanceId.startsWith(own) && state === 'ready');
    });

    expect(await begun()).toHaveLength(RUNS);
    expect(await readdir(effectsDir(stack))).toEqual([]);
  },
  LIMIT_MS,
);
