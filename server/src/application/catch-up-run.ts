import { type AttemptRecord, attemptKey } from '../domain/attempt.ts';
import type { Candidate } from '../domain/candidate.ts';
import { ENGINE_ACTOR } from '../domain/event.ts';
import type { StoredRun } from './ports/migration-store.ts';
import type { RunRef } from './ports/refs.ts';
import type { RunProgress } from './ports/run-engine.ts';
import { closeAsLost, type RestoreRunDeps, tellAgain } from './restore-run.ts';
import { findMissing, INPUTS_MISSING } from './what-is-missing.ts';

interface Kept {
  readonly stored: StoredRun;
  readonly candidate: Candidate;
  readonly attempts: readonly AttemptRecord[];
}

/** Where the engine has an open run, when that is further than the store says although it was written. */
export async function findAhead(
  deps: Pick<RestoreRunDeps, 'store' | 'engine'>,
  run: RunRef,
): Promise<{ readonly progress: RunProgress; readonly kept: Kept } | undefined> {
  const { store, engine } = deps;
  const progress = await engine.progress(run);
  // A run that still has something to write is behind by itself, and not for long.
  if (progress?.isWritten !== true) return undefined;
  const [stored, candidate, attempts] = await Promise.all([
    store.getRun(run),
    store.getCandidate(run),
    store.listAttempts(run),
  ]);
  if (stored === undefined || candidate === undefined) return undefined;
  const kept = { stored, candidate, attempts };
  return isAhead(progress, kept) ? { progress, kept } : undefined;
}

function isAhead({ view, attempts, inputsVersion = 1 }: RunProgress, kept: Kept): boolean {
  const known = new Map(kept.attempts.map((one) => [attemptKey(one), one.outcome]));
  return (
    inputsVersion > kept.stored.inputsVersion ||
    view.since !== kept.candidate.since ||
    view.runState !== kept.candidate.runState ||
    attempts.some((one) => !known.has(attemptKey(one)) || known.get(attemptKey(one)) !== one.outcome)
  );
}

/**
 * Brings the store to where the engine has the run: the store is an older one. What the run has given away since, such
 * as the outputs of a step that ended, is in no store any more; a run that needs it is ended as lost.
 */
export async function catchUp(deps: RestoreRunDeps, run: RunRef, seq: number): Promise<void> {
  const { store, engine, clock } = deps;
  const ahead = await findAhead(deps, run);
  // It has written since the first look, so the store is where it is.
  if (ahead === undefined || ahead.kept.stored.seq !== seq) return;
  const { progress, kept } = ahead;
  const isInputNewer = (progress.inputsVersion ?? 1) > kept.stored.inputsVersion;
  const missing = isInputNewer ? INPUTS_MISSING : findMissing(progress, kept.attempts);
  const { migrationId, candidateId, runId } = run;
  const ref = { migrationId, candidateId, runId };
  if (missing !== undefined) await engine.terminate(ref, 'The store has lost what the run needs.');
  const at = clock.now().toISOString();
  const data = missing === undefined ? {} : { data: { missing } };
  const { view, attempts } = progress;
  const written = await store.project({
    // An equal order is written again; one of the run itself is higher and wins.
    ...{ ...ref, seq, at, view, attempts },
    events: [{ at, type: 'run.restored', actor: ENGINE_ACTOR, ...ref, ...data }],
  });
  if (written !== 'applied') return;
  if (missing === undefined) await tellAgain(engine, ref, progress);
  else await closeAsLost(deps, ref, missing);
}
