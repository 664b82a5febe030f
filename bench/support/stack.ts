import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Environment,
  findRedis,
  findTemporal,
  getFreePorts,
  type RunningProcess,
  type RunningRedis,
  type RunningServer,
  type RunningTemporal,
  startProcess,
  startRedis,
  startTemporal,
} from '@loom/stack';
import { Client, Connection } from '@temporalio/client';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Redis that syncs every write, and Temporal's development server: in memory, or on a file as Compose starts it. */
export interface Parts {
  readonly dir: string;
  readonly redis: RunningRedis;
  readonly temporal: RunningTemporal;
  readonly temporalClient: Client;
  /** Stops it with the parts, the newest first. */
  keep<Part extends { stop(): Promise<unknown> }>(part: Part): Part;
  /** One program that was built, as in production. */
  startServer(options?: {
    readonly role?: 'all' | 'api' | 'engine';
    readonly env?: Environment;
    readonly nodeArguments?: readonly string[];
  }): Promise<RunningServer>;
  startScript(path: string, env: Environment): Promise<RunningProcess>;
  stop(): Promise<void>;
}

export async function startParts({ keepsRuns = false } = {}): Promise<Parts> {
  const dir = await mkdtemp(join(tmpdir(), 'loom-bench-'));
  const kept: { stop(): Promise<unknown> }[] = [];
  const keep: Parts['keep'] = (part) => {
    kept.push(part);
    return part;
  };
  const stop = async () => {
    for (const part of kept.toReversed()) await part.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const redis = keep(await startRedis({ source: await findRedis(), dir: join(dir, 'redis') }));
    const temporal = keep(
      await startTemporal({
        binary: await findTemporal(),
        ...(keepsRuns ? { dataFile: join(dir, 'temporal.db') } : {}),
      }),
    );
    const connection = await Connection.connect({ address: temporal.address });
    keep({ stop: () => connection.close() });
    return {
      dir,
      redis,
      temporal,
      temporalClient: new Client({ connection }),
      keep,
      async startServer({ role = 'all', env = {}, nodeArguments = [] } = {}) {
        const [port] = await getFreePorts(1);
        const url = `http://127.0.0.1:${port}`;
        const server = await startProcess({
          name: role,
          command: process.execPath,
          args: [...nodeArguments, 'server/dist/main.js'],
          cwd: ROOT,
          env: {
            NODE_ENV: 'production',
            LOOM_ROLE: role,
            LOOM_LISTEN: `127.0.0.1:${port}`,
            LOOM_PUBLIC_URL: url,
            LOOM_REDIS_URL: redis.url,
            LOOM_TEMPORAL_ADDRESS: temporal.address,
            LOOM_LOG_LEVEL: 'error',
            ...env,
          },
          readyUrl: `${url}/readyz`,
          readyTimeoutMs: 60_000,
          stopTimeoutMs: 30_000,
          logFile: join(dir, `${role}.log`),
        });
        return keep(Object.assign(server, { url }));
      },
      async startScript(path, env) {
        return keep(
          await startProcess({
            name: path,
            command: process.execPath,
            args: ['--conditions=source', '--import=tsx', path],
            cwd: ROOT,
            env: { NODE_ENV: 'production', LOOM_TEMPORAL_ADDRESS: temporal.address, ...env },
            readyLine: /^ready$/,
          }),
        );
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
