import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findRedis,
  findTemporal,
  startProcess,
  startRedis,
  startServer,
  startTemporal,
  startWorker,
} from '@loom/stack';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { seedWorld, startForge, startMigrationWorker } from '../../dev/demo/src/start-world.ts';
import { findChromium } from './find-chromium.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server, with the console. */
    consoleUrl: string;
    /** Of the one browser; connect with `chromium.connect`. */
    browserEndpoint: string;
    /** The local forge, as the person who reviews and merges. */
    forgeUrl: string;
    forgeToken: string;
    /** Where screenshots go. */
    artifacts: string;
  }
}

/** What a browser on a closed network must not try: each would fail slowly. */
const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).toReversed()) await each();
  };
  try {
    const dir = await mkdtemp(join(tmpdir(), 'loom-browser-'));
    stops.push(() => rm(dir, { recursive: true, force: true }));
    const log = (line: string) => process.stderr.write(`${line}\n`);
    const temporal = await startTemporal({ binary: await findTemporal({ log }), uiPort: 0 });
    stops.push(() => temporal.stop());
    const redis = await startRedis({ source: await findRedis({ log }) });
    stops.push(() => redis.stop());
    const server = await startServer({
      redisUrl: redis.url,
      temporalAddress: temporal.address,
      logFile: join(dir, 'server.log'),
      env: {
        LOOM_TEST_CALLBACKS: 'on',
        LOOM_TEMPORAL_UI_URL: temporal.uiUrl ?? '',
        // A step is given up soon enough to be waited for.
        LOOM_MAX_DELIVERIES: '3',
      },
    });
    stops.push(() => server.stop());
    const worker = await startWorker({
      worker: 'hello-world',
      serverUrl: server.url,
      redisUrl: redis.url,
      logFile: join(dir, 'worker.log'),
    });
    stops.push(() => worker.stop());
    const renamer = await startProcess({
      name: 'rename-worker',
      command: process.execPath,
      args: ['node_modules/tsx/dist/cli.mjs', '--conditions=source', 'test/browser/rename-worker.ts'],
      env: {
        REGISTRY_DIR: join(dir, 'registry'),
        LOOM_SERVER_URL: server.url,
        LOOM_WORKER_LISTEN: '127.0.0.1:0',
        LOOM_WORKER_REDIS_URL: redis.url,
      },
      logFile: join(dir, 'rename-worker.log'),
    });
    stops.push(() => renamer.stop());
    const world = await startForge(dir, dir, 0);
    stops.push(() => world.forge.process.stop());
    await seedWorld(world, () => undefined);
    const migrator = await startMigrationWorker(world, { server, redis, temporal, logs: dir, stop }, 'dist');
    stops.push(() => migrator.stop());
    const browser = await chromium.launchServer({ executablePath: findChromium(), args: CHROMIUM_ARGS });
    stops.push(() => browser.close());
    const artifacts = join(process.cwd(), 'test', 'artifacts');
    await mkdir(artifacts, { recursive: true });
    provide('consoleUrl', server.url);
    provide('browserEndpoint', browser.wsEndpoint());
    provide('artifacts', artifacts);
    provide('forgeUrl', world.forge.url);
    provide('forgeToken', world.forge.token);
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
