import type { Environment } from './environment.ts';
import { runCommand } from './run-command.ts';

/** The first server whose updates and update-with-start are generally available. */
const minimum = { major: 1, minor: 28 } as const;

export const temporalWish = `Temporal CLI with server ${minimum.major}.${minimum.minor} or later`;

/** Resolves to why the program is of no use to us, or to nothing when it is a fitting Temporal CLI. */
export async function findTemporalFault(path: string, env: Environment): Promise<string | undefined> {
  const result = await runCommand(path, ['--version'], { timeoutMs: 10_000, env });
  if (!result.ok) return `\`${path} --version\` ${result.reason}`;
  const [, major, minor] = /Server (\d+)\.(\d+)/.exec(result.stdout) ?? [];
  if (major === undefined || minor === undefined) {
    return `${path} does not look like the Temporal CLI: it calls itself ${JSON.stringify(result.stdout.trim())}`;
  }
  const isOld =
    Number(major) < minimum.major || (Number(major) === minimum.major && Number(minor) < minimum.minor);
  return isOld ? `${path} carries server ${major}.${minor}, and Loom needs ${temporalWish}` : undefined;
}
