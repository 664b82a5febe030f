import { randomUUID } from 'node:crypto';
import type { RedisSource } from './find-redis.ts';
import { runCommand } from './run-command.ts';

/*
 * Runs inside the container. Docker ends the input when our docker client ends, however that ends, so the container
 * never outlives it.
 */
const script = `
exec 3<&0
server=$(command -v redis-server || command -v valkey-server) || exit 127
"$server" "$@" </dev/null &
pid=$!
trap 'kill -TERM $pid' TERM INT
{ cat >/dev/null; kill -TERM $pid; } <&3 &
wait $pid
code=$?
while kill -0 $pid 2>/dev/null; do wait $pid; code=$?; done
exit $code
`;

export interface RedisContainer {
  readonly command: string;
  readonly args: readonly string[];
  /** A signal to our docker client would not reach the server. */
  readonly signalInside: (signal: NodeJS.Signals) => Promise<void>;
}

/** How to run a Redis image on a port of this machine, with its data in `dir` of this machine. */
export async function redisContainer(
  source: Extract<RedisSource, { kind: 'docker' }>,
  port: number,
  dir: string,
  settings: readonly string[],
): Promise<RedisContainer> {
  const docker = (args: readonly string[]) =>
    runCommand(source.docker, args, { timeoutMs: 10_000, env: process.env });
  // A rootless engine maps its root to us; elsewhere the files are to be ours by our own number.
  const security = await docker(['info', '--format', '{{.SecurityOptions}}']);
  const isRootless = security.ok && security.stdout.includes('rootless');
  const user = isRootless ? [] : ['--user', `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`];
  const name = `loom-redis-${randomUUID()}`;
  return {
    command: source.docker,
    args: [
      'run',
      '--rm',
      '--interactive',
      '--name',
      name,
      '--publish',
      `127.0.0.1:${port}:6379`,
      '--volume',
      `${dir}:/data`,
      ...user,
      '--entrypoint',
      '/bin/sh',
      source.image,
      '-c',
      script,
      'sh',
      '--port',
      '6379',
      '--bind',
      '0.0.0.0',
      '--protected-mode',
      'no',
      '--dir',
      '/data',
      ...settings,
    ],
    signalInside: async (signal) => {
      const verbs: Partial<Record<NodeJS.Signals, readonly string[]>> = {
        SIGSTOP: ['pause'],
        SIGCONT: ['unpause'],
      };
      const result = await docker([...(verbs[signal] ?? ['kill', '--signal', signal]), name]);
      if (!result.ok) throw new Error(`${signal} did not reach the container of Redis: ${result.reason}`);
    },
  };
}
