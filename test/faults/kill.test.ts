import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  findRedis,
  findTemporal,
  type RunningProcess,
  startProcess,
  startRedis,
  startServer,
  startTemporal,
} from '@loom/stack';
import { afterEach, expect, test } from 'vitest';
import { candidateAt, createApi, listAll } from '../support/api.ts';
import { until } from '../support/until.ts';

/** `make faults LONG=1` runs the long form. */
const long = process.env['LONG'] === '1';
const candidates = long ? 200 : 20;
const kills = long ? 50 : 8;
const STEPS = 4;

const started: { stop(): Promise<void> }[] = [];
let dir: string | undefined;
afterEach(async () => {
  for (const part of started.toReversed()) await part.stop();
  started.length = 0;
  if (dir !== undefined) await rm(dir, { recursive: true, force: true });
});

function keep<Part extends { stop(): Promise<void> }>(part: Part): Part {
  started.push(part);
  return part;
}

/** Repeatable: the same seed kills the same parts in the same order (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test(
  `${kills} kills of api, engine, worker, Redis and Temporal under ${candidates} runs lose, double and hold up nothing`,
  async () => {
    dir = await mkdtemp(join(tmpdir(), 'loom-kill-'));
    const effects = join(dir, 'effects');
    const temporal = keep(
      await startTemporal({ binary: await findTemporal(), dataFile: join(dir, 'temporal.db') }),
    );
    const redis = keep(await startRedis({ source: await findRedis(), dir: join(dir, 'redis') }));
    const parts = { redisUrl: redis.url, temporalAddress: temporal.address, from: 'source' as const };
    const env = { LOOM_LEASE_SECONDS: '6', LOOM_HEARTBEAT_SECONDS: '2', LOOM_LOG_LEVEL: 'warn' };
    const api = keep(
      await startServer({ ...parts, role: 'api', name: 'api', env, logFile: join(dir, 'api.log') }),
    );
    const engine = keep(
      await startServer({
        ...parts,
        role: 'engine',
        name: 'engine',
        env: { ...env, LOOM_PUBLIC_URL: api.url },
        logFile: join(dir, 'engine.log'),
      }),
    );
    const worker = keep(
      await startProcess({
        name: 'worker',
        command: process.execPath,
        args: ['node_modules/tsx/dist/cli.mjs', '--conditions=source', 'test/support/counting-worker.ts'],
        env: {
          EFFECTS_DIR: effects,
          CANDIDATES: String(candidates),
          LOOM_SERVER_URL: api.url,
          LOOM_WORKER_LISTEN: '127.0.0.1:0',
          LOOM_WORKER_REDIS_URL: redis.url,
        },
        logFile: join(dir, 'worker.log'),
      }),
    );
    const client = createApi(api.url);
    await until('discovery', async () => (await listAll(client, 'counting')).length === candidates);

    const random = createRandom(20_261_121);
    const victims: readonly RunningProcess[] = [
      api,
      engine,
      worker,
      engine,
      api,
      redis as unknown as RunningProcess,
      temporal as unknown as RunningProcess,
    ];
    const killing = (async () => {
      for (let index = 0; index < kills; index += 1) {
        await delay(200 + random() * 1_500);
        const victim = victims[Math.floor(random() * victims.length)];
        await victim?.kill('SIGKILL');
        await victim?.restart();
      }
    })();
    const starting = Array.from({ length: candidates }, (_, index) =>
      until(
        `start of candidate-${index}`,
        async () => {
          const { response } = await client.POST(
            '/migrations/{migrationId}/candidates/{candidateId}/start',
            candidateAt('counting', `candidate-${index}`),
          );
          return response.status === 202 || response.status === 409;
        },
        { everyMs: 300, timeoutMs: 120_000 },
      ),
    );
    await Promise.all([killing, ...starting]);

    const lastKill = Date.now();
    await until(
      'every run to complete',
      async () => {
        const all = await listAll(client, 'counting');
        return all.every((candidate) => candidate.status === 'completed');
      },
      { timeoutMs: 90_000, everyMs: 500 },
    );
    process.stderr.write(`all done ${Date.now() - lastKill} ms after the last kill\n`);

    const made = await readdir(effects);
    const byStep = new Set(made.map((name) => decodeURIComponent(name).split(':').slice(0, 2).join(':')));
    expect(made.length).toBe(candidates * STEPS);
    expect(byStep.size).toBe(candidates * STEPS);
    expect(new Set(made.map((name) => decodeURIComponent(name).split(':')[0])).size).toBe(candidates);
  },
  long ? 1_200_000 : 240_000,
);
