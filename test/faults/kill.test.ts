import { readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { listAll, startForSure, untilAllCompleted } from '../support/api.ts';
import { startChangedRepositories } from '../support/changed-repositories.ts';
import { inForm, LIMIT_MS } from '../support/form.ts';
import { createRandom } from '../support/random.ts';
import { effectsDir, startCountingWorker, startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const candidates = inForm(16, 200);
const repositories = inForm(3, 40);
const kills = inForm(6, 50);
const STEPS = 4;
const PARTS = 5;
const MIGRATION = 'counting';

test(
  `promise 1: ${kills} kills of api, engine, worker, Redis and Temporal under ${candidates + repositories} runs lose, double and hold up nothing`,
  async () => {
    const stack = await startStack({ name: 'kill', isApart: true, isDurable: true });
    const worker = await startCountingWorker(stack, { candidates });
    const changed = await startChangedRepositories(stack, repositories);
    const { client, api, engine, redis, temporal } = stack;
    await until('discovery', async () => (await listAll(client, MIGRATION)).length === candidates);
    await until(
      'discovery',
      async () => (await listAll(client, changed.migrationId)).length === repositories,
    );

    const random = createRandom(20_261_121);
    // Each part as often as the others, give or take one.
    const victims = Array.from({ length: Math.ceil(kills / PARTS) }, (_, round) =>
      random.shuffle([api, engine, round % 2 === 0 ? changed.worker : worker, redis, temporal]),
    ).flat();
    const killing = (async () => {
      for (const victim of victims.slice(0, kills)) {
        await delay(200 + random() * 1_500);
        await victim.kill('SIGKILL');
        await victim.restart();
      }
    })();
    const starting = [
      ...changed.names.map((id) => startForSure(client, changed.migrationId, id)),
      ...Array.from({ length: candidates }, (_, index) =>
        startForSure(client, MIGRATION, `candidate-${index}`),
      ),
    ];
    await Promise.all([killing, ...starting]);

    const lastKill = Date.now();
    await Promise.all([
      untilAllCompleted(client, MIGRATION, 90_000),
      untilAllCompleted(client, changed.migrationId, 90_000),
    ]);
    process.stderr.write(`all done ${Date.now() - lastKill} ms after the last kill\n`);

    const made = (await readdir(effectsDir(stack))).map((name) => decodeURIComponent(name).split(':'));
    expect(made.length).toBe(candidates * STEPS);
    expect(new Set(made.map(([runId, step]) => `${runId}:${step}`)).size).toBe(candidates * STEPS);
    expect(new Set(made.map(([runId]) => runId)).size).toBe(candidates);
    expect(await changed.effects()).toEqual(changed.onceEach);
  },
  LIMIT_MS,
);
