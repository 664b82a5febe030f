import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleSettings, exampleWorld } from '@loom/app-chart/example-world';
import { createForge, type Forge, seedRepository } from '@loom/forge';
import { type RunningServer, startServer, startWorker } from '@loom/stack';
import type {} from '@loom/stack/test-parts';
import { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Api, candidateAt, createApi, listAll } from '../support/api.ts';
import type {} from '../support/fresh-build.ts';
import { createOwnNamespace } from '../support/own-namespace.ts';
import { until } from '../support/until.ts';

const MIGRATION = 'app-chart';
/** Deployed to one environment, so that the run is short. */
const CANDIDATE = 'returns';
const WEBHOOK_SECRET = 'shared-with-the-forge-alone';

let dir: string;
let forge: Forge;
let server: RunningServer;
let worker: RunningServer;
let api: Api;
let octokit: Octokit;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'loom-e2e-'));
  forge = await createForge({ root: join(dir, 'forge') });
  octokit = new Octokit({ baseUrl: forge.apiUrl, auth: forge.token });
  for (const { name, commits } of exampleWorld.repositories)
    await seedRepository(forge, name, { commits: [...commits] });
  const redisUrl = inject('redisUrl');
  const temporalAddress = inject('temporalAddress');
  const LOOM_NAMESPACE = await createOwnNamespace(temporalAddress);
  server = await startServer({
    redisUrl,
    temporalAddress,
    from: inject('runFrom'),
    env: { LOOM_NAMESPACE, LOOM_LOG_LEVEL: 'warn' },
  });
  worker = await startWorker({
    worker: MIGRATION,
    serverUrl: server.url,
    redisUrl,
    from: inject('runFrom'),
    env: {
      LOOM_NAMESPACE,
      APP_CHART_FORGE_API_URL: forge.apiUrl,
      APP_CHART_FORGE_TOKEN: forge.token,
      APP_CHART_GITOPS_REPOSITORY: exampleSettings.gitopsRepository,
      APP_CHART_GENERIC_CHART: exampleSettings.genericChart.name,
      APP_CHART_GENERIC_CHART_REPOSITORY: exampleSettings.genericChart.repositoryUrl,
      APP_CHART_CHART_REPOSITORY: exampleSettings.chartRepositoryUrl,
      APP_CHART_THROTTLE: 'none',
      APP_CHART_POLL_EVERY_MS: '500',
      APP_CHART_WEBHOOK_SECRET: WEBHOOK_SECRET,
    },
  });
  api = createApi(server.url);
  await until(
    'discovery',
    async () => (await listAll(api, MIGRATION)).length === exampleWorld.candidates.length,
  );
}, 180_000);

afterAll(async () => {
  await worker?.stop();
  await server?.stop();
  await forge?.close();
  if (dir !== undefined) await rm(dir, { recursive: true, force: true });
});

const git = (repository: string, ...args: string[]) =>
  execFileSync('git', ['--git-dir', forge.gitDir(repository), ...args], { encoding: 'utf8' });

/** What a reviewer does: merges what waits for a merge, approves what waits for a decision. */
async function actOnce(): Promise<boolean> {
  const { data } = await api.GET(
    '/migrations/{migrationId}/candidates/{candidateId}',
    candidateAt(MIGRATION, CANDIDATE),
  );
  const pull = /\/([^/]+)\/([^/]+)\/pull\/(\d+)$/.exec(data?.prUrl ?? '');
  if ((data?.runState === 'pending' || data?.runState === 'compensating') && pull !== null) {
    const [, owner = '', repo = '', number = ''] = pull;
    const at = { owner, repo, pull_number: Number(number) };
    if ((await octokit.pulls.get(at)).data.state === 'open')
      await octokit.pulls.merge({ ...at, merge_method: 'squash' });
  }
  if (data?.runState === 'awaiting_approval') {
    await api.POST('/migrations/{migrationId}/candidates/{candidateId}/approve-step', {
      ...candidateAt(MIGRATION, CANDIDATE),
      body: { stepName: data.step ?? '', decision: 'approved' },
    });
  }
  const failed =
    data?.runState === 'awaiting_retry' || (data?.who === 'operator' && data.runState === 'compensating');
  if (failed) throw new Error(`${data.step} failed: ${data.reason}`);
  return data?.runState === undefined;
}

const treeOf = (repository: string) => git(repository, 'rev-parse', 'main^{tree}').trim();
const repositories = [exampleSettings.gitopsRepository, `acme/${CANDIDATE}`];

let treesBefore: readonly string[] = [];

