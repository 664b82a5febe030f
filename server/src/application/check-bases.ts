import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import { ANSWERED, type AskedDirectory, findToAsk } from './ask-worker.ts';
import { type BaseCommit, type BaseReader, DryRunFailed, type DryRunStore } from './ports/dry-runner.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { CandidateRef } from './ports/refs.ts';

export interface CheckBasesDeps {
  readonly store: Pick<MigrationStore, 'getMigration'>;
  readonly dryRuns: Pick<DryRunStore, 'get'>;
  readonly directory: AskedDirectory;
  readonly baseReader: BaseReader;
}

export interface CheckedBase extends BaseCommit {
  readonly state: 'current' | 'moved' | 'unknown';
  /** The newest commit. */
  readonly now?: string | undefined;
  readonly why?: string | undefined;
}

/** Whether what a dry run was made from has moved since. */
export const checkBases =
  (deps: CheckBasesDeps) =>
  async (dryRunId: string): Promise<Outcome<readonly CheckedBase[]>> => {
    const kept = await deps.dryRuns.get(dryRunId);
    if (kept === undefined) return refuse('not-found', 'There is no such dry run; they are kept for 7 days.');
    const { bases = [] } = kept.dryRun;
    if (bases.length === 0) return succeed([]);
    const read = await readNow(deps, kept.dryRun, bases);
    return succeed(bases.map((base) => compare(base, read)));
  };

type Read = { readonly found: readonly BaseCommit[] } | { readonly why: string };

async function readNow(
  { store, directory, baseReader }: CheckBasesDeps,
  { migrationId, candidateId }: CandidateRef,
  bases: readonly BaseCommit[],
): Promise<Read> {
  const migration = await store.getMigration(migrationId);
  if (migration?.capabilities.bases !== true) return { why: 'The worker cannot tell.' };
  const worker = await findToAsk(directory, migration.workerApp, migration.revision);
  if (worker.kind === 'away') return { why: worker.reason };
  try {
    const asked = bases.map(({ repo, branch }) => ({ repo, branch }));
    const { workerUrl, workerApp, instanceId } = worker.instance;
    const request = { migrationId, candidateId, bases: asked, instance: { workerApp, instanceId } };
    const read = () => baseReader.readBases(workerUrl, request);
    return { found: await worker.ask(read, ANSWERED) };
  } catch (error) {
    if (error instanceof DryRunFailed) return { why: error.message };
    throw error;
  }
}

function compare(base: BaseCommit, read: Read): CheckedBase {
  if ('why' in read) return { ...base, state: 'unknown', why: read.why };
  const now = read.found.find(({ repo, branch }) => repo === base.repo && branch === base.branch)?.commit;
  if (now === undefined) return { ...base, state: 'unknown', why: 'The worker could not read the branch.' };
  return { ...base, state: now === base.commit ? 'current' : 'moved', now };
}
