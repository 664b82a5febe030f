import { readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { listAll, startForSure, untilAllCompleted } from '../support/api.ts';
import { inForm, LIMIT_MS } from '../support/form.ts';
import { createRandom } from '../support/random.ts';
import { effectsDir, startCountingWorker, startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const candidates = inForm(16, 200);
const kills = inForm(6, 50);
const STEPS = 4;
const MIGRATION = 'counting';

test(
  `promise 1: ${kills} kills of api, engine, worker, Redis and Temporal under ${candidates} runs lose, double and hold up nothing`,
  async () => {
    const stack = await startStack({ name: 'kill', isApart: true, isDurable: true });
    const worker = await startCountingWorker(stack, { candidates });
    const { client, api, engine, redis, temporal } = stack;
    await until('discovery', async () => (await listAll(client, MIGRATION)).length === candidates);

    const random = createRandom(20_261_121);
    const victims = [api, engine, worker, engine, api, redis, temporal];
    const killing = (async () => {
      for (let index = 0; index < kills; index += 1) {
        await delay(200 + random() * 1_500);
        const victim = random.pick(victims);
        await victim.kill('SIGKILL');
        await victim.restart();
      }
    })();
    const starting = Array.from({ length: candidates }, (_, index) =>
      startForSure(client, MIGRATION, `candidate-${index}`),
    );
    await Promise.all([killing, ...starting]);

    const lastKill = Date.now();
    await untilAllCompleted(client, MIGRATION, 90_000);
    process.stderr.write(`all done ${Date.now() - lastKill} ms after the last kill\n`);

    const made = (await readdir(effectsDir(stack))).map((name) => decodeURIComponent(name).split(':'));
    expect(made.length).toBe(candidates * STEPS);
    expect(new Set(made.map(([runId, step]) => `${runId}:${step}`)).size).toBe(candidates * STEPS);
    expect(new Set(made.map(([runId]) => runId)).size).toBe(candidates);
  },
  LIMIT_MS,
);
