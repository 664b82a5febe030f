import { type AttemptRecord, hasSucceeded } from '../domain/attempt.ts';
import { hasEffect, hasUndoableEffect, isUndone, mayBeTaken } from '../domain/effects.ts';
import type { Manifest } from '../domain/migration.ts';
import { findPrUrl } from '../domain/pr-url.ts';
import type { Step } from '../domain/step.ts';
import type { MigrationStore, StoredRun } from './ports/migration-store.ts';

/** A step whose effects are still there. */
export interface RemainingEffect {
  readonly step: Step;
  readonly isUndoable: boolean;
  /** Of its last execution; undefined while it runs. */
  readonly outcome?: AttemptRecord['outcome'];
  readonly prUrl?: string | undefined;
}

export interface RunEffects {
  /** The run that made them: of a rollback, the one it undoes. */
  readonly madeBy: string;
  readonly manifest: Manifest;
  /** In the order of undoing. */
  readonly remaining: readonly RemainingEffect[];
  /** Which a worker has now, or may have. */
  readonly underWay?: Step | undefined;
}

/** What a run, and the rollbacks of it so far, have left behind. */
export async function effectsOfRun(
  store: Pick<MigrationStore, 'getManifest' | 'listAttempts'>,
  run: StoredRun,
): Promise<RunEffects | undefined> {
  const manifest = await store.getManifest(run);
  if (manifest === undefined) return undefined;
  const own = await store.listAttempts(run);
  const { undoes } = manifest;
  const made = undoes === undefined ? own : await store.listAttempts({ ...run, runId: undoes.runId });
  const executed = { steps: manifest.steps, attempts: made.map(closeOpen) };
  const remaining = manifest.steps.flatMap((step, index): readonly RemainingEffect[] => {
    if (!hasEffect(executed, index) || isUndone(executed, index)) return [];
    if (undoes !== undefined && isUndone({ steps: manifest.steps, attempts: own }, index)) return [];
    const isUndoable = hasUndoableEffect(executed, index);
    // What can be undone and was not to be any more was undone by a rollback before this one.
    if (isUndoable && undoes?.steps.includes(step.name) === false) return [];
    return [{ step, isUndoable, ...lastExecution(made, index) }];
  });
  const isUnderWay = (one: AttemptRecord) => one.outcome === undefined && mayBeTaken(one);
  const underWay = manifest.steps[own.find(isUnderWay)?.stepIndex ?? -1];
  return {
    madeBy: undoes?.runId ?? run.runId,
    manifest,
    remaining: remaining.toReversed(),
    ...(underWay?.kind === 'dispatch' ? { underWay } : {}),
  };
}

/** An attempt that a worker has now may have done something already. */
function closeOpen(one: AttemptRecord): AttemptRecord {
  return one.outcome === undefined ? { ...one, outcome: 'cancelled' } : one;
}

function lastExecution(attempts: readonly AttemptRecord[], stepIndex: number) {
  const own = attempts.filter((one) => one.stepIndex === stepIndex && one.phase === 'execute');
  const prUrl = own.map(({ metadata }) => findPrUrl(metadata)).findLast((url) => url !== undefined);
  const outcome = (own.findLast((one) => hasSucceeded(one.outcome)) ?? own.at(-1))?.outcome;
  return { ...(outcome === undefined ? {} : { outcome }), ...(prUrl === undefined ? {} : { prUrl }) };
}
