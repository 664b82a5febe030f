import { readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { getFreePorts } from '@loom/stack';
import { expect, test } from 'vitest';
import { listAll, startForSure, untilAllCompleted } from '../support/api.ts';
import { inForm, LIMIT_MS } from '../support/form.ts';
import { addressOf, openLink } from '../support/link.ts';
import { createRandom } from '../support/random.ts';
import { effectsDir, startCountingWorker, startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const PAUSE_MS = inForm(700, 30_000);
const CUT_MS = inForm(600, 15_000);
const BETWEEN_MS = inForm(200, 2_000);
const ROUNDS = inForm(1, 3);
const candidates = inForm(16, 200);
const STEPS = 4;
const MIGRATION = 'counting';

test(
  `promise 2: after pauses of ${PAUSE_MS} ms and cut links between all parts no status is wrong`,
  async () => {
    const stack = await startStack({ name: 'cuts', isApart: true, hasLinks: true });
    const { client, api, engine, redis, temporal, keep } = stack;
    const workerToApi = keep(await openLink(addressOf(api.url)));
    const workerToRedis = keep(await openLink(addressOf(redis.url)));
    const [port] = await getFreePorts(1);
    const serverToWorker = keep(await openLink(`127.0.0.1:${port}`));
    const worker = await startCountingWorker(stack, {
      candidates,
      serverUrl: workerToApi.through(api.url),
      env: {
        STEP_MS: '300',
        LOOM_WORKER_LISTEN: `127.0.0.1:${port}`,
        LOOM_WORKER_URL: `http://${serverToWorker.address}`,
        LOOM_WORKER_REDIS_URL: workerToRedis.through(redis.url),
      },
    });
    await until('discovery', async () => (await listAll(client, MIGRATION)).length === candidates);

    const random = createRandom(2);
    const links = [
      ['api', 'Redis', stack.links.apiToRedis],
      ['api', 'Temporal', stack.links.apiToTemporal],
      ['engine', 'Redis', stack.links.engineToRedis],
      ['engine', 'Temporal', stack.links.engineToTemporal],
      ['server', 'worker', serverToWorker],
      ['worker', 'api', workerToApi],
      ['worker', 'Redis', workerToRedis],
    ] as const;
    /** Reset in one round, silent in the next: one half of the links begins with each. */
    const broken = (round: number) =>
      links.map(([from, to, link], index) => ({
        name: `${from} to ${to}`,
        ms: CUT_MS,
        begin: async () => ((round + index) % 2 === 0 ? link.cut() : link.hang()),
        end: async () => link.heal(),
      }));
    const paused = (name: string, part: { kill(signal: NodeJS.Signals): Promise<void> }) => ({
      name: `pause of ${name}`,
      ms: PAUSE_MS,
      begin: () => part.kill('SIGSTOP'),
      end: () => part.kill('SIGCONT'),
    });
    const pauses = [
      paused('api', api),
      paused('engine', engine),
      paused('worker', worker),
      paused('Redis', redis),
      paused('Temporal', temporal),
    ];
    const order = Array.from({ length: ROUNDS }, (_, round) =>
      random.shuffle([...broken(round), ...pauses]),
    ).flat();
    process.stderr.write(`in this order: ${order.map(({ name }) => name).join(', ')}\n`);
    // Starts are spread over the faults, so that each fault meets runs in every step.
    const starting = Array.from({ length: candidates }, async (_, index) => {
      await delay((index / candidates) * order.length * (CUT_MS + BETWEEN_MS));
      await startForSure(client, MIGRATION, `candidate-${index}`);
    });
    const striking = (async () => {
      for (const fault of order) {
        await fault.begin();
        await delay(fault.ms);
        await fault.end();
        await delay(BETWEEN_MS);
      }
    })();
    await Promise.all([striking, ...starting]);

    const healed = Date.now();
    await untilAllCompleted(client, MIGRATION, 60_000);
    process.stderr.write(`all done ${Date.now() - healed} ms after healing\n`);
    // Temporal says the same of each, and every effect was made once.
    for (let index = 0; index < candidates; index += 1) {
      const handle = stack.temporalClient.workflow.getHandle(`${MIGRATION}__candidate-${index}`);
      expect((await handle.describe()).status.name).toBe('COMPLETED');
    }
    const made = (await readdir(effectsDir(stack))).map((name) => decodeURIComponent(name).split(':'));
    expect(made.length).toBe(candidates * STEPS);
    expect(new Set(made.map(([runId, step]) => `${runId}:${step}`)).size).toBe(candidates * STEPS);
    expect(new Set(made.map(([runId]) => runId)).size).toBe(candidates);
  },
  LIMIT_MS,
);
