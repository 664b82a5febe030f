import { expect, it } from 'vitest';
import { defineMigration } from './define-migration.ts';
import { defineStep, type ReadBase } from './define-step.ts';
import { succeeded } from './outcomes.ts';
import { checkByContract } from './test-support/contract.ts';
import { startTestWorker } from './test-support/start-test-worker.ts';

function migrationOf(readers: readonly (ReadBase | undefined)[]) {
  return defineMigration({
    id: 'hello',
    name: 'Hello',
    steps: readers.map((readBase, index) => ({
      name: `step-${index}`,
      use: defineStep({
        type: `step-${index}`,
        run: async ({ preview }) => {
          preview?.recordBase({ repo: 'a/b', branch: 'main', commit: 'old' });
          return succeeded();
        },
        ...(readBase === undefined ? {} : { readBase }),
      }),
    })),
  });
}

const candidate = { id: 'world', kind: 'name', labels: {}, metadata: {}, files: [] };

async function post(url: string, body: unknown) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as unknown };
}

it('a dry run tells its bases once, and the worker where they are now', async () => {
  const readers: readonly (ReadBase | undefined)[] = [
    undefined,
    async () => {
      throw new Error('Another forge.');
    },
    async ({ branch }) => (branch === 'main' ? 'new' : undefined),
  ];
  const migration = migrationOf(readers);
  const { worker, server } = await startTestWorker({ migrations: [migration] });
  await worker.announced;
  expect(server.announcements[0]?.capabilities).toMatchObject({ bases: true });
  const steps = migration.steps.map(({ name }) => ({ name, workerApp: 'greeter' }));
  const dryRun = await post(`${worker.url}/dry-run`, { migrationId: 'hello', candidate, steps, inputs: {} });
  expect(dryRun.body).toMatchObject({ bases: [{ repo: 'a/b', branch: 'main', commit: 'old' }] });
  expect(checkByContract('DryRunResult', dryRun.body)).toEqual([]);
  const bases = [
    { repo: 'a/b', branch: 'main' },
    { repo: 'a/b', branch: 'gone' },
  ];
  const now = await post(`${worker.url}/bases`, { migrationId: 'hello', bases });
  expect(now).toEqual({ status: 200, body: { bases: [{ repo: 'a/b', branch: 'main', commit: 'new' }] } });
  expect(checkByContract('BasesResult', now.body)).toEqual([]);
});

it('a worker that reads no bases says so', async () => {
  const { worker, server } = await startTestWorker({ migrations: [migrationOf([undefined])] });
  await worker.announced;
  expect(server.announcements[0]?.capabilities).toMatchObject({ bases: false });
  expect((await post(`${worker.url}/bases`, { migrationId: 'hello', bases: [] })).status).toBe(404);
  expect((await post(`${worker.url}/bases`, { migrationId: 'hello' })).status).toBe(422);
  expect((await fetch(`${worker.url}/bases`)).status).toBe(405);
});
