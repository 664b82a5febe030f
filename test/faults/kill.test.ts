import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { listAll, startForSure, untilAllCompleted } from '../support/api.ts';
import { startChangedRepositories } from '../support/changed-repositories.ts';
import { inForm, LIMIT_MS } from '../support/form.ts';
import { killInTurns } from '../support/kill-in-turns.ts';
import { createRandom } from '../support/random.ts';
import { effectsDir, startCountingWorker, startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const candidates = inForm(16, 200);
const repositories = inForm(3, 40);
const kills = inForm(6, 50);
const STEPS = 4;
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

    let lastKill = 0;
    const killing = killInTurns(
      (round) => ({ api, engine, worker: round % 2 === 0 ? changed.worker : worker, redis, temporal }),
      { kills, random: createRandom(20_261_121), betweenMs: { least: 200, most: 1_700 } },
    ).then(() => {
      lastKill = Date.now();
    });
    const starting = [
      ...changed.names.map((id) => startForSure(client, changed.migrationId, id)),
      ...Array.from({ length: candidates }, (_, index) =>
        startForSure(client, MIGRATION, `candidate-${index}`),
      ),
    ];
    await Promise.all([killing, ...starting]);

    const leftMs = lastKill + 90_000 - Date.now();
    await Promise.all([
      untilAllCompleted(client, MIGRATION, leftMs),
      untilAllCompleted(client, changed.migrationId, leftMs),
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
