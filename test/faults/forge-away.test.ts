/** The forge's rows of ARCHITECTURE, "When a part is away". */
import { join } from 'node:path';
import { createForge, type Forge, seedRepository } from '@loom/forge';
import { defineMigration, runWorker } from '@loom/worker-sdk';
import { createForgeClient, pullRequestStep } from '@loom/worker-sdk/git';
import { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Api, getCandidate, getSteps, listAll, startForSure } from '../support/api.ts';
import { startContractWorker } from '../support/contract-worker.ts';
import { addressOf, type Link, openLink } from '../support/link.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const ID = 'changes';
const NEIGHBOUR = 'neighbour';
const ROWS = ['forge-down', 'forge-slow', 'forge-full'] as const;
type Row = (typeof ROWS)[number];
const SLOW_MS = 100;

let stack: Stack;
let client: Api;
let forge: Forge;
let link: Link;
let octokit: Octokit;
const ends: (() => Promise<void>)[] = [];

/** `open`: its pull request is open when the fault strikes. `new`: started under it. */
const candidatesOf = (row: Row) => [`${row}-open`, `${row}-new`];

beforeAll(async () => {
  stack = await startStack({ name: 'forge', onEnd: (end) => ends.push(end) });
  client = stack.client;
  forge = await createForge({ root: join(stack.dir, 'forge') });
  stack.keep({ stop: () => forge.close() });
  octokit = new Octokit({ baseUrl: forge.apiUrl, auth: forge.token });
  const ids = ROWS.flatMap(candidatesOf);
  for (const id of ids) {
    await seedRepository(forge, `acme/${id}`, {
      commits: [{ message: 'Start', files: { 'a.txt': 'old\n' } }],
    });
  }
  link = stack.keep(await openLink(addressOf(forge.url)));
  const change = pullRequestStep({
    type: 'change',
    forge: createForgeClient({
      apiUrl: link.through(forge.apiUrl),
      gitUrl: link.through(forge.url),
      token: forge.token,
      userAgent: 'loom-test',
      throttle: { kind: 'none' },
      retryAfterMs: 50,
    }),
    repository: ({ candidate }) => `acme/${candidate.id}`,
    edit: async (workspace) => {
      await workspace.write('a.txt', 'new\n');
      return {};
    },
    title: () => 'Change a',
    body: () => 'As announced.',
    pollEveryMs: 300,
  });
  const worker = await runWorker({
    workerApp: ID,
    serverUrl: stack.api.url,
    listen: '127.0.0.1:0',
    store: { redisUrl: stack.redis.url },
    handleSignals: false,
    logLevel: 'silent',
    migrations: [
      defineMigration({
        id: ID,
        name: ID,
        description: 'Changes a file by a pull request.',
        owner: 'tests',
        inputs: z.object({}),
        labelKeys: [],
        steps: [
          {
            name: 'change',
            use: change,
            config: {},
            retry: { maxAttempts: 20, initialIntervalMs: 300, backoffCoefficient: 1 },
          },
        ],
        discover: async () => ids.map((id) => ({ id, kind: 'repository', labels: {} })),
      }),
    ],
  });
  stack.keep({ stop: () => worker.close() });
  stack.keep(
    await startContractWorker({
      serverUrl: stack.api.url,
      id: NEIGHBOUR,
      steps: ['one'],
      candidates: ROWS.map((id) => ({ id })),
    }),
  );
  await until('discovery', async () => (await listAll(client, ID)).length === ids.length);
}, 120_000);

afterAll(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
}, 60_000);

const stateOf = async (id: string) => (await getCandidate(client, ID, id)).runState;

async function openBefore(row: Row): Promise<void> {
  await startForSure(client, ID, `${row}-open`);
  await until('its pull request', async () => (await stateOf(`${row}-open`)) === 'pending');
}

/** Merges every pull request of the row, once it is there; there is one for each candidate. */
async function expectToBeMerged(row: Row): Promise<void> {
  for (const repo of candidatesOf(row)) {
    const list = async () => (await octokit.pulls.list({ owner: 'acme', repo, state: 'all' })).data;
    const pull = await until(`the pull request of ${repo}`, async () => (await list())[0]);
    await octokit.pulls.merge({ owner: 'acme', repo, pull_number: pull.number });
    await until(
      `the end of ${repo}`,
      async () => (await getCandidate(client, ID, repo)).status === 'completed',
    );
    expect((await list()).length).toBe(1);
    const { steps } = await getSteps(client, ID, repo);
    expect(steps[0]?.attempts.at(-1)).toMatchObject({ outcome: 'merged' });
  }
}

async function expectNeighbourToRun(row: Row): Promise<void> {
  await startForSure(client, NEIGHBOUR, row);
  await until(
    'the neighbour',
    async () => (await getCandidate(client, NEIGHBOUR, row)).status === 'completed',
  );
}

test('promise 12: forge-down: what waits for a merge goes on waiting, a new change fails visibly and is tried again', async () => {
  const row = 'forge-down';
  await openBefore(row);
  link.cut();
  await startForSure(client, ID, `${row}-new`);
  const attempts = async (id: string) => (await getSteps(client, ID, id)).steps[0]?.attempts ?? [];
  await until('a failure', async () =>
    (await attempts(`${row}-new`)).some(({ outcome }) => outcome === 'failed'),
  );
  expect((await attempts(`${row}-new`))[0]?.message).toMatch(/ECONNR|fetch|connect|reset|unable to access/i);
  await expectNeighbourToRun(row);
  expect(await stateOf(`${row}-open`)).toBe('pending');
  expect((await attempts(`${row}-open`)).length).toBe(1);
  link.heal();
  await expectToBeMerged(row);
}, 90_000);

test('promise 12: forge-slow: everything goes on, only later', async () => {
  const row = 'forge-slow';
  await openBefore(row);
  link.slow(SLOW_MS);
  await startForSure(client, ID, `${row}-new`);
  await expectNeighbourToRun(row);
  await expectToBeMerged(row);
  link.heal();
}, 90_000);

test('promise 12: forge-full: requests wait as long as the forge asks, and no step fails', async () => {
  const row = 'forge-full';
  await openBefore(row);
  const { id } = forge.faults.add({
    kind: 'secondary-limit',
    path: `/repos/acme/${row}-new/**`,
    count: 3,
    retryAfterS: 1,
  });
  await startForSure(client, ID, `${row}-new`);
  await until('the limit to strike', async () => {
    const planted = forge.faults.list().find((one) => one.id === id);
    return planted === undefined || planted.hits === 3;
  });
  await expectNeighbourToRun(row);
  await expectToBeMerged(row);
  for (const candidate of candidatesOf(row)) {
    const { steps } = await getSteps(client, ID, candidate);
    expect(steps[0]?.attempts.map(({ outcome }) => outcome)).toEqual(['merged']);
  }
  forge.faults.clear();
}, 90_000);
