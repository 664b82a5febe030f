import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type ExampleTrouble, exampleSettings, exampleWorld } from '@loom/app-chart/example-world';
import { createForge, type Forge, seedRepository } from '@loom/forge';
import { createForgeClient, type ForgeClient } from '@loom/worker-sdk/git';
import { openScratchFolder, type TestRun } from '@loom/worker-sdk/testing';
import { appChartMigration } from '../app-chart-migration.ts';

const run = promisify(execFile);

/** The example world on a forge of its own. */
export interface ExampleForge {
  readonly forge: Forge;
  readonly client: ForgeClient;
  readonly migration: ReturnType<typeof appChartMigration>;
  git(repository: string, ...args: string[]): Promise<string>;
  fileOn(repository: string, path: string, branch?: string): Promise<string>;
  push(trouble: ExampleTrouble): Promise<void>;
  /** Merges, as a reviewer would, the pull request that the run waits for. */
  merge(run: TestRun): Promise<void>;
  closePull(run: TestRun): Promise<void>;
  pulls(
    repository: string,
  ): Promise<readonly { number: number; state: string; head: { ref: string }; title: string }[]>;
  close(): Promise<void>;
}

function waitedFor(testRun: TestRun): { owner: string; repo: string; pull_number: number } {
  const metadata = testRun.attempts.at(-1)?.result.metadata ?? {};
  const [owner = '', repo = ''] = String(metadata['repository']).split('/');
  return { owner, repo, pull_number: Number(metadata['prNumber']) };
}

export async function openExampleForge(
  candidates: readonly string[] = exampleWorld.candidates,
): Promise<ExampleForge> {
  const scratch = await openScratchFolder();
  const forge = await createForge({ root: scratch.path });
  const wanted = new Set([exampleSettings.gitopsRepository, ...candidates.map((name) => `acme/${name}`)]);
  for (const { name, commits, description } of exampleWorld.repositories) {
    if (wanted.has(name)) await seedRepository(forge, name, { commits: [...commits], description });
  }
  const client = createForgeClient({
    apiUrl: forge.apiUrl,
    gitUrl: forge.url,
    token: forge.token,
    userAgent: 'loom-test',
    throttle: { kind: 'none' },
    retryAfterMs: 10,
  });
  const git: ExampleForge['git'] = async (repository, ...args) =>
    (await run('git', ['--git-dir', forge.gitDir(repository), ...args])).stdout;
  return {
    forge,
    client,
    migration: appChartMigration(client, exampleSettings),
    git,
    fileOn: (repository, path, branch = 'main') => git(repository, 'show', `${branch}:${path}`),
    async push({ repository, commit }) {
      await seedRepository(forge, repository, { commits: [commit] });
    },
    async merge(testRun) {
      await client.octokit.pulls.merge({ ...waitedFor(testRun), merge_method: 'merge' });
    },
    async closePull(testRun) {
      await client.octokit.pulls.update({ ...waitedFor(testRun), state: 'closed' });
    },
    async pulls(repository) {
      const [owner = '', repo = ''] = repository.split('/');
      return client.octokit.paginate(client.octokit.pulls.list, { owner, repo, state: 'all', per_page: 100 });
    },
    async close() {
      await forge.close();
      await scratch.close();
    },
  };
}

/** Merges every pull request and approves every review until the run stands somewhere else. */
export async function goThrough(world: ExampleForge, testRun: TestRun, until?: string): Promise<TestRun> {
  while (
    (testRun.state === 'pending' || testRun.state === 'awaiting_approval') &&
    testRun.stepName !== until
  ) {
    if (testRun.state === 'awaiting_approval') await testRun.approve();
    else {
      await world.merge(testRun);
      await testRun.poll();
    }
  }
  return testRun;
}
