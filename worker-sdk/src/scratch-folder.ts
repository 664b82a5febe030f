import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of {@link openScratchFolder}. */
export interface ScratchFolder {
  readonly path: string;
  /** Removes the folder with all that is in it, and gives temporary files back their usual place. */
  close(): Promise<void>;
}

/**
 * Makes a folder of its own for a test, and puts every temporary file of this process there until it is closed, such
 * as the clones of the git kit: they are removed with it, whatever becomes of the test. Close the newest first.
 */
export async function openScratchFolder(): Promise<ScratchFolder> {
  const path = await mkdtemp(join(tmpdir(), 'loom-scratch-'));
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = path;
  return {
    path,
    async close() {
      if (TMPDIR === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = TMPDIR;
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
