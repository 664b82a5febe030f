import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Environment,
  findRedis,
  findTemporal,
  getFreePorts,
  type RunningProcess,
  type RunningRedis,
  type RunningServer,
  type RunningTemporal,
  type ServerOptions,
  startProcess,
  startRedis,
  startServer,
  startTemporal,
  type TemporalDynamicConfig,
} from '@loom/stack';
import { Client, Connection } from '@temporalio/client';
import { inject, onTestFailed, onTestFinished } from 'vitest';
import { type Api, createApi } from './api.ts';
import type {} from './fresh-build.ts';
import { addressOf, type Link, openLink } from './link.ts';

export interface StackOptions {
  /** Of the folder and of messages. */
  readonly name: string;
  /** API and engine in processes of their own. Default: one process with both roles. */
  readonly isApart?: boolean;
  /** Temporal keeps its runs on the disk, to be killed and to come back. */
  readonly isDurable?: boolean;
  /** Links from Loom to Redis and Temporal, which can be cut. */
  readonly hasLinks?: boolean;
  readonly env?: Environment;
  /** Takes what ends a part. Default: it ends with the test. */
  readonly onEnd?: (end: () => Promise<void>) => void;
  readonly dynamicConfig?: TemporalDynamicConfig;
}

/** From a process of Loom to a part. */
export interface StackLinks {
  readonly apiToRedis: Link;
  readonly apiToTemporal: Link;
  readonly engineToRedis: Link;
  readonly engineToTemporal: Link;
}

/** A whole Loom in processes of its own. Everything that is kept with it stops with it, the newest first. */
export interface Stack {
  readonly dir: string;
  readonly redis: RunningRedis;
  readonly temporal: RunningTemporal;
  readonly api: RunningServer;
  /** The same process as `api` unless the stack is apart. */
  readonly engine: RunningServer;
  readonly client: Api;
  readonly temporalClient: Client;
  /** Of a stack with links. */
  readonly links: StackLinks;
  keep<Part extends { stop(): Promise<unknown> }>(part: Part): Part;
}

/** Leases, heartbeats and checks as short as they go, so that what they find is found within a test. */
const QUICK = {
  LOOM_LEASE_SECONDS: '6',
  LOOM_HEARTBEAT_SECONDS: '2',
  LOOM_RECONCILE_SECONDS: '5',
  LOOM_START_GRACE_SECONDS: '3',
  LOOM_CANCEL_GRACE_SECONDS: '3',
  LOOM_REDELIVER_SECONDS: '1',
  LOOM_REDELIVER_AGAIN_SECONDS: '5',
  LOOM_LOG_LEVEL: 'warn',
};

/** Starts a stack, by default for one test. The end of its logs is shown when that has failed. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dir = await mkdtemp(join(tmpdir(), `loom-${options.name}-`));
  const onEnd = options.onEnd ?? ((end) => onTestFinished(end));
  onEnd(() => rm(dir, { recursive: true, force: true }));
  const keep: Stack['keep'] = (part) => {
    onEnd(async () => {
      await part.stop();
    });
    return part;
  };

  const [redis, temporal] = await Promise.all([
    findRedis()
      .then((source) => startRedis({ source, dir: join(dir, 'redis') }))
      .then(keep),
    findTemporal()
      .then((binary) =>
        startTemporal({
          binary,
          ...(options.isDurable === true ? { dataFile: join(dir, 'temporal.db') } : {}),
          ...(options.dynamicConfig === undefined ? {} : { dynamicConfig: options.dynamicConfig }),
        }),
      )
      .then(keep),
  ]);
  const connection = Connection.lazy({ address: temporal.address });
  keep({ stop: () => connection.close() });
  const links = options.hasLinks === true ? await openLinks(redis, temporal, keep) : undefined;

  const env = { ...QUICK, ...options.env };
  const isApart = options.isApart === true;
  const [port = 0] = await getFreePorts(1);
  const start = (name: 'api' | 'engine', at: Pick<ServerOptions, 'redisUrl' | 'temporalAddress' | 'port'>) =>
    startServer({
      ...at,
      from: inject('runFrom'),
      role: isApart ? name : 'all',
      name,
      env: name === 'engine' ? { ...env, LOOM_PUBLIC_URL: `http://127.0.0.1:${port}` } : env,
      logFile: join(dir, `${name}.log`),
    }).then(keep);
  const apiRunning = start('api', {
    redisUrl: links?.apiToRedis.through(redis.url) ?? redis.url,
    temporalAddress: links?.apiToTemporal.address ?? temporal.address,
    port,
  });
  const [api, engine] = await Promise.all([
    apiRunning,
    isApart
      ? start('engine', {
          redisUrl: links?.engineToRedis.through(redis.url) ?? redis.url,
          temporalAddress: links?.engineToTemporal.address ?? temporal.address,
        })
      : apiRunning,
  ]);
  if (options.onEnd === undefined) {
    onTestFailed(() => {
      for (const part of new Set([api, engine])) process.stderr.write(`--- ${part.name}\n${part.tail(30)}\n`);
    });
  }
  return {
    dir,
    redis,
    temporal,
    api,
    engine,
    client: createApi(api.url),
    temporalClient: new Client({ connection }),
    get links() {
      if (links === undefined) throw new Error('This stack has no links.');
      return links;
    },
    keep,
  };
}

async function openLinks(
  redis: RunningRedis,
  temporal: RunningTemporal,
  keep: Stack['keep'],
): Promise<StackLinks> {
  const to = async (address: string) => keep(await openLink(address));
  return {
    apiToRedis: await to(addressOf(redis.url)),
    apiToTemporal: await to(temporal.address),
    engineToRedis: await to(addressOf(redis.url)),
    engineToTemporal: await to(temporal.address),
  };
}

/** Starts a process of `counting-worker.ts`, whose effects are counted in `effectsDir`. */
export async function startCountingWorker(
  stack: Pick<Stack, 'api' | 'redis' | 'dir' | 'keep'>,
  options: {
    readonly candidates: number;
    readonly name?: string;
    readonly serverUrl?: string;
    readonly env?: Environment;
  },
): Promise<RunningProcess> {
  const name = options.name ?? 'worker';
  return stack.keep(
    await startProcess({
      name,
      command: process.execPath,
      // Not by the command of tsx, so that the process is the worker itself.
      args: [
        ...(inject('runFrom') === 'dist' ? [] : ['--conditions=source']),
        '--import=tsx',
        'test/support/counting-worker.ts',
      ],
      env: {
        EFFECTS_DIR: effectsDir(stack),
        CANDIDATES: String(options.candidates),
        LOOM_SERVER_URL: options.serverUrl ?? stack.api.url,
        LOOM_WORKER_LISTEN: '127.0.0.1:0',
        LOOM_WORKER_REDIS_URL: stack.redis.url,
        ...options.env,
      },
      logFile: join(stack.dir, `${name}.log`),
    }),
  );
}

/** Where it notes the keys that were begun, as `<key>@<pid>`. */
export const begunDir = (stack: Pick<Stack, 'dir'>): string => `${effectsDir(stack)}-begun`;

export const effectsDir = (stack: Pick<Stack, 'dir'>): string => join(stack.dir, 'effects');
