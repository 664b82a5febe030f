import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Another process works with the directory. */
export class DirectoryInUseError extends Error {
  constructor(path: string, pid: number) {
    super(
      `Another worker (process ${pid}) keeps its attempts in ${path}. Stop it, name another LOOM_WORKER_STATE_DIR, ` +
        'or let the instances share a LOOM_WORKER_REDIS_URL.',
    );
    this.name = 'DirectoryInUseError';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Keeps a second process of this machine out of a directory; a lock of a process that died is taken over.
 *
 * @returns what gives the lock back.
 * @throws DirectoryInUseError when a living process has it.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, 'lock');
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const pid = Number(await readFile(path, 'utf8').catch(() => ''));
    // Its own pid is left over from before a restart of the container, where pids start again.
    if (pid > 0 && pid !== process.pid && isAlive(pid)) throw new DirectoryInUseError(directory, pid);
    await rm(path, { force: true });
  }
}
