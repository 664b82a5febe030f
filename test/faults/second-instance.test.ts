import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { getSteps, listAll, startForSure, untilAllCompleted } from '../support/api.ts';
import { inForm, LIMIT_MS } from '../support/form.ts';
import { createRandom } from '../support/random.ts';
import { begunDir, effectsDir, startCountingWorker, startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const RUNS = inForm(6, 100);
const KILLS = inForm(1, 10);
const STEPS = 4;
const STEP_MS = 1_000;
const ID = 'counting';

test(
  `promise 11: one of two instances of a worker killed ${KILLS} times in mid-step gives its steps to the other with the same key, and every effect is made once`,
  async () => {
    const stack = await startStack({
      name: 'instances',
      env: { LOOM_LEASE_SECONDS: '3', LOOM_HEARTBEAT_SECONDS: '1' },
    });
    const { client } = stack;
    const env = { STEP_MS: String(STEP_MS), LOOM_WORKER_LEASE_MS: '2000' };
    const instances = await Promise.all(
      ['first', 'second'].map((name) => startCountingWorker(stack, { name, candidates: RUNS, env })),
    );
    await until('two instances', async () => {
      const { data } = await client.GET('/workers');
      return data?.items.find(({ workerApp }) => workerApp === ID)?.instances.length === 2;
    });
    await until('discovery', async () => (await listAll(client, ID)).length === RUNS);
    await Promise.all(Array.from({ length: RUNS }, (_, n) => startForSure(client, ID, `candidate-${n}`)));

    const random = createRandom(11);
    for (let kill = 0; kill < KILLS; kill += 1) {
      // The first third of a step, so that it is killed in the middle of one.
      const inMidStep = await until(
        'an instance in mid-step',
        async () => {
          const pids = new Set<number>();
          for (const name of await readdir(begunDir(stack))) {
            const { mtimeMs } = await stat(join(begunDir(stack), name));
            if (Date.now() - mtimeMs < STEP_MS / 3) pids.add(Number(name.slice(name.lastIndexOf('@') + 1)));
          }
          const found = instances.filter((one) => one.isRunning() && pids.has(one.pid));
          return found.length > 0 && found;
        },
        { everyMs: 20 },
      );
      const victim = random.pick(inMidStep);
      await victim.kill('SIGKILL');
      // With one instance left the run of each step goes on; the dead one comes back only for the next kill.
      if (kill < KILLS - 1) await victim.restart();
    }
    await untilAllCompleted(client, ID, 90_000);

    const made = (await readdir(effectsDir(stack))).map((name) => decodeURIComponent(name));
    expect(made.length).toBe(RUNS * STEPS);
    for (let n = 0; n < RUNS; n += 1) {
      const { steps, runId = '' } = await getSteps(client, ID, `candidate-${n}`);
      for (const { name, attempts } of steps) {
        // The same attempt, and so the same key, however often it was delivered.
        expect(attempts).toMatchObject([{ attempt: 1, outcome: 'succeeded' }]);
        expect(made.filter((key) => key.startsWith(`${runId}:${name}:`)).length).toBe(1);
      }
    }
    // By the server, or by the other instance, which finds it in the store that both share.
    const begun = (await readdir(begunDir(stack))).map((name) => name.slice(0, name.lastIndexOf('@')));
    const takenOver = begun.length - new Set(begun).size;
    process.stderr.write(`${takenOver} steps were taken over by the other instance\n`);
    expect(takenOver).toBeGreaterThan(0);
  },
  LIMIT_MS,
);
