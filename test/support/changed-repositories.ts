import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { createForge, seedRepository } from '@loom/forge';
import { type RunningProcess, startProcess } from '@loom/stack';
import { Octokit } from '@octokit/rest';
import { inject } from 'vitest';
import type { Stack } from './stack.ts';

/** Repositories on a forge of their own, what `changing-worker.ts` does to them, and a reviewer who merges all of it. */
export interface ChangedRepositories {
  readonly migrationId: string;
  /** Of the candidates too. */
  readonly names: readonly string[];
  readonly worker: RunningProcess;
  /** What is in each bare repository, in words. */
  effects(): Promise<readonly string[]>;
  /** The same when every change was made once. */
  readonly onceEach: readonly string[];
}

const OWNER = 'acme';
const LOOK_EVERY_MS = 400;

export async function startChangedRepositories(
  stack: Pick<Stack, 'api' | 'redis' | 'dir' | 'keep'>,
  count: number,
): Promise<ChangedRepositories> {
  const forge = await createForge({ root: join(stack.dir, 'forge') });
  stack.keep({ stop: () => forge.close() });
  const repos = Array.from({ length: count }, (_, index) => `repository-${index}`);
  const names = repos.map((repo) => `${OWNER}/${repo}`);
  for (const name of names) {
    await seedRepository(forge, name, { commits: [{ message: 'Start', files: { 'lines.txt': 'start\n' } }] });
  }
  const octokit = new Octokit({ baseUrl: forge.apiUrl, auth: forge.token });
  const pullsOf = async (repo: string) =>
    (await octokit.pulls.list({ owner: OWNER, repo, state: 'all' })).data.map(({ number, state }) => ({
      number,
      state,
    }));
  let isOver = false;
  const merging = (async () => {
    while (!isOver) {
      for (const repo of repos) {
        const open = (await pullsOf(repo)).filter(({ state }) => state === 'open');
        for (const { number } of open)
          await octokit.pulls.merge({ owner: OWNER, repo, pull_number: number, merge_method: 'squash' });
      }
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_EVERY_MS);
      });
    }
  })();
  stack.keep({
    stop: async () => {
      isOver = true;
      await merging;
    },
  });

  const worker = stack.keep(
    await startProcess({
      name: 'changing worker',
      command: process.execPath,
      args: [
        ...(inject('runFrom') === 'dist' ? [] : ['--conditions=source']),
        '--import=tsx',
        'test/support/changing-worker.ts',
      ],
      env: {
        REPOSITORIES: names.join(' '),
        FORGE_API_URL: forge.apiUrl,
        FORGE_TOKEN: forge.token,
        LOOM_SERVER_URL: stack.api.url,
        LOOM_WORKER_LISTEN: '127.0.0.1:0',
        LOOM_WORKER_REDIS_URL: stack.redis.url,
      },
      logFile: join(stack.dir, 'changing-worker.log'),
    }),
  );
  const git = (repo: string, ...args: string[]) =>
    execFileSync('git', ['--git-dir', forge.gitDir(`${OWNER}/${repo}`), ...args], { encoding: 'utf8' })
      .trim()
      .replaceAll('\n', ' ');
  return {
    migrationId: 'changing',
    names,
    worker,
    effects: () =>
      Promise.all(
        repos.map(async (repo) => {
          const pulls = (await pullsOf(repo)).length;
          return `${git(repo, 'show', 'main:lines.txt')}; ${git(repo, 'rev-list', '--count', 'main')} commits, ${pulls} pull requests`;
        }),
      ),
    onceEach: repos.map(() => 'start first second; 3 commits, 2 pull requests'),
  };
}
