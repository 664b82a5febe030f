import { ENGINE_ACTOR } from '../domain/event.ts';
import { LAST_SEQ } from './close-run.ts';
import type { RunRef } from './ports/refs.ts';
import type { EngineRun, RunProgress } from './ports/run-engine.ts';
import { projectRun } from './project-run.ts';
import {
  claimRestored,
  closeAsLost,
  FIRST_SEQ,
  isHalfRestored,
  type Restored,
  type RestoreRunDeps,
} from './restore-run.ts';

const END_MISSING = 'how it ended is not known any more';

/**
 * Writes a run that is over and that the store has lost, so that what completed is not started again. False when that
 * is to be tried again: the engine does not say how it ended.
 */
export const restoreEnded = (deps: RestoreRunDeps, run: EngineRun): Promise<boolean> =>
  restore(deps, run, false);

/** The same, for the last time: one whose engine does not say how it ended is marked for a person. */
export const giveUpEnded = (deps: RestoreRunDeps, run: EngineRun): Promise<boolean> =>
  restore(deps, run, true);

async function restore(deps: RestoreRunDeps, run: EngineRun, isLastTime: boolean): Promise<boolean> {
  const { store, engine } = deps;
  const [stored, candidate, migration] = await Promise.all([
    store.getRun(run),
    store.getCandidate(run),
    store.getMigration(run.migrationId),
  ]);
  if (migration === undefined || (stored !== undefined && !isHalfRestored(stored))) return true;
  if (candidate === undefined) {
    await store.awaitCandidate(run);
    return true;
  }
  // Ids are UUIDv7: the store knows a newer one, which says what the candidate is.
  if (candidate.runId !== undefined && candidate.runId > run.runId) return true;
  const workflow = await engine.describe(run);
  // Another came after it, which is listed as well; or it goes on under a new history.
  if (workflow === 'none' || workflow === 'open') return true;
  const progress = await engine.progress(run);
  const known = { candidate, migration };
  if (progress === undefined) return isLastTime && (await markUnknown(deps, run, known));
  // It never began: its claim was given back.
  if (progress.isRefused === true) return true;
  const { revision: _, ...ref } = run;
  const { view, attempts, ended } = progress;
  const missing = ended === undefined ? END_MISSING : undefined;
  const at = attempts[0]?.startedAt ?? view.since;
  if (!(await claimRestored(deps, run, { ...known, at, missing }))) return false;
  if (ended !== undefined) await writeEnd(deps, ref, progress);
  else {
    await store.project({ ...ref, seq: FIRST_SEQ, at, view, attempts, events: [] });
    await closeAsLost(deps, ref, END_MISSING);
  }
  return true;
}

/** Nothing but that it is over is known, so a person has to look at what it did before it is started again. */
async function markUnknown(
  deps: RestoreRunDeps,
  { revision, ...ref }: EngineRun,
  known: Pick<Restored, 'candidate' | 'migration'>,
): Promise<boolean> {
  const at = deps.clock.now().toISOString();
  const missing = END_MISSING;
  if (!(await claimRestored(deps, { ...ref, revision }, { ...known, at, missing }))) return false;
  await closeAsLost(deps, ref, missing);
  return true;
}

/** The end of a run as the engine knows it, where the store has lost that write. */
export async function writeEnd(deps: RestoreRunDeps, run: RunRef, progress: RunProgress): Promise<void> {
  const { view, attempts, ended } = progress;
  if (ended === undefined) return;
  const { outcome, reason } = ended;
  const type = `run.${outcome}`;
  const data = reason === undefined ? {} : { data: { reason } };
  await projectRun(deps)({
    ...{ ...run, seq: LAST_SEQ, at: view.since, view, attempts, ended },
    events: [{ key: type, at: view.since, type, actor: ENGINE_ACTOR, ...run, ...data }],
  });
}
