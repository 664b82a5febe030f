import { ENGINE_ACTOR } from '../domain/event.ts';
import type { StoredMigration } from '../domain/migration.ts';
import { type CloseRunDeps, closeRun } from './close-run.ts';
import type { StoredRun } from './ports/migration-store.ts';
import type { EngineRun, RunEngine, RunProgress } from './ports/run-engine.ts';

export interface RestoreRunDeps extends CloseRunDeps {
  readonly engine: Pick<RunEngine, 'describe' | 'terminate' | 'progress' | 'redeliver' | 'wake'>;
}

/** Below every order that a workflow gives its writes. */
const FIRST_SEQ = 0;

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
 * Writes a run that the store has lost as the engine knows it: where it is, and every attempt. It goes on when nothing
 * else of it is missing. Inputs and outputs are in the store only, so where it had some a person has to decide: it is
 * ended as lost, with its attempts, and can be started again.
 */
export async function restoreRun(deps: RestoreRunDeps, run: EngineRun): Promise<void> {
  const { store, engine, clock } = deps;
  const [progress, candidate, migration] = await Promise.all([
    engine.progress(run),
    store.getCandidate(run),
    store.getMigration(run.migrationId),
  ]);
  // It has to be asked where it is; a run that was never begun, or is about to end, does not answer for long.
  if (progress === undefined || candidate === undefined || migration === undefined) return;
  if ((await findForgotten(deps, run)) === undefined || (await engine.describe(run)) !== 'open') return;

  const { revision, ...ref } = run;
  const at = clock.now().toISOString();
  const missing = whatIsMissing(migration, candidate.steps !== undefined, revision, progress);
  // Before the store takes its writes: it would dispatch its next step without what is missing.
  if (missing !== undefined) await engine.terminate(run, 'The store has lost what the run needs.');
  const { id, kind, labels, metadata, files } = candidate;
  const claim = await store.claimRun({
    ...ref,
    manifest: {
      runId: run.runId,
      migrationId: run.migrationId,
      revision: revision ?? migration.revision,
      candidate: { id, kind, labels, metadata, files },
      steps: candidate.steps ?? migration.steps,
      requiredInputs: migration.requiredInputs,
    },
    inputs: candidate.inputs,
    actor: ENGINE_ACTOR,
    at,
    event: {
      at,
      type: 'run.restored',
      actor: ENGINE_ACTOR,
      ...ref,
      ...(missing === undefined ? {} : { data: { missing } }),
    },
  });
  if (claim.kind !== 'claimed') return;
  const { view, attempts } = progress;
  await store.project({ ...ref, seq: FIRST_SEQ, at, view, attempts, events: [] });
  if (missing !== undefined) {
    await closeRun(
      deps,
      ref,
      'lost',
      `The store had lost this run, and ${missing}; its effects so far remain.`,
    );
    return;
  }
  // Whoever worked on it was refused meanwhile, and nobody is known to hold it.
  for (const { stepIndex, phase, attempt, endedAt } of attempts) {
    if (endedAt === undefined) await engine.redeliver({ ...ref, stepIndex, phase, attempt });
  }
  await engine.wake(ref);
}

/** What the engine does not know of a run and nobody can make up. */
function whatIsMissing(
  { revision, requiredInputs }: StoredMigration,
  hasOwnSteps: boolean,
  startedWith: string | undefined,
  { view, attempts }: RunProgress,
): string | undefined {
  if (startedWith !== revision || hasOwnSteps) return 'its steps are not known any more';
  if (requiredInputs.length > 0) return 'its inputs are not known any more';
  const isUndoing = attempts.some(({ phase }) => phase === 'compensate') || view.runState === 'compensating';
  if (isUndoing || attempts.some(({ stepIndex }) => stepIndex > 0)) {
    return 'the outputs of its finished steps are not known any more';
  }
  return undefined;
}
