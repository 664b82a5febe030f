import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedisSource } from './find-redis.ts';
import { startOnPorts } from './free-port.ts';
import { pingRedis } from './ping-redis.ts';
import { redisContainer } from './redis-container.ts';
import { startProcess } from './start-process.ts';

export interface StartRedisOptions {
  /** From `findRedis`. */
  readonly source: RedisSource;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Folder of the append-only file. Default: a new one in the temporary folder, deleted by `stop`. */
  readonly dir?: string;
  readonly logFile?: string;
}

/** A Redis that answers. One given by address is used as it is, and is not ours to kill or to restart. */
export interface RunningRedis {
  readonly url: string;
  /** Of our child process; nothing for a Redis given by address. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
  /** SIGKILL by default; `SIGSTOP` and `SIGCONT` make it hang and go on. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Same port, same data. */
  restart(): Promise<void>;
}

/** An acknowledged write is on the disk. */
const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];

interface RedisCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** For a server that a signal to our child would not reach. */
  readonly signalInside?: (signal: NodeJS.Signals) => Promise<void>;
}

function binary(path: string, port: number, dir: string): RedisCommand {
  const own = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir, '--daemonize', 'no'];
  return { command: path, args: [...own, ...durable] };
}

/** Starts a Redis on 127.0.0.1 that has every acknowledged write on the disk, and waits until it answers. */
export async function startRedis(options: StartRedisOptions): Promise<RunningRedis> {
  const { source, port = 0 } = options;
  if (source.kind === 'url') return useGiven(source.url);

  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'loom-redis-')));
  await mkdir(dir, { recursive: true });
  const deleteOwnDir = async () => {
    if (options.dir === undefined) await rm(dir, { recursive: true, force: true });
  };
  try {
    const { child, signalInside, url } = await startOnPorts([port], async ([chosen = 0]) => {
      const url = `redis://127.0.0.1:${chosen}`;
      const { command, args, signalInside } =
        source.kind === 'binary'
          ? binary(source.path, chosen, dir)
          : await redisContainer(source, chosen, dir, durable);
      const child = await startProcess({
        name: source.kind === 'binary' ? 'Redis' : `Redis (${source.image})`,
        command,
        args,
        ...(options.logFile === undefined ? {} : { logFile: options.logFile }),
        isReady: async (pid) => {
          const answer = await pingRedis(url, 1_000);
          // Another Redis may have taken the port in between.
          return source.kind === 'docker' || answer.processId === pid;
        },
      });
      return { child, signalInside, url };
    });
    return {
      url,
      get pid() {
        return child.pid;
      },
      stop: async () => {
        await child.stop();
        await deleteOwnDir();
      },
      kill: async (signal = 'SIGKILL') => {
        if (signalInside === undefined || !child.isRunning()) return child.kill(signal);
        await signalInside(signal);
        if (signal === 'SIGKILL') await child.waitForExit();
      },
      restart: () => child.restart(),
    };
  } catch (error) {
    await deleteOwnDir();
    throw error;
  }
}

function useGiven(url: string): RunningRedis {
  const refuse = async () => {
    throw new Error('This Redis was given by its address, so it is not ours to kill or to restart.');
  };
  return { url, pid: undefined, stop: async () => {}, kill: refuse, restart: refuse };
}
