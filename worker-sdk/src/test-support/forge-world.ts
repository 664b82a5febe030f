import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createForge, type Forge, type ForgeOptions, type Seed, seedRepository } from '@loom/forge';
import { createForgeClient, type ForgeClient, type ForgeClientOptions } from '@loom/worker-sdk/git';
import { openScratchFolder } from '../scratch-folder.ts';

const run = promisify(execFile);

/** A forge of its own for a test file, with a client of the git kit. */
export interface ForgeWorld {
  readonly forge: Forge;
  readonly client: ForgeClient;
  /** A client with other options, such as another throttle. */
  clientWith(options: Partial<ForgeClientOptions>): ForgeClient;
  /** A branch that is not there starts at `main`. */
  seed(repository: string, commits: Seed['commits'], branch?: string): Promise<readonly string[]>;
  /** Runs git on the bare repository of the forge. */
  git(repository: string, ...args: string[]): Promise<string>;
  /** A file as it is on a branch of the forge. */
  fileOn(repository: string, branch: string, path: string): Promise<string>;
  close(): Promise<void>;
}

export async function openForgeWorld(options: Partial<ForgeOptions> = {}): Promise<ForgeWorld> {
  const scratch = await openScratchFolder();
  const forge = await createForge({ root: scratch.path, ...options });
  const clientWith = (more: Partial<ForgeClientOptions>): ForgeClient =>
    createForgeClient({
      apiUrl: forge.apiUrl,
      gitUrl: forge.url,
      token: forge.token,
      userAgent: 'loom-test',
      throttle: { kind: 'none' },
      retryAfterMs: 10,
      ...more,
    });
  const git = async (repository: string, ...args: string[]): Promise<string> => {
    const { stdout } = await run('git', ['--git-dir', forge.gitDir(repository), ...args]);
    return stdout;
  };
  return {
    forge,
    client: clientWith({}),
    clientWith,
    async seed(repository, commits, branch = 'main') {
      const isNew =
        branch !== 'main' && (await git(repository, 'for-each-ref', `refs/heads/${branch}`)) === '';
      const from = isNew ? { from: 'main' } : {};
      return (await seedRepository(forge, repository, { commits, branch, ...from })).commits;
    },
    git,
    fileOn: (repository, branch, path) => git(repository, 'show', `${branch}:${path}`),
    async close() {
      await forge.close();
      await scratch.close();
    },
  };
}
