import type { Candidate } from '../domain/candidate.ts';
import { ENGINE_ACTOR } from '../domain/event.ts';
import type { StoredMigration } from '../domain/migration.ts';
import { withUsualRetry } from '../domain/retry-policy.ts';
import type { RetryPolicy } from '../domain/step.ts';
import { type CloseRunDeps, closeRun } from './close-run.ts';
import type { StoredRun } from './ports/migration-store.ts';
import type { RunRef } from './ports/refs.ts';
import type { EngineRun, RunEngine, RunProgress } from './ports/run-engine.ts';
import { findMissing, INPUTS_MISSING, STEPS_MISSING } from './what-is-missing.ts';

export interface RestoreRunDeps extends CloseRunDeps {
  readonly usualRetry: RetryPolicy;
  readonly engine: Pick<RunEngine, 'describe' | 'terminate' | 'progress' | 'redeliver' | 'wake'>;
}

/** Below every order that a workflow gives its writes. */
export const FIRST_SEQ = 0;

/** Gives the run back when the store has lost it, and its worker has announced and discovered it again. */
export async function findForgotten(
  { store }: Pick<RestoreRunDeps, 'store'>,
  run: EngineRun,
): Promise<EngineRun | undefined> {
  const stored = await store.getRun(run);
  if (stored !== undefined && !isHalfRestored(stored)) return undefined;
  return (await store.getCandidate(run)) === undefined ? undefined : run;
}

/** A check died between claiming it and writing where it is. */
export function isHalfRestored({ seq, actor }: StoredRun): boolean {
  return seq < FIRST_SEQ && actor.kind === ENGINE_ACTOR.kind && actor.id === ENGINE_ACTOR.id;
}

/**
 * Writes an open run that the store has lost as the engine knows it: where it is, and every attempt. It goes on when
 * nothing else of it is missing. Inputs and outputs are in the store only, so where it had some a person has to decide:
 * it is ended as lost, with its attempts, and can be started again.
 */
export async function restoreRun(deps: RestoreRunDeps, run: EngineRun): Promise<void> {
  const { store, engine } = deps;
  const [progress, candidate, migration] = await Promise.all([
    engine.progress(run),
    store.getCandidate(run),
    store.getMigration(run.migrationId),
  ]);
  // It has to be asked where it is; a run that was never begun, or is about to end, does not answer for long.
  if (progress === undefined || candidate === undefined || migration === undefined) return;
  if ((await findForgotten(deps, run)) === undefined || (await engine.describe(run)) !== 'open') return;

  const { revision: _, ...ref } = run;
  const missing = whatIsMissing(migration, candidate, run, progress);
  if (missing !== undefined) {
    // The engine does not list it as open any more, so that a check that dies now is made up for by the next comparison.
    await store.dropComparison(run.migrationId);
    // Before the store takes its writes: it would dispatch its next step without what is missing.
    await engine.terminate(run, 'The store has lost what the run needs.');
  }
  const at = deps.clock.now().toISOString();
  if (!(await claimRestored(deps, run, { candidate, migration, at, missing }))) return;
  const { view, attempts } = progress;
  await store.project({ ...ref, seq: FIRST_SEQ, at, view, attempts, events: [] });
  if (missing === undefined) await tellAgain(engine, ref, progress);
  else await closeAsLost(deps, ref, missing);
}

export interface Restored {
  readonly candidate: Candidate;
  readonly migration: StoredMigration;
  /** When the run began. */
  readonly at: string;
  readonly missing: string | undefined;
}

/** Claims the candidate for a run that the engine has and the store does not; false when another run has it. */
export async function claimRestored(
  { store, usualRetry, clock }: Pick<RestoreRunDeps, 'store' | 'usualRetry' | 'clock'>,
  { revision, ...ref }: EngineRun,
  { candidate, migration, at, missing }: Restored,
): Promise<boolean> {
  const { id, kind, labels, metadata, files } = candidate;
  const claim = await store.claimRun({
    ...ref,
    manifest: {
      runId: ref.runId,
      migrationId: ref.migrationId,
      revision: revision ?? migration.revision,
      candidate: { id, kind, labels, metadata, files },
      steps: (candidate.steps ?? migration.steps).map((step) => withUsualRetry(step, usualRetry)),
      requiredInputs: migration.requiredInputs,
    },
    inputs: candidate.inputs,
    actor: ENGINE_ACTOR,
    at,
    // It follows the one that the store knows, whatever became of that.
    ...(candidate.runId === undefined ? {} : { afterRunId: candidate.runId }),
    event: {
      ...{ at: clock.now().toISOString(), type: 'run.restored', actor: ENGINE_ACTOR, ...ref },
      ...(missing === undefined ? {} : { data: { missing } }),
    },
  });
  return claim.kind === 'claimed';
}

export function closeAsLost(deps: CloseRunDeps, run: RunRef, missing: string): Promise<void> {
  const reason = `The store had lost this run, and ${missing}; its effects so far remain.`;
  return closeRun(deps, run, 'lost', reason);
}

/** Whoever worked on it was refused meanwhile, and nobody is known to hold it. */
export async function tellAgain(
  engine: RestoreRunDeps['engine'],
  run: RunRef,
  { attempts }: RunProgress,
): Promise<void> {
  for (const { stepIndex, phase, attempt, endedAt } of attempts) {
    if (endedAt === undefined) await engine.redeliver({ ...run, stepIndex, phase, attempt });
  }
  await engine.wake(run);
}

/** What the engine does not know of a run and nobody can make up. */
function whatIsMissing(
  { revision, requiredInputs }: StoredMigration,
  candidate: Candidate,
  run: EngineRun,
  progress: RunProgress,
): string | undefined {
  if (run.revision !== revision || candidate.steps !== undefined) return STEPS_MISSING;
  return requiredInputs.length > 0 ? INPUTS_MISSING : findMissing(progress, []);
}
