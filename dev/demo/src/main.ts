/** `make demo`: a real migration, from nothing to the table of outcomes. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createProgress, MissingPartError, ProcessStartError, startWorker, stopOnSignal } from '@loom/stack';
import { createLoomClient, type LoomClient } from './loom-client.ts';
import { startStack } from './start-stack.ts';

const once = process.env['ONCE'] === '1';
const port = Number(process.env['PORT'] ?? (once ? '0' : '8080'));
const MIGRATION = 'hello-world';
const PATIENCE_MS = 60_000;

const progress = createProgress();
const dir = await mkdtemp(join(tmpdir(), 'loom-demo-'));

async function main(): Promise<void> {
  const stack = await startStack({ progress, dir, from: 'dist', port });
  stopOnSignal(() => stack.stop());
  const worker = await progress.phase('Start the worker', () =>
    startWorker({ worker: MIGRATION, serverUrl: stack.server.url, redisUrl: stack.redis.url, logFile: join(stack.logs, 'worker.log') }),
  );
  try {
    const loom = createLoomClient(stack.server.url);
    const ids = await progress.phase('Discover candidates', () => discover(loom));
    await progress.phase('Start all', () => Promise.all(ids.map((id) => loom.start(MIGRATION, id))));
    await progress.phase('Run', () => review(loom));
    progress.table();
    if (!once) {
      progress.note(`Console: ${stack.server.url}`);
      await worker.waitForExit();
    }
  } finally {
    await worker.stop();
    await stack.stop();
  }
}

async function discover(loom: LoomClient): Promise<readonly string[]> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const found = await loom.listCandidates(MIGRATION).catch(() => []);
    if (found.length > 0) return found.map((candidate) => candidate.id);
    await delay(200);
  }
  throw new Error('No candidates were discovered.');
}

async function review(loom: LoomClient): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const candidates = await loom.listCandidates(MIGRATION);
    if (candidates.every((candidate) => candidate.status === 'completed')) return;
    for (const { id, runState, step } of candidates) {
      if (runState === 'awaiting_approval' && step !== undefined) await loom.approve(MIGRATION, id, step, 'Looks right.');
    }
    await delay(200);
  }
  throw new Error('Not every candidate was completed.');
}

try {
  await main();
} catch (error) {
  const isKnown = error instanceof MissingPartError || error instanceof ProcessStartError;
  process.stderr.write(`\nThe demo fell short: ${isKnown ? error.message : error instanceof Error ? error.stack : String(error)}\nLogs: ${dir}/logs\n`);
  process.exitCode = 1;
}
