import type { ReadinessCheck } from './adapters/http/readiness.ts';
import { checkPersistence } from './adapters/redis/check-persistence.ts';
import type { RedisConnection } from './adapters/redis/connection.ts';
import type { TemporalConnection } from './adapters/temporal/connection.ts';
import type { Engine } from './adapters/temporal/engine.ts';
import type { Config } from './config.ts';

interface ReadinessParts {
  readonly config: Config;
  readonly redis: RedisConnection;
  readonly temporal: TemporalConnection;
}

/** What the server needs, and whether it serves without. */
export function readinessOf(
  { config, redis, temporal }: ReadinessParts,
  engine: Engine | undefined,
): readonly ReadinessCheck[] {
  const redisCheck: ReadinessCheck = {
    name: 'redis',
    isVital: true,
    check: async () => {
      const { findings, isVersionSupported, isDurable } = await checkPersistence(redis.redis);
      const isUsable = isVersionSupported && (isDurable || config.env !== 'production');
      const status = !isUsable ? 'down' : findings.length > 0 ? 'degraded' : 'healthy';
      return { status, ...(findings.length > 0 ? { detail: findings.join(' ') } : {}) };
    },
  };
  const temporalCheck: ReadinessCheck = {
    name: 'temporal',
    // Reads go on without it.
    isVital: false,
    check: async () => {
      await temporal.check();
      return { status: 'healthy' };
    },
  };
  if (engine === undefined) return [redisCheck, temporalCheck];
  const engineCheck: ReadinessCheck = {
    name: 'engine',
    isVital: config.role === 'engine',
    check: () =>
      Promise.resolve(
        engine.state() === 'running'
          ? { status: 'healthy' }
          : { status: 'down', detail: `It is ${engine.state()}.` },
      ),
  };
  return [redisCheck, temporalCheck, engineCheck];
}
