import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { expect, inject, it, onTestFinished } from 'vitest';
import { isTemporalReady } from './check-temporal.ts';
import { findTemporal } from './find-temporal.ts';
import { type RunningTemporal, type StartTemporalOptions, startTemporal } from './start-temporal.ts';
import { isAlive } from './testing/is-alive.ts';

async function start(options: Partial<StartTemporalOptions> = {}): Promise<RunningTemporal> {
  const temporal = await startTemporal({ binary: await findTemporal(), ...options });
  onTestFinished(() => temporal.kill());
  return temporal;
}

async function ask<T>(
  address: string,
  namespace: string,
  question: (client: Client) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await question(new Client({ connection, namespace }));
  } finally {
    await connection.close();
  }
}

/** Starts a run that nobody works on, with both search attributes: refused where they are not registered. */
async function startRun(client: Client, workflowId: string): Promise<void> {
  const searchAttributes = { LoomMigration: ['m'], LoomCandidate: ['c'] };
  await client.workflow.start('nobody', { taskQueue: 'nobody', workflowId, searchAttributes });
}

it.each(['default', 'loom'])(
  'takes runs with both search attributes at once, in namespace %s',
  async (namespace) => {
    const { address, uiUrl } = await start({ namespaces: ['loom'] });
    await ask(address, namespace, (client) => startRun(client, 'first'));
    expect(uiUrl).toBeUndefined();
  },
);

it('shows its page on a port of its own', async () => {
  const { uiUrl } = await start({ uiPort: 0 });
  expect(uiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await expect.poll(async () => (await fetch(uiUrl ?? '')).status, { timeout: 10_000 }).toBe(200);
});

it('keeps runs in a data file over a kill and a restart, at the same address', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'loom-test-temporal-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const temporal = await start({ dataFile: join(dir, 'deeper', 'temporal.db'), namespaces: ['loom'] });
  const { address, pid } = temporal;
  await ask(address, 'loom', (client) => startRun(client, 'kept'));
  await temporal.kill();
  await expect(isTemporalReady(address, [])).resolves.toBe(false);
  await temporal.restart();
  expect(temporal.address).toBe(address);
  expect(temporal.pid).not.toBe(pid);
  const { status } = await ask(address, 'loom', (client) => client.workflow.getHandle('kept').describe());
  expect(status.name).toBe('RUNNING');
});

it('leaves no process after stop, and forgets runs that were in memory', async () => {
  const temporal = await start();
  const { address, pid } = temporal;
  await ask(address, 'default', (client) => startRun(client, 'forgotten'));
  await temporal.stop();
  expect(isAlive(pid)).toBe(false);
  await temporal.restart();
  const described = ask(address, 'default', (client) => client.workflow.getHandle('forgotten').describe());
  await expect(described).rejects.toThrow(/not found/i);
});

it('tells what the program said when it does not come up', async () => {
  const dataFile = await mkdtemp(join(tmpdir(), 'loom-test-temporal-'));
  onTestFinished(() => rm(dataFile, { recursive: true }));
  await expect(start({ dataFile })).rejects.toThrow(
    /^Temporal ended with code 1 before it was ready\. Its last output:\n[^]*unable to open database file/,
  );
});

it('refuses a wished port that is taken', async () => {
  const port = Number(inject('temporalAddress').split(':').at(-1));
  await expect(start({ port })).rejects.toThrow(`Port ${port} of 127.0.0.1 is in use`);
});
