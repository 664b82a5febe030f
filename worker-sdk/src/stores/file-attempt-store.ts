import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { type AttemptName, type AttemptRecord, isOpen } from '../attempts/attempt-record.ts';
import { parseRecord, parseRecords } from '../attempts/parse-record.ts';
import { moveFile, writeFileAtomically } from './atomic-file.ts';
import { type Admission, type AttemptStore, closedForMs } from './attempt-store.ts';
import { lockDirectory } from './directory-lock.ts';
import { createKeyedMutex } from './keyed-mutex.ts';

interface FileStoreOptions {
  readonly stateDir: string;
  readonly workerApp: string;
  readonly log: Logger;
}

/** What is known of the attempts of one run, step and phase. */
const fenceSchema = z.object({
  newest: z.number().default(0),
  key: z.string().optional(),
  refused: z.number().default(0),
});
type Fence = z.output<typeof fenceSchema>;

type StepName = Pick<AttemptName, 'runId' | 'stepName' | 'phase'>;
const fenceId = (name: StepName) => `${name.runId}:${name.stepName}:${name.phase}`;
const fileName = (key: string) => `${createHash('sha256').update(key).digest('hex')}.json`;

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Files that nothing has touched for as long as closed attempts are kept. */
async function removeOld(directory: string, isKept: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > closedForMs && !isKept(name)) await rm(path, { force: true });
  }
}

/**
 * An attempt store in files, for one instance: `open/` and `closed/` hold a record per attempt, `fences/` what is
 * known of each run and step. Open records are kept in memory as well.
 *
 * @throws DirectoryInUseError when another process of this machine works there.
 */
export async function openFileAttemptStore(options: FileStoreOptions): Promise<AttemptStore> {
  const root = join(options.stateDir, options.workerApp);
  const [openDir, closedDir, fenceDir] = ['open', 'closed', 'fences'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const directory of [openDir, closedDir, fenceDir]) await mkdir(directory, { recursive: true });
  const unlock = await lockDirectory(root);
  const inTurn = createKeyedMutex();
  const open = new Map<string, AttemptRecord>();
  const held = new Set<string>();

  const openPath = (key: string) => join(openDir, fileName(key));
  const closedPath = (key: string) => join(closedDir, fileName(key));
  const fencePath = (name: StepName) => join(fenceDir, fileName(fenceId(name)));

  for (const name of await readdir(openDir)) {
    const path = join(openDir, name);
    if (name.endsWith('.tmp')) {
      await rm(path, { force: true });
      continue;
    }
    for (const record of parseRecords([await readFile(path, 'utf8')], options.log)) {
      if (isOpen(record)) open.set(record.key, record);
      else await moveFile(path, closedPath(record.key));
    }
  }

  async function removeExpired(): Promise<void> {
    const fencesInUse = new Set([...open.values()].map(({ identity }) => fileName(fenceId(identity))));
    await removeOld(closedDir, () => false);
    await removeOld(fenceDir, (name) => fencesInUse.has(name));
  }
  await removeExpired();
  const daily = setInterval(() => {
    removeExpired().catch((error: unknown) =>
      options.log.error({ err: error }, 'old attempts were not removed'),
    );
  }, 86_400_000).unref();

  async function readFence(name: StepName): Promise<Fence> {
    const text = await readIfThere(fencePath(name));
    return fenceSchema.parse(text === undefined ? {} : JSON.parse(text));
  }
  const writeFence = (name: StepName, fence: Fence) =>
    writeFileAtomically(fencePath(name), JSON.stringify(fence));

  /** Written in `open/` first: after a crash between the two, the start finds it closed there and moves it. */
  async function closeAttempt(record: AttemptRecord): Promise<void> {
    await writeFileAtomically(openPath(record.key), JSON.stringify(record));
    await moveFile(openPath(record.key), closedPath(record.key));
    open.delete(record.key);
    held.delete(record.key);
  }

  async function endBySomeoneElse(key: string, reason: string): Promise<boolean> {
    const record = open.get(key);
    if (record === undefined || !isOpen(record)) return false;
    const { dispatch: _dropped, state, ...rest } = record;
    if (state.kind === 'acknowledged' || state.kind === 'stopped') return false;
    await closeAttempt({ ...rest, state: { kind: 'stopped', reason, was: state } });
    return true;
  }

  const refusal = (fence: Fence, attempt: number) => {
    if (fence.refused >= attempt) return 'cancelled';
    return fence.newest > attempt ? 'superseded' : undefined;
  };

  return {
    singleInstance: true,
    admit: (record) =>
      inTurn(fenceId(record.identity), async (): Promise<Admission> => {
        const { key, identity } = record;
        const fence = await readFence(identity);
        const reason = refusal(fence, identity.attempt);
        if (reason !== undefined) return { kind: 'refused', reason };
        const known = open.get(key);
        if (known !== undefined) {
          held.add(key);
          return { kind: 'known', record: known, isOpen: true, isHeld: true };
        }
        const closed = await readIfThere(closedPath(key));
        if (closed !== undefined) {
          return { kind: 'known', record: parseRecord(closed), isOpen: false, isHeld: false };
        }
        // The fence first: after a crash between the two the dispatch comes again and is new.
        await writeFence(identity, { ...fence, newest: identity.attempt, key });
        await writeFileAtomically(openPath(key), JSON.stringify(record));
        open.set(key, record);
        held.add(key);
        const isSuperseding = fence.key !== undefined && (await endBySomeoneElse(fence.key, 'superseded'));
        return { kind: 'created', superseded: isSuperseding ? fence.key : undefined };
      }),
    save: (record) =>
      inTurn(fenceId(record.identity), async () => {
        if (!held.has(record.key)) return false;
        if (isOpen(record)) {
          await writeFileAtomically(openPath(record.key), JSON.stringify(record));
          open.set(record.key, record);
        } else {
          await closeAttempt(record);
        }
        return true;
      }),
    reopen: (record) =>
      inTurn(fenceId(record.identity), async () => {
        const { key, identity } = record;
        if (open.has(key) || refusal(await readFence(identity), identity.attempt) !== undefined) return false;
        await writeFileAtomically(openPath(key), JSON.stringify(record));
        await rm(closedPath(key), { force: true });
        open.set(key, record);
        held.add(key);
        return true;
      }),
    renew: async (keys) => keys.filter((key) => !held.has(key)),
    async claimOrphans(limit) {
      const orphans = [...open.values()].filter(({ key }) => !held.has(key)).slice(0, limit);
      for (const { key } of orphans) held.add(key);
      return orphans;
    },
    async release(keys) {
      for (const key of keys) held.delete(key);
    },
    cancel: (attempt) =>
      inTurn(fenceId(attempt), async () => {
        const fence = await readFence(attempt);
        await writeFence(attempt, { ...fence, refused: Math.max(fence.refused, attempt.attempt) });
        if (await endBySomeoneElse(attempt.idempotencyKey, 'cancelled')) return true;
        return (await readIfThere(closedPath(attempt.idempotencyKey))) !== undefined;
      }),
    async close() {
      clearInterval(daily);
      await unlock();
    },
  };
}