test('an application is moved to its own chart through merged pull requests, and git shows it', async () => {
  const gitops = exampleSettings.gitopsRepository;
  treesBefore = repositories.map(treeOf);
  const before = git(gitops, 'show', `main:dev/${CANDIDATE}.yaml`);
  expect(before).toContain(exampleSettings.genericChart.name);
  const { response } = await api.POST(
    '/migrations/{migrationId}/candidates/{candidateId}/start',
    candidateAt(MIGRATION, CANDIDATE),
  );
  expect(response.status).toBe(202);
  await until('completion', actOnce, { timeoutMs: 150_000, everyMs: 300 });

  const after = git(gitops, 'show', `main:dev/${CANDIDATE}.yaml`);
  expect(after).toContain(exampleSettings.chartRepositoryUrl);
  expect(after).not.toContain(`chart: ${exampleSettings.genericChart.name}\n`);
  const prune = (text: string) => /prune: (true|false)/.exec(text)?.[1];
  expect(prune(after)).toBe(prune(before));
  const files = git(`acme/${CANDIDATE}`, 'ls-tree', '-r', '--name-only', 'main').split('\n');
  expect(files).toContain('chart/Chart.yaml');

  const { data: steps } = await api.GET(
    '/migrations/{migrationId}/candidates/{candidateId}/steps',
    candidateAt(MIGRATION, CANDIDATE),
  );
  const merged = steps?.steps.filter((step) => step.state === 'merged').length ?? 0;
  const pulls = await Promise.all(
    [gitops, `acme/${CANDIDATE}`].map(async (name) => {
      const [owner = '', repo = ''] = name.split('/');
      return (await octokit.pulls.list({ owner, repo, state: 'all' })).data;
    }),
  );
  expect(merged).toBeGreaterThan(2);
  expect(pulls.flat()).toHaveLength(merged);

  const { data: events } = await api.GET('/migrations/{migrationId}/candidates/{candidateId}/events', {
    params: { path: { migrationId: MIGRATION, candidateId: CANDIDATE }, query: { limit: 200 } },
  });
  const kinds = new Set(
    events?.items.filter((event) => event.type === 'operation').map((event) => event.data?.['kind']),
  );
  expect([...kinds]).toEqual(expect.arrayContaining(['git.clone', 'git.push', 'forge.pull_request.create']));
  expect(JSON.stringify(events)).not.toContain(forge.token);
}, 200_000);

test('rolled back after its completion, every repository is what it was before, by merged reverts', async () => {
  const started = await api.POST('/migrations/{migrationId}/candidates/{candidateId}/compensate', {
    ...candidateAt(MIGRATION, CANDIDATE),
    body: { reason: 'The chart is wrong.' },
  });
  expect(started.response.status).toBe(202);
  await until('the roll back', actOnce, { timeoutMs: 150_000, everyMs: 300 });

  expect(repositories.map(treeOf)).toEqual(treesBefore);
  const { data } = await api.GET(
    '/migrations/{migrationId}/candidates/{candidateId}/runs',
    candidateAt(MIGRATION, CANDIDATE),
  );
  expect(data?.items.map(({ kind, outcome }) => [kind, outcome])).toEqual([
    ['rollback', 'rolled_back'],
    ['run', 'completed'],
  ]);
  expect(data?.items[0]?.undoes).toBe(data?.items[1]?.runId);
}, 200_000);

test('a webhook that the worker cannot use is a dead letter, which a person has tried again and drops', async () => {
  const deliver = async (payload: string, secret = WEBHOOK_SECRET) => {
    const signature = createHmac('sha256', secret).update(payload).digest('hex');
    const { status } = await fetch(`${worker.url}/webhooks/forge`, {
      method: 'POST',
      body: payload,
      headers: {
        'x-github-event': 'pull_request',
        'x-github-delivery': 'delivery-1',
        'x-hub-signature-256': `sha256=${signature}`,
      },
    });
    return status;
  };
  const list = async () => (await api.GET('/dead-letters', { params: { query: { kind: 'webhook' } } })).data;
  expect(await deliver('{"action":"closed"}', 'a guess')).toBe(401);
  expect((await list())?.items).toEqual([]);
  expect(await deliver('{"action":"closed"}')).toBe(202);
  const [letter] = (await list())?.items ?? [];
  expect(letter).toMatchObject({ workerApp: MIGRATION, source: 'forge', webhookId: 'delivery-1' });

  const params = { path: { deadLetterId: letter?.id ?? '' } };
  const { data: whole } = await api.GET('/dead-letters/{deadLetterId}', { params });
  expect(whole?.body).toMatchObject({
    payload: '{"action":"closed"}',
    headers: { 'x-github-event': 'pull_request' },
  });
  expect(JSON.stringify(whole)).not.toContain('sha256=');
  const requeued = await api.POST('/dead-letters/{deadLetterId}/requeue', { params });
  expect([requeued.response.status, requeued.error?.type]).toEqual([
    409,
    expect.stringContaining('webhook-unusable'),
  ]);
  const dropped = await api.POST('/dead-letters/{deadLetterId}/drop', { params });
  expect(dropped.response.status).toBe(204);
  expect((await list())?.items).toEqual([]);
});
