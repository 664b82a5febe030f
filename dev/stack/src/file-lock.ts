import { mkdir, open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Log, silent } from './log.ts';

export interface FileLockOptions {
  readonly log?: Log;
  /** A lock that its holder has not touched for so long is taken over. Default 60,000. */
  readonly staleAfterMs?: number;
  /** Default 250. */
  readonly pollMs?: number;
}

/**
 * Runs `work` while holding a lock file, so that processes do the same long thing once. The holder touches the file;
 * a holder that died is seen by its process id (same machine) or by the file's age. Two processes that take over a
 * stale lock in the same instant may both enter, so `work` must be safe to run twice, only wasteful.
 */
export async function withFileLock<T>(
  path: string,
  work: () => Promise<T>,
  options: FileLockOptions = {},
): Promise<T> {
  const { log = silent, staleAfterMs = 60_000, pollMs = 250 } = options;
  await mkdir(dirname(path), { recursive: true });
  const owner = `${hostname()} ${process.pid} ${process.hrtime.bigint()}`;
  let hasSaidSo = false;
  while (!(await take(path, owner))) {
    if (await isStale(path, staleAfterMs)) {
      await rm(path, { force: true });
      continue;
    }
    if (!hasSaidSo) log(`another process holds ${path}; waiting for it`);
    hasSaidSo = true;
    await delay(pollMs);
  }
  const touch = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {}); // taken over: see above
  }, staleAfterMs / 4);
  touch.unref();
  try {
    return await work();
  } finally {
    clearInterval(touch);
    if ((await readOwner(path)) === owner) await rm(path, { force: true });
  }
}

async function take(path: string, owner: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(owner);
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readOwner(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

async function isStale(path: string, staleAfterMs: number): Promise<boolean> {
  const [owner, age] = await Promise.all([
    readOwner(path),
    stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0, // gone meanwhile: the next try to take it will tell
    ),
  ]);
  if (age > staleAfterMs) return true;
  const [host, pid] = owner?.split(' ') ?? [];
  return host === hostname() && pid !== undefined && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
