import { fileURLToPath } from 'node:url';
import type { Environment } from './environment.ts';
import { getFreePorts } from './free-port.ts';
import { type RunningProcess, startProcess } from './start-process.ts';

/** The repository; this file is as deep in `src` as in `dist`. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** `dist` runs what was built; `source` runs the sources with tsx, `watch` restarts them on change. */
export type RunFrom = 'dist' | 'source' | 'watch';

export interface ServerOptions {
  readonly redisUrl: string;
  readonly temporalAddress: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly role?: 'all' | 'api' | 'engine';
  /** More of the server's environment. */
  readonly env?: Environment;
  readonly from?: RunFrom;
  readonly name?: string;
  readonly logFile?: string;
  readonly onLine?: (line: string) => void;
}

export interface RunningServer extends RunningProcess {
  readonly url: string;
}

/** Starts a Loom server on loopback and resolves when it is ready to serve. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const [free] = options.port === undefined || options.port === 0 ? await getFreePorts(1) : [options.port];
  const url = `http://127.0.0.1:${free}`;
  const server = await startProcess({
    name: options.name ?? 'server',
    ...program('server', options.from),
    cwd: ROOT,
    env: {
      LOOM_LISTEN: `127.0.0.1:${free}`,
      LOOM_PUBLIC_URL: url,
      LOOM_REDIS_URL: options.redisUrl,
      LOOM_TEMPORAL_ADDRESS: options.temporalAddress,
      LOOM_ROLE: options.role ?? 'all',
      ...options.env,
    },
    readyUrl: `${url}/readyz`,
    readyTimeoutMs: 60_000,
    stopTimeoutMs: 30_000,
    ...logged(options),
  });
  return Object.assign(server, { url });
}

export interface WorkerOptions {
  /** The folder below `workers`. */
  readonly worker: string;
  readonly serverUrl: string;
  /** Where the worker keeps its keys; one of the two. */
  readonly redisUrl?: string;
  readonly stateDir?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly env?: Environment;
  readonly from?: RunFrom;
  readonly logFile?: string;
  readonly onLine?: (line: string) => void;
}

/** Starts a worker of this repository and resolves when it answers; it announces by itself. */
export async function startWorker(options: WorkerOptions): Promise<RunningServer> {
  const [free] = options.port === undefined || options.port === 0 ? await getFreePorts(1) : [options.port];
  const url = `http://127.0.0.1:${free}`;
  const worker = await startProcess({
    name: options.worker,
    ...program(`workers/${options.worker}`, options.from),
    cwd: ROOT,
    env: {
      LOOM_SERVER_URL: options.serverUrl,
      LOOM_WORKER_LISTEN: `127.0.0.1:${free}`,
      LOOM_WORKER_URL: url,
      ...(options.redisUrl === undefined ? {} : { LOOM_WORKER_REDIS_URL: options.redisUrl }),
      ...(options.stateDir === undefined ? {} : { LOOM_WORKER_STATE_DIR: options.stateDir }),
      ...options.env,
    },
    readyUrl: `${url}/healthz`,
    readyTimeoutMs: 60_000,
    stopTimeoutMs: 30_000,
    ...logged(options),
  });
  return Object.assign(worker, { url });
}

function program(
  folder: string,
  from: RunFrom = 'dist',
): { readonly command: string; readonly args: readonly string[] } {
  if (from === 'dist') return { command: process.execPath, args: [`${folder}/dist/main.js`] };
  const watch = from === 'watch' ? ['watch', '--clear-screen=false'] : [];
  return {
    command: process.execPath,
    args: ['node_modules/tsx/dist/cli.mjs', ...watch, '--conditions=source', `${folder}/src/main.ts`],
  };
}

function logged({
  logFile,
  onLine,
}: Pick<ServerOptions, 'logFile' | 'onLine'>): Pick<ServerOptions, 'logFile' | 'onLine'> {
  return { ...(logFile === undefined ? {} : { logFile }), ...(onLine === undefined ? {} : { onLine }) };
}
