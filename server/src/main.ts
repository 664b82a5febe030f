import { readFileSync } from 'node:fs';
import { listenHttp } from './adapters/http/listen.ts';
import { createRedisConnection, type RedisConnection } from './adapters/redis/connection.ts';
import { loadOrCreateSecret } from './adapters/redis/redis-secret.ts';
import { connectTemporal } from './adapters/temporal/connection.ts';
import { installTemporalRuntime } from './adapters/temporal/runtime.ts';
import { composeServer } from './compose-server.ts';
import { ConfigError, parseConfig } from './config.ts';
import { formatHostPort } from './listen-address.ts';
import { shutDownOnSignal } from './shutdown.ts';
import { createLogger, type Logger } from './telemetry/logger.ts';

const REDIS_WAIT_MS = 5_000;
const REDIS_PATIENCE_MS = 2_000;

async function main(): Promise<void> {
  const { config, warnings } = parseConfig(process.env);
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const logger = createLogger({ level: config.logLevel, fields: { role: config.role } });
  for (const warning of warnings) logger.warn({ warning }, 'unknown setting');
  if (config.role !== 'api') installTemporalRuntime(logger);

  const redis = createRedisConnection({
    url: config.redisUrl,
    onError: (err) => logger.debug({ err }, 'connection to Redis failed'),
  });
  const temporal = connectTemporal({ address: config.temporalAddress, namespace: config.namespace });
  // So that the first requests find it; without it Loom starts all the same and says so in its readiness.
  await redis.whenReady(REDIS_PATIENCE_MS).catch((err: unknown) => logger.warn({ err }, 'Redis is away'));
  let publicUrl = config.publicUrl;
  let isDraining = false;
  const server = await composeServer({
    config,
    logger,
    version,
    redis,
    temporal,
    secrets: config.secret ?? [await awaitSecret(redis, config.namespace, logger)],
    publicUrl: () => publicUrl ?? '',
    isDraining: () => isDraining,
  });
  const { host } = config.listen;
  const http = await listenHttp(server.app, config.listen);
  const url = `http://${formatHostPort({ host, port: http.port })}`;
  publicUrl ??= url;
  logger.info({ url, version }, 'Loom is listening');

  shutDownOnSignal({
    logger,
    boundMs: config.shutdownSeconds * 1_000,
    onBegin: () => {
      isDraining = true;
    },
    parts: [
      { name: 'http', close: () => http.close(5_500), boundMs: 6_000 },
      { name: 'background work', close: server.background.settled, boundMs: 1_000 },
      { name: 'engine', close: async () => server.engine?.stop(), boundMs: 15_000 },
      { name: 'handovers', close: server.closeHandovers, boundMs: 1_000 },
      { name: 'worker connections', close: server.workerClient.close, boundMs: 1_000 },
      { name: 'deliveries', close: server.closeRecorder, boundMs: 1_000 },
      { name: 'temporal', close: temporal.close, boundMs: 1_000 },
      { name: 'redis', close: () => redis.close(), boundMs: 1_000 },
    ],
  });
}

/** Where none was configured, all processes share one that is kept in Redis. */
async function awaitSecret(redis: RedisConnection, namespace: string, logger: Logger): Promise<string> {
  for (;;) {
    try {
      await redis.whenReady(REDIS_WAIT_MS);
      return await loadOrCreateSecret({ redis: redis.redis, namespace });
    } catch (err) {
      logger.warn({ err }, 'Redis is away; Loom waits for it');
    }
  }
}

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(1);
});
