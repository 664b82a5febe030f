import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  findRedis,
  findTemporal,
  type Progress,
  type RunFrom,
  type RunningRedis,
  type RunningServer,
  type RunningTemporal,
  startRedis,
  startServer,
  startTemporal,
} from '@loom/stack';

export interface Stack {
  readonly redis: RunningRedis;
  readonly temporal: RunningTemporal;
  readonly server: RunningServer;
  /** Logs of every part. */
  readonly logs: string;
  /** In the reverse order of starting. */
  stop(): Promise<void>;
}

export interface StackOptions {
  readonly progress: Progress;
  /** Data and logs. */
  readonly dir: string;
  readonly from: RunFrom;
  /** 0 takes a free one. */
  readonly port: number;
  /** Keep Temporal's and Redis's data in `dir`, for the next start. */
  readonly keepsData?: boolean;
}

/** Finds or gets Temporal and Redis, and starts them and the server on loopback. */
export async function startStack({
  progress,
  dir,
  from,
  port,
  keepsData = false,
}: StackOptions): Promise<Stack> {
  const logs = join(dir, 'logs');
  await mkdir(logs, { recursive: true });
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const each of stops.toReversed()) await each();
    stops.length = 0;
  };
  try {
    const binary = await progress.phase('Find Temporal', (report) => findTemporal({ log: report }));
    const source = await progress.phase('Find Redis', (report) => findRedis({ log: report }));
    const [temporal, redis] = await progress.phase('Start Temporal and Redis', () =>
      Promise.all([
        startTemporal({
          binary,
          uiPort: 0,
          logFile: join(logs, 'temporal.log'),
          ...(keepsData ? { dataFile: join(dir, 'temporal.db') } : {}),
        }),
        startRedis({
          source,
          logFile: join(logs, 'redis.log'),
          ...(keepsData ? { dir: join(dir, 'redis') } : {}),
        }),
      ]),
    );
    stops.push(
      () => temporal.stop(),
      () => redis.stop(),
    );
    const server = await progress.phase('Start the server', () =>
      startServer({
        redisUrl: redis.url,
        temporalAddress: temporal.address,
        port,
        from,
        env: {
          LOOM_TEST_CALLBACKS: 'on',
          ...(temporal.uiUrl === undefined ? {} : { LOOM_TEMPORAL_UI_URL: temporal.uiUrl }),
        },
        logFile: join(logs, 'server.log'),
      }),
    );
    stops.push(() => server.stop());
    return { redis, temporal, server, logs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
