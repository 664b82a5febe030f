import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exampleSettings, exampleWorld } from '@loom/app-chart/example-world';
import { seedRepository } from '@loom/forge';
import {
  getFreePorts,
  type RunFrom,
  type RunningProcess,
  type RunningServer,
  startProcess,
  startWorker,
} from '@loom/stack';
import { Octokit } from '@octokit/rest';
import type { Stack } from './start-stack.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface World {
  readonly forge: { readonly url: string; readonly token: string; readonly process: RunningProcess };
  /** As the person who reviews and merges. */
  readonly octokit: Octokit;
}

/** Starts the local forge and gives it the example repositories. */
export async function startForge(dir: string, logs: string, port: number): Promise<World> {
  const [free] = port === 0 ? await getFreePorts(1) : [port];
  const url = `http://127.0.0.1:${free}`;
  const token = `demo_${randomBytes(16).toString('hex')}`;
  const process_ = await startProcess({
    name: 'forge',
    command: process.execPath,
    args: ['dev/forge/dist/main.js'],
    cwd: ROOT,
    env: {
      FORGE_ROOT: join(dir, 'forge'),
      FORGE_LISTEN: `127.0.0.1:${free}`,
      FORGE_TOKEN: token,
      FORGE_LOG_LEVEL: 'warn',
    },
    readyUrl: `${url}/`,
    logFile: join(logs, 'forge.log'),
  });
  const octokit = new Octokit({
    baseUrl: `${url}/api/v3`,
    auth: token,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  return { forge: { url, token, process: process_ }, octokit };
}

/** Gives the forge the example's repositories with their history. */
export async function seedWorld({ forge }: World, report: (what: string) => void): Promise<void> {
  for (const { name, description, commits } of exampleWorld.repositories) {
    report(name);
    await seedRepository(forge, name, { description, commits: [...commits] });
  }
}

/** Starts the worker that migrates the example, and has the forge tell it what happens to pull requests. */
export async function startMigrationWorker(
  world: World,
  stack: Stack,
  from: RunFrom,
): Promise<RunningServer> {
  const secret = randomBytes(16).toString('hex');
  const worker = await startWorker({
    worker: 'app-chart',
    serverUrl: stack.server.url,
    redisUrl: stack.redis.url,
    from,
    logFile: join(stack.logs, 'app-chart.log'),
    env: {
      APP_CHART_FORGE_API_URL: `${world.forge.url}/api/v3`,
      APP_CHART_FORGE_TOKEN: world.forge.token,
      APP_CHART_GITOPS_REPOSITORY: exampleSettings.gitopsRepository,
      APP_CHART_ENVIRONMENTS: exampleSettings.environments.join(','),
      APP_CHART_GENERIC_CHART: exampleSettings.genericChart.name,
      APP_CHART_GENERIC_CHART_REPOSITORY: exampleSettings.genericChart.repositoryUrl,
      APP_CHART_CHART_REPOSITORY: exampleSettings.chartRepositoryUrl,
      APP_CHART_THROTTLE: 'none',
      APP_CHART_WEBHOOK_SECRET: secret,
      APP_CHART_POLL_EVERY_MS: '5000',
    },
  });
  for (const { name } of exampleWorld.repositories) {
    const [owner = '', repo = ''] = name.split('/');
    const { data: hooks } = await world.octokit.repos.listWebhooks({ owner, repo });
    for (const { id } of hooks) await world.octokit.repos.deleteWebhook({ owner, repo, hook_id: id });
    await world.octokit.repos.createWebhook({
      owner,
      repo,
      events: ['pull_request'],
      config: { url: `${worker.url}/webhooks/forge`, content_type: 'json', secret },
    });
  }
  return worker;
}
