/** `make dev`: everything with reload, for those who work on Loom. State is kept in `.loom/dev`. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProgress, startProcess, startWorker, stopOnSignal } from '@loom/stack';
import { startStack } from './start-stack.ts';
import { seedWorld, startForge, startMigrationWorker } from './start-world.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SERVER_PORT = 8080;
const CONSOLE_PORT = 5173;
const FORGE_PORT = 7080;

const progress = createProgress();
const dir = join(ROOT, '.loom', 'dev');
const parts: { stop(): Promise<void> }[] = [];
const stop = async () => {
  for (const part of parts.splice(0).toReversed()) await part.stop();
};
stopOnSignal(stop);

try {
  const stack = await startStack({ progress, dir, from: 'watch', port: SERVER_PORT, keepsData: true });
  parts.push(stack);
  const world = await progress.phase('Start the forge', () => startForge(dir, stack.logs, FORGE_PORT));
  parts.push(world.forge.process);
  const { data: known } = await world.octokit.repos.listForOrg({ org: 'acme' }).catch(() => ({ data: [] }));
  if (known.length === 0) await progress.phase('Seed the example', (report) => seedWorld(world, report));
  await progress.phase('Start the workers', async () => {
    parts.push(await startMigrationWorker(world, stack, 'watch'));
    parts.push(
      await startWorker({
        worker: 'hello-world',
        serverUrl: stack.server.url,
        redisUrl: stack.redis.url,
        from: 'watch',
        logFile: join(stack.logs, 'hello-world.log'),
      }),
    );
  });
  const url = `http://127.0.0.1:${CONSOLE_PORT}`;
  const console_ = await progress.phase('Start the console', () =>
    startProcess({
      name: 'console',
      command: process.execPath,
      args: [
        '../node_modules/vite/bin/vite.js',
        '--host',
        '127.0.0.1',
        '--port',
        String(CONSOLE_PORT),
        '--strictPort',
      ],
      cwd: join(ROOT, 'console'),
      readyUrl: url,
      logFile: join(stack.logs, 'console.log'),
    }),
  );
  parts.push(console_);
  progress.note(
    [
      `Console  ${url} (reloads)`,
      `API      ${stack.server.url}/docs (restarts on change)`,
      `Forge    ${world.forge.url}`,
      `Temporal ${stack.temporal.uiUrl ?? ''}`,
      `Logs     ${stack.logs}`,
      'Ctrl-C stops everything; `rm -r .loom/dev` forgets the data.',
    ].join('\n'),
  );
  await console_.waitForExit();
} finally {
  await stop();
}
