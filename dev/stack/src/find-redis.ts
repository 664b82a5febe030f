import { findDocker, findRedisImage } from './docker.ts';
import type { Environment } from './environment.ts';
import { findOnPath } from './find-on-path.ts';
import { findPackageManager, installCommandOf, installRedis } from './install-redis.ts';
import { type Log, silent } from './log.ts';
import { MissingPartError } from './missing-part-error.ts';
import { isRedisVersionFit, pingRedis } from './ping-redis.ts';
import { runCommand } from './run-command.ts';

/** Where a Redis can be had: one that runs already, a program to start, or an image to run. */
export type RedisSource =
  | { readonly kind: 'url'; readonly url: string; readonly version: string }
  | { readonly kind: 'binary'; readonly path: string; readonly version: string }
  | { readonly kind: 'docker'; readonly docker: string; readonly image: string };

export interface FindRedisOptions {
  readonly log?: Log;
  /** Default `process.env`. */
  readonly env?: Environment;
  /** Whether packages may be installed. Default: when this process runs as root. */
  readonly mayInstall?: boolean;
}

const pulledImage = 'redis:7-alpine';
const pullTimeoutMs = 3 * 60_000;

/**
 * A Redis or Valkey of version 7 or later: LOOM_REDIS_URL, else a server program on PATH, else a local Docker image,
 * else installed by the package manager, else an image pulled. Rejects with MissingPartError.
 */
export async function findRedis(options: FindRedisOptions = {}): Promise<RedisSource> {
  const { log = silent, env = process.env, mayInstall = process.getuid?.() === 0 } = options;
  const url = env['LOOM_REDIS_URL'];
  if (url) return checkGiven(url);

  const tried = ['LOOM_REDIS_URL: not set'];
  const onPath = await findServer(env, tried, log);
  if (onPath) return onPath;

  const docker = await findDocker(env);
  if (docker.ok) {
    const image = await findRedisImage(docker.path, env);
    if (image !== undefined) return { kind: 'docker', docker: docker.path, image };
    tried.push('Docker: it has no image of redis or valkey, version 7 or later');
  } else {
    tried.push(`Docker: ${docker.reason}`);
  }

  const manager = await findPackageManager(env);
  const remedies = manager === undefined ? [] : [installCommandOf(manager)];
  if (manager !== undefined && (mayInstall || !manager.needsRoot)) {
    const result = await installRedis(manager, env, log);
    if (!result.ok) tried.push(result.reason);
    const installed = result.ok && (await findServer(env, tried, log));
    if (installed) return installed;
  } else {
    tried.push(
      manager === undefined
        ? 'package manager: none of apt-get, dnf, apk, brew is here'
        : `${manager.program}: needs root`,
    );
  }

  if (docker.ok) {
    log(`pulling ${pulledImage}`);
    const pull = await runCommand(docker.path, ['pull', '-q', pulledImage], {
      timeoutMs: pullTimeoutMs,
      env,
    });
    if (pull.ok) return { kind: 'docker', docker: docker.path, image: pulledImage };
    tried.push(`docker pull ${pulledImage}: ${pull.reason}`);
  }
  throw new MissingPartError('Redis 7 or later', tried, [
    ...remedies,
    'set LOOM_REDIS_URL to a Redis that runs, for example redis://127.0.0.1:6379',
    `start Docker and run \`docker pull ${pulledImage}\``,
  ]);
}

async function checkGiven(url: string): Promise<RedisSource> {
  const remedies = [
    'start the Redis that LOOM_REDIS_URL names, or correct the address',
    'unset LOOM_REDIS_URL to have one started',
  ];
  const name = withoutPassword(url);
  const answer = await pingRedis(url, 3_000).catch((error: Error) => error);
  if (answer instanceof Error) {
    throw new MissingPartError('Redis', [`LOOM_REDIS_URL=${name}: ${answer.message}`], remedies);
  }
  if (!isRedisVersionFit(answer.version)) {
    const fault = `it is version ${answer.version}, and Loom needs 7 or later`;
    throw new MissingPartError('Redis', [`LOOM_REDIS_URL=${name}: ${fault}`], remedies);
  }
  return { kind: 'url', url, version: answer.version };
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//***@');
}

async function findServer(env: Environment, tried: string[], log: Log): Promise<RedisSource | undefined> {
  for (const name of ['redis-server', 'valkey-server']) {
    const path = await findOnPath(name, env);
    if (path === undefined) {
      tried.push(`PATH: no \`${name}\` there`);
      continue;
    }
    const result = await runCommand(path, ['--version'], { timeoutMs: 10_000, env });
    const version = result.ok ? /v=(\d+\.\d+\.\d+)/.exec(result.stdout)?.[1] : undefined;
    if (version !== undefined && isRedisVersionFit(version)) return { kind: 'binary', path, version };
    const fault = result.ok ? `is version ${version ?? 'unknown'}, and Loom needs 7 or later` : result.reason;
    log(`${path} ${fault}`);
    tried.push(`PATH: ${path} ${fault}`);
  }
  return undefined;
}
