import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import closeWithGrace from 'close-with-grace';
import { createRedisConnection } from './adapters/redis/connection.ts';
import { loadOrCreateSecret } from './adapters/redis/redis-secret.ts';
import { connectTemporal } from './adapters/temporal/connection.ts';
import { installTemporalRuntime } from './adapters/temporal/runtime.ts';
import { composeServer } from './compose-server.ts';
import { ConfigError, parseConfig } from './config.ts';
import { formatHostPort } from './listen-address.ts';
import { createLogger } from './telemetry/logger.ts';

const REDIS_WAIT_MS = 5_000;

async function main(): Promise<void> {
  const { config, warnings } = parseConfig(process.env);
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const logger = createLogger({ level: config.logLevel, fields: { role: config.role } });
  for (const warning of warnings) logger.warn(warning);
  installTemporalRuntime(logger);
  let isDraining = false;

  const redis = createRedisConnection({ url: config.redisUrl });
  const temporal = connectTemporal({ address: config.temporalAddress, namespace: config.namespace });
  const secrets = config.secret ?? [await secretFromRedis()];
  const server = await composeServer({
    config,
    logger,
    version,
    redis,
    temporal,
    secrets,
    isDraining: () => isDraining,
  });
  const http = createServer(server.app);
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(config.listen.port, config.listen.host, resolve);
  });
  logger.info({ url: `http://${formatHostPort(config.listen)}`, version }, 'Loom is listening');

  closeWithGrace({ delay: config.shutdownSeconds * 1_000, logger: false }, async ({ signal, err }) => {
    if (err !== undefined) logger.fatal({ err }, 'Loom fails');
    logger.info({ signal }, 'Loom is stopping');
    isDraining = true;
    const closed = new Promise<void>((resolve) => http.close(() => resolve()));
    http.closeIdleConnections();
    await closed;
    await Promise.all(server.background);
    await server.engine?.stop();
    await server.workerClient.close();
    await temporal.close();
    await redis.close();
    logger.info('Loom has stopped');
  });

  async function secretFromRedis(): Promise<string> {
    for (;;) {
      try {
        await redis.whenReady(REDIS_WAIT_MS);
        return await loadOrCreateSecret({ redis: redis.redis, namespace: config.namespace });
      } catch (err) {
        logger.warn({ err }, 'Redis is away; Loom waits for it');
      }
    }
  }
}

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(1);
});
