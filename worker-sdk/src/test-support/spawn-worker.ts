import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import type { StubServer } from './stub-server.ts';
import { until } from './until.ts';

/** A real process of its own, from source, and the address that it announced. */
export async function spawnWorker(program: string, server: StubServer, environment: Record<string, string>) {
  const known = server.announcements.length;
  const child: ChildProcess = spawn(process.execPath, ['--conditions=source', '--import=tsx', program], {
    env: {
      PATH: process.env['PATH'],
      LOOM_SERVER_URL: server.url,
      LOOM_WORKER_LEASE_MS: '1000',
      LOOM_WORKER_LOG_LEVEL: 'warn',
      ...environment,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const announcement = await until(() => {
    const found = server.announcements[known];
    if (found === undefined) throw new Error('The worker has not announced yet.');
    return found;
  }, 40_000);
  return { child, url: announcement.workerUrl };
}

/** Ends it, and gives its exit code. SIGTERM is sent twice, as wrappers do. */
export async function endWorker(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  const exited = once(child, 'exit');
  child.kill(signal);
  if (signal === 'SIGTERM') child.kill(signal);
  await exited;
  return child.exitCode;
}
