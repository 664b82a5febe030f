import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isOwnerName, isRepositoryName } from '../names.ts';
import { createIdSequence } from './id-sequence.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import type { RepositoryRecord } from './records.ts';

export interface RepositoryStore {
  /** Where the bare repositories are: `{owner}/{name}.git` below it. */
  readonly repositoriesRoot: string;
  /** For files that nobody misses after a crash; emptied at start. */
  readonly scratchRoot: string;
  readonly stateRoot: string;
  /** Names are compared without regard to case, as GitHub does. */
  find(owner: string, name: string): RepositoryRecord | undefined;
  list(): readonly RepositoryRecord[];
  /** Written to disk before it is seen by any reader. */
  put(record: RepositoryRecord): Promise<void>;
  remove(record: RepositoryRecord): Promise<void>;
  gitDir(record: Pick<RepositoryRecord, 'owner' | 'name'>): string;
  readonly nextId: () => number;
}

export async function openRepositoryStore(root: string): Promise<RepositoryStore> {
  const repositoriesRoot = join(root, 'repositories');
  const stateRoot = join(root, 'state');
  const scratchRoot = join(root, 'scratch');
  await rm(scratchRoot, { recursive: true, force: true });
  for (const dir of [repositoriesRoot, stateRoot, scratchRoot]) await mkdir(dir, { recursive: true });
  const records = await loadRecords(join(stateRoot, 'repositories'));
  const nextId = createIdSequence(join(stateRoot, 'last-id'));

  const stateFile = (record: RepositoryRecord) =>
    join(stateRoot, 'repositories', record.owner, `${record.name}.json`);
  const gitDir = ({ owner, name }: Pick<RepositoryRecord, 'owner' | 'name'>) =>
    join(repositoriesRoot, owner, `${name}.git`);
  for (const record of records.values()) {
    if (!existsSync(gitDir(record)))
      throw new Error(`${stateFile(record)} has no repository ${gitDir(record)}`);
    // Left by a merge that a crash interrupted.
    await rm(join(gitDir(record), 'worktrees'), { recursive: true, force: true });
  }

  return {
    repositoriesRoot,
    scratchRoot,
    stateRoot,
    nextId,
    gitDir,
    find: (owner, name) => records.get(keyOf(owner, name)),
    list: () => [...records.values()],
    async put(record) {
      await writeJsonFile(stateFile(record), record);
      records.set(keyOf(record.owner, record.name), record);
    },
    async remove(record) {
      records.delete(keyOf(record.owner, record.name));
      await rm(stateFile(record), { force: true });
      await rm(gitDir(record), { recursive: true, force: true });
    },
  };
}

export function keyOf(owner: string, name: string): string {
  return `${owner}/${name}`.toLowerCase();
}

async function loadRecords(dir: string): Promise<Map<string, RepositoryRecord>> {
  const records = new Map<string, RepositoryRecord>();
  await mkdir(dir, { recursive: true });
  for (const owner of await readdir(dir)) {
    if (!isOwnerName(owner)) continue;
    for (const file of await readdir(join(dir, owner))) {
      const name = file.replace(/\.json$/, '');
      if (!file.endsWith('.json') || !isRepositoryName(name)) continue;
      const record = await loadRecord(join(dir, owner, file));
      records.set(keyOf(record.owner, record.name), record);
    }
  }
  return records;
}

async function loadRecord(path: string): Promise<RepositoryRecord> {
  const content = await readJsonFile(path);
  if (typeof content === 'object' && content !== null && 'v' in content && content.v === 1)
    return content as RepositoryRecord;
  throw new Error(`${path} is not a state file of this version of the forge`);
}
