import type { InputPatterns } from '../domain/input-patterns.ts';
import type { Inputs } from '../domain/inputs.ts';
import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import { ANSWERED, findToAsk } from './ask-worker.ts';
import { type DryRunLeaseDeps, holdLease, withoutOwnerFailed } from './dry-run-lease.ts';
import {
  type DryRun,
  DryRunFailed,
  type DryRunner,
  type DryRunResult,
  type DryRunStore,
} from './ports/dry-runner.ts';
import { type MigrationStore } from './ports/migration-store.ts';
import { type CandidateRef } from './ports/refs.ts';
import { type Clock, type NewId } from './ports/system.ts';
import { type WorkerDirectory } from './ports/worker-directory.ts';
import { unknownCandidate } from './read-candidates.ts';
import { resolveInputs } from './start-run.ts';

export interface DryRunCandidateDeps {
  readonly store: MigrationStore;
  readonly dryRuns: DryRunStore;
  readonly dryRunner: DryRunner;
  readonly directory: WorkerDirectory;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly patterns: InputPatterns;
  readonly limits: DryRunLeaseDeps['limits'] & {
    /** How long a request waits for the result before it answers with a place to look. */
    readonly waitMs: number;
  };
  /** Told of work that goes on after the answer, so that shutdown can wait for it. */
  readonly background: (work: Promise<unknown>) => void;
}

export interface DryRunCommand extends CandidateRef {
  readonly inputs: Inputs;
}

/** Previews a run. Gives the finished dry run when it is quick, else the running one to look at later. */
export const startDryRun =
  (deps: DryRunCandidateDeps) =>
  async (command: DryRunCommand): Promise<Outcome<DryRun>> => {
    const { store, directory, dryRuns, clock } = deps;
    const { migrationId, candidateId } = command;
    const [migration, candidate] = await Promise.all([
      store.getMigration(migrationId),
      store.getCandidate(command),
    ]);
    if (migration === undefined) return refuse('not-found', `There is no migration "${migrationId}".`);
    if (candidate === undefined) return unknownCandidate(command);
    if (!migration.capabilities.dryRun)
      return refuse('no-dry-run', `The worker app "${migration.workerApp}" cannot preview.`);
    const inputs = resolveInputs(migration, candidate, command.inputs, deps.patterns);
    if (!inputs.ok) return inputs;
    const worker = await findToAsk(directory, migration.workerApp, migration.revision);
    if (worker.kind === 'away') return refuse('worker-unavailable', worker.reason, { retryAfterSeconds: 10 });

    const running: DryRun = {
      id: deps.newId(),
      migrationId,
      candidateId,
      state: 'running',
      startedAt: clock.now().toISOString(),
      inputs: inputs.value,
      revision: migration.revision,
    };
    await dryRuns.save(running);
    const release = await holdLease(deps, running.id);
    const { id, kind, labels, metadata, files } = candidate;
    const { workerApp, instanceId, workerUrl } = worker.instance;
    const request = {
      migrationId,
      revision: migration.revision,
      candidate: { id, kind, labels, metadata, files },
      steps: candidate.steps ?? migration.steps,
      inputs: inputs.value,
      secretInputs: migration.requiredInputs.filter(({ type }) => type === 'secret').map(({ name }) => name),
      instance: { workerApp, instanceId },
    };
    const finished = make(deps, running, (signal) =>
      worker.ask(() => deps.dryRunner.dryRun(workerUrl, request, signal), ANSWERED),
    ).finally(release);
    deps.background(finished);
    return succeed(await withinMs(finished, deps.limits.waitMs, running));
  };

async function make(
  { dryRuns, clock, limits }: DryRunCandidateDeps,
  running: DryRun,
  call: (signal: AbortSignal) => Promise<DryRunResult>,
): Promise<DryRun> {
  const end = (rest: Partial<DryRun>): DryRun => ({
    ...running,
    endedAt: clock.now().toISOString(),
    ...rest,
  });
  const ended = await call(AbortSignal.timeout(limits.dryRunTimeoutMs)).then(
    ({ steps, bases }) => end({ state: 'completed', steps, ...(bases === undefined ? {} : { bases }) }),
    async (error: unknown) => {
      if (error instanceof DryRunFailed) return end({ state: 'failed', error: error.message });
      await dryRuns.save(
        end({ state: 'failed', error: 'The preview broke; the log of the server says how.' }),
      );
      throw error;
    },
  );
  await dryRuns.save(ended);
  return ended;
}

async function withinMs<Value>(work: Promise<Value>, ms: number, otherwise: Value): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Value>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export const getDryRun =
  ({ dryRuns }: { readonly dryRuns: DryRunStore }) =>
  async (id: string): Promise<Outcome<DryRun>> => {
    const kept = await dryRuns.get(id);
    return kept === undefined
      ? refuse('not-found', 'There is no such dry run; they are kept for 7 days.')
      : succeed(withoutOwnerFailed(kept.dryRun, kept.isLeased));
  };
