import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const open = new Set<string>();

/** A process that ends in the middle of a step takes its clones with it. */
function removeAll(): void {
  for (const path of open) rmSync(path, { recursive: true, force: true });
}

/** Makes a folder that is gone after `remove`, and at the latest when the process exits. */
export async function openTemporaryFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'loom-git-'));
  if (open.size === 0) process.once('exit', removeAll);
  open.add(path);
  return {
    path,
    async remove() {
      open.delete(path);
      if (open.size === 0) process.off('exit', removeAll);
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
