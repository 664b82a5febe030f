import type { Environment } from './environment.ts';
import { findOnPath } from './find-on-path.ts';
import type { Log } from './log.ts';
import { type CommandResult, runCommand } from './run-command.ts';

interface PackageManager {
  readonly program: string;
  readonly commands: readonly (readonly string[])[];
  readonly needsRoot: boolean;
}

const managers: readonly PackageManager[] = [
  {
    program: 'apt-get',
    commands: [
      ['update', '-q'],
      ['install', '-y', '-q', '--no-install-recommends', 'redis-server'],
    ],
    needsRoot: true,
  },
  { program: 'dnf', commands: [['install', '-y', 'redis']], needsRoot: true },
  { program: 'apk', commands: [['add', '--no-cache', 'redis']], needsRoot: true },
  { program: 'brew', commands: [['install', 'redis']], needsRoot: false },
];

const timeoutMs = 5 * 60_000;
const sayEveryMs = 2_000;

export async function findPackageManager(env: Environment): Promise<PackageManager | undefined> {
  for (const manager of managers) if (await findOnPath(manager.program, env)) return manager;
  return undefined;
}

/** What a person would type to have Redis installed. */
export function installCommandOf(manager: PackageManager): string {
  const sudo = manager.needsRoot ? 'sudo ' : '';
  return manager.commands.map((args) => `${sudo}${manager.program} ${args.join(' ')}`).join(' && ');
}

/** Installs Redis without asking anything. Only for root: it changes the machine. */
export async function installRedis(
  manager: PackageManager,
  env: Environment,
  log: Log,
): Promise<CommandResult> {
  let result: CommandResult = { ok: true, stdout: '' };
  for (const args of manager.commands) {
    const command = `${manager.program} ${args.join(' ')}`;
    log(`installing Redis: ${command}`);
    let saidAt = performance.now();
    result = await runCommand((await findOnPath(manager.program, env)) ?? manager.program, args, {
      timeoutMs,
      // RUNLEVEL=1 keeps Debian from starting the service, of which we have no need.
      env: { ...env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
      onLine: (line) => {
        if (performance.now() - saidAt < sayEveryMs) return;
        saidAt = performance.now();
        log(`installing Redis: ${line}`);
      },
    });
    if (!result.ok) return { ok: false, reason: `${command} ${result.reason}` };
  }
  return result;
}
