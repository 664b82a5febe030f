/** `make demo`: a real migration on real git repositories, from nothing to the table of outcomes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exampleWorld } from '@loom/app-chart/example-world';
import { createProgress, MissingPartError, ProcessStartError, startWorker, stopOnSignal } from '@loom/stack';
import { createLoomClient, type DryRun, type LoomClient } from './loom-client.ts';
import { describeOutcomes } from './outcomes.ts';
import { reviewUntilDone } from './reviewer.ts';
import { startStack } from './start-stack.ts';
import { seedWorld, startForge, startMigrationWorker } from './start-world.ts';

const MIGRATION = 'app-chart';
const DISCOVERY_MS = 60_000;
const REVIEW_MS = 300_000;

const isOnce = process.env['ONCE'] === '1';
const port = Number(process.env['PORT'] ?? (isOnce ? '0' : '8080'));
const progress = createProgress();
const dir = await mkdtemp(join(tmpdir(), 'loom-demo-'));
/** Somebody pressed Ctrl-C, so that what ends from now on ends because it was told to. */
let isStopping = false;

async function main(): Promise<void> {
  const parts: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    for (const part of parts.splice(0).toReversed()) await part.stop();
  };
  stopOnSignal(async () => {
    isStopping = true;
    progress.note('Stopping …');
    await stop();
    await rm(dir, { recursive: true, force: true });
    progress.note('Everything is stopped.');
  });
  try {
    const stack = await startStack({ progress, dir, from: 'dist', port });
    parts.push(stack);
    const world = await progress.phase('Start the forge', () => startForge(dir, stack.logs, 0));
    parts.push(world.forge.process);
    await progress.phase(`Seed ${exampleWorld.repositories.length} repositories`, (report) =>
      seedWorld(world, report),
    );
    await progress.phase('Start the workers', async () => {
      parts.push(await startMigrationWorker(world, stack, 'dist'));
      parts.push(
        await startWorker({
          worker: 'hello-world',
          serverUrl: stack.server.url,
          redisUrl: stack.redis.url,
          logFile: join(stack.logs, 'hello-world.log'),
        }),
      );
    });

    const loom = createLoomClient(stack.server.url);
    const ids = await progress.phase('Discover applications', () => discover(loom));
    const [first = ''] = ids;
    const preview = await progress.phase(`Preview ${first}`, () => loom.preview(MIGRATION, first));
    progress.note(summarise(preview));
    await progress.phase(`Start all ${ids.length}`, () =>
      Promise.all(ids.map((id) => loom.start(MIGRATION, id))),
    );
    await progress.phase('Review, merge, approve', (report) =>
      reviewUntilDone({ loom, world, migrationId: MIGRATION, progress, report, patienceMs: REVIEW_MS }),
    );
    progress.note(await describeOutcomes(loom, MIGRATION));
    progress.note(progress.table());
    if (isOnce) return;
    progress.note(
      `Console  ${stack.server.url}\nForge    ${world.forge.url}\nTemporal ${stack.temporal.uiUrl ?? ''}\nLogs     ${stack.logs}\nCtrl-C stops everything.`,
    );
    await stack.server.waitForExit();
    throw new Error(`The server ended by itself:\n${stack.server.tail(20)}`);
  } finally {
    await stop();
  }
}

async function discover(loom: LoomClient): Promise<readonly string[]> {
  const wanted = exampleWorld.candidates.length;
  const deadline = Date.now() + DISCOVERY_MS;
  while (Date.now() < deadline) {
    const found = await loom.listCandidates(MIGRATION).catch(() => []);
    if (found.length === wanted) return found.map((candidate) => candidate.id);
    await delay(200);
  }
  throw new Error(`Not all ${wanted} applications were discovered.`);
}

function summarise({ state, steps = [], error }: DryRun): string {
  if (state === 'failed') throw new Error(`The preview failed: ${error ?? ''}`);
  return steps
    .map(({ name, changes = [], message, error: why }) => {
      const files =
        changes.length === 0
          ? ''
          : `${changes.length} file${changes.length === 1 ? '' : 's'}: ${changes.map((change) => change.path).join(', ')}`;
      return `    ${name.padEnd(24)} ${why ?? (files === '' ? (message ?? '') : files)}`;
    })
    .join('\n');
}

try {
  await main();
  await rm(dir, { recursive: true, force: true });
} catch (error) {
  // The handler of the signal ends the process once everything is stopped.
  if (isStopping) await new Promise(() => {});
  const isKnown = error instanceof MissingPartError || error instanceof ProcessStartError;
  const what = isKnown ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`\nThe demo fell short: ${what}\nLogs: ${join(dir, 'logs')}\n`);
  process.exitCode = 1;
}
