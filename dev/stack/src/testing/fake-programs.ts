import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FakeMachine {
  readonly root: string;
  /** Its own home, cache and PATH, so nothing of the real machine is found. */
  readonly env: Readonly<Record<string, string>>;
  /** Writes a shell script as `program`, in the folder on PATH unless another below the root is named. */
  add(program: string, body: string, folder?: string): Promise<string>;
  remove(): Promise<void>;
}

/** A machine to search that has just the programs which a test gives it. */
export async function createFakeMachine(): Promise<FakeMachine> {
  const root = await mkdtemp(join(tmpdir(), 'loom-machine-'));
  await mkdir(join(root, 'path'));
  return {
    root,
    env: {
      PATH: join(root, 'path'),
      HOME: join(root, 'home'),
      XDG_CACHE_HOME: join(root, 'cache'),
      LOOM_TEMPORAL_DOWNLOAD: 'off',
      FAKE_ROOT: root,
    },
    add: async (program, body, folder = 'path') => {
      const path = join(root, folder, program);
      await mkdir(join(root, folder), { recursive: true });
      await writeFile(path, `#!/bin/sh\n${body}\n`);
      await chmod(path, 0o755);
      return path;
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

export const fakeTemporal = 'echo "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"';
