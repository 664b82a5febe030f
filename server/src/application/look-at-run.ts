import { ENGINE_ACTOR } from '../domain/event.ts';
import { catchUp, findAhead } from './catch-up-run.ts';
import { closeRun } from './close-run.ts';
import { giveUpClaim } from './give-up-claim.ts';
import { planRun } from './plan-run.ts';
import type { OpenRun, StoredRun } from './ports/migration-store.ts';
import type { RunRef } from './ports/refs.ts';
import type { RunEngine } from './ports/run-engine.ts';
import { writeEnd } from './restore-ended.ts';
import { isHalfRestored, type RestoreRunDeps } from './restore-run.ts';

export interface LookAtRunDeps extends RestoreRunDeps {
  readonly engine: RestoreRunDeps['engine'] & Pick<RunEngine, 'start'>;
  readonly limits: {
    /** A claim without a workflow is younger than this while its start is under way. */
    readonly startGraceMs: number;
    /** A cancelled run that is still there after this ignores its messages. */
    readonly cancelGraceMs: number;
  };
}

/** An open run that is to be looked at once more. */
interface Suspect extends OpenRun {
  readonly seq: number;
  /** Its workflow is there. */
  readonly isOpen?: boolean | undefined;
}

/** Like `reconcileRun`; gives the run back also when the engine has it further than the store. */
export async function compareRun(deps: LookAtRunDeps, run: OpenRun): Promise<Suspect | undefined> {
  const suspect = await reconcileRun(deps, run);
  if (suspect !== undefined) return suspect;
  const ahead = await findAhead(deps, run);
  return ahead === undefined ? undefined : { ...run, seq: ahead.kept.stored.seq, isOpen: true };
}

/** Gives the run back when its workflow seems to have vanished, to be looked at once more. */
export async function reconcileRun(deps: LookAtRunDeps, run: OpenRun): Promise<Suspect | undefined> {
  const { engine, limits } = deps;
  if (run.ageMs < limits.startGraceMs) return undefined;
  const before = await deps.store.getRun(run);
  const workflow = await engine.describe(run);
  if (workflow === undefined || before === undefined) return undefined;
  if (workflow === 'open') {
    if (run.cancelAgeMs === undefined || run.cancelAgeMs < limits.cancelGraceMs) return undefined;
    if (run.cancelAgeMs < limits.cancelGraceMs + (await stepGraceMs(deps, run))) return undefined;
    await engine.terminate(run, 'The run ignored its cancel.');
    await closeRun(deps, run, 'cancelled', 'The run did not react to its cancel and was ended.');
    return undefined;
  }
  if (isClaimOnly(before) && !isHalfRestored(before)) {
    if (run.cancelAgeMs === undefined) await startClaimed(deps, run);
    else await giveUpClaim(deps, run, { actor: ENGINE_ACTOR });
    return undefined;
  }
  return { ...run, seq: before.seq };
}

/** What the steps of a run may ask for beyond the grace period of every cancel. */
async function stepGraceMs({ store }: LookAtRunDeps, run: RunRef): Promise<number> {
  const steps = (await store.getManifest(run))?.steps ?? [];
  return Math.max(0, ...steps.map(({ cancelGraceSeconds = 0 }) => cancelGraceSeconds * 1_000));
}

/** No workflow of it has written anything yet. */
export function isClaimOnly({ seq }: Pick<StoredRun, 'seq'>): boolean {
  return seq < 0;
}

export function confirm(deps: LookAtRunDeps, run: Suspect): Promise<void> {
  return run.isOpen === true ? catchUp(deps, run, run.seq) : confirmLost(deps, run);
}

/** Lost only when a second look agrees and nothing was written in between: its end may have been on its way. */
async function confirmLost(deps: LookAtRunDeps, run: Suspect): Promise<void> {
  const stored = await deps.store.getRun(run);
  if (stored === undefined || stored.endedAt !== undefined || stored.seq !== run.seq) return;
  const workflow = await deps.engine.describe(run);
  if (workflow === undefined || workflow === 'open') return;
  const progress = workflow === 'closed' ? await deps.engine.progress(run) : undefined;
  const { migrationId, candidateId, runId } = run;
  if (progress?.ended !== undefined) return writeEnd(deps, { migrationId, candidateId, runId }, progress);
  if (run.cancelAgeMs !== undefined) await closeRun(deps, run, 'cancelled', 'Cancelled.');
  else await closeRun(deps, run, 'lost', 'The engine no longer knows this run; its effects so far remain.');
}

async function startClaimed({ store, engine }: LookAtRunDeps, run: OpenRun): Promise<void> {
  const [manifest, stored] = await Promise.all([store.getManifest(run), store.getRun(run)]);
  if (manifest === undefined || stored === undefined || stored.endedAt !== undefined) return;
  await engine.start(run, planRun(manifest), stored.traceparent);
}
