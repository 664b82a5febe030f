import { appendFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { GitOptions, GitOutput, GitRunner } from './run-git.ts';

/** One bare repository on disk. */
export interface GitRepository {
  readonly dir: string;
  /** Of the git that serves it, as `major + minor / 1000`, to be compared. */
  readonly version: number;
  run(args: readonly string[], options?: GitOptions): Promise<GitOutput>;
  /** The command's output as text, without the last line break. */
  text(args: readonly string[], options?: GitOptions): Promise<string>;
}

// Nothing is collected or packed in the background: a forge leaves no process behind when it closes.
const CONFIG = `[http]
	receivepack = true
[receive]
	autogc = false
	hideRefs = refs/pull
[gc]
	auto = 0
[maintenance]
	auto = false
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
[core]
	fsync = none
	logAllRefUpdates = false
`;

export function openGitRepository(runner: GitRunner, dir: string): GitRepository {
  return {
    dir,
    version: runner.version,
    run: (args, options) => runner.run(dir, args, options),
    async text(args, options) {
      const { stdout } = await runner.run(dir, args, options);
      return stdout.toString().replace(/\n$/, '');
    },
  };
}

/** Made beside its place and moved there, so that a half-made repository is never seen. */
export async function createGitRepository(
  runner: GitRunner,
  dir: string,
  scratchDir: string,
  defaultBranch: string,
): Promise<GitRepository> {
  await runner.run(scratchDir, [
    'init',
    '--quiet',
    '--bare',
    '--template=',
    `--initial-branch=${defaultBranch}`,
  ]);
  await appendFile(`${scratchDir}/config`, CONFIG);
  await rm(dir, { recursive: true, force: true });
  await mkdir(dirname(dir), { recursive: true });
  await rename(scratchDir, dir);
  return openGitRepository(runner, dir);
}
