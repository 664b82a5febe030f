import type { Environment } from './environment.ts';
import { findOnPath } from './find-on-path.ts';
import { runCommand } from './run-command.ts';

/** Path of the docker client when an engine answers it, else why there is none. */
export async function findDocker(
  env: Environment,
): Promise<{ readonly ok: true; readonly path: string } | { readonly ok: false; readonly reason: string }> {
  const path = await findOnPath('docker', env);
  if (path === undefined) return { ok: false, reason: 'no `docker` on PATH' };
  const result = await runCommand(path, ['version', '--format', '{{.Server.Version}}'], {
    timeoutMs: 5_000,
    env,
  });
  return result.ok ? { ok: true, path } : { ok: false, reason: `no engine answers: ${result.reason}` };
}

const fittingImage = /^(?:(?:library\/)?redis|(?:valkey\/)?valkey):(?:[7-9]|[1-9]\d)/;

/** A local image of Redis or Valkey that is new enough, preferring what needs no pull. */
export async function findRedisImage(docker: string, env: Environment): Promise<string | undefined> {
  const result = await runCommand(docker, ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'], {
    timeoutMs: 10_000,
    env,
  });
  if (!result.ok) return undefined;
  return result.stdout.split('\n').find((image) => fittingImage.test(image));
}
