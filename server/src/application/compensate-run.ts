import type { Candidate } from '../domain/candidate.ts';
import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import { whatWasSaid } from '../domain/prose.ts';
import { type CancelRunCommand, type CommandRunDeps, cancelRun } from './command-run.ts';
import { effectsOfRun, type RunEffects } from './effects-of-run.ts';
import { planRun } from './plan-run.ts';
import type { StoredRun } from './ports/migration-store.ts';
import type { RunRef } from './ports/refs.ts';
import type { NewId } from './ports/system.ts';
import { unknownCandidate } from './read-candidates.ts';
import { refuseClaim, traceOf } from './start-run.ts';

export interface CompensateRunDeps extends CommandRunDeps {
  readonly newId: NewId;
}

export interface CompensateRunCommand extends Omit<CancelRunCommand, 'compensate'> {
  readonly traceparent?: string | undefined;
}

/** Undoes what the newest run left behind: an open one is cancelled with compensation, another is rolled back. */
export const compensateRun =
  (deps: CompensateRunDeps) =>
  async (command: CompensateRunCommand): Promise<Outcome<{ readonly runId: string }>> => {
    const { store } = deps;
    const candidate = await store.getCandidate(command);
    if (candidate === undefined) return unknownCandidate(command);
    const { migrationId, candidateId } = command;
    const { runId } = candidate;
    const ref = runId === undefined ? undefined : { migrationId, candidateId, runId };
    if (isOpen(candidate)) {
      // A cancel would end a rollback whose workflow is not started yet, with everything still there.
      const isUnderWay =
        ref !== undefined && candidate.runState !== 'cancelling' && (await isRollback(deps, ref));
      return isUnderWay ? succeed({ runId: ref.runId }) : cancelRun(deps)({ ...command, compensate: true });
    }
    const run = ref === undefined ? undefined : await store.getRun(ref);
    if (run === undefined) return refuse('not-running', `"${command.candidateId}" was never started.`);
    const effects = await effectsOfRun(store, run);
    const namesOf = (isToUndo: boolean) =>
      (effects?.remaining ?? []).flatMap(({ step, isUndoable }) =>
        isUndoable === isToUndo ? [step.name] : [],
      );
    const steps = namesOf(true);
    if (effects === undefined || steps.length === 0) return refuse('nothing-to-undo', whyNothing(effects));
    return rollBack(deps, command, run, effects, { steps, kept: namesOf(false) });
  };

function isOpen({ runState }: Candidate): boolean {
  return runState !== undefined && runState !== 'lost';
}

async function isRollback({ store }: CompensateRunDeps, run: RunRef): Promise<boolean> {
  return (await store.getManifest(run))?.undoes !== undefined;
}

function whyNothing(effects: RunEffects | undefined): string {
  const left = (effects?.remaining ?? []).map(({ step }) => `"${step.name}"`);
  return left.length === 0
    ? 'No step of the last run has effects that remain.'
    : `Their worker cannot undo ${left.join(', ')}.`;
}

async function rollBack(
  { store, engine, clock, newId }: CompensateRunDeps,
  command: CompensateRunCommand,
  run: StoredRun,
  effects: RunEffects,
  { steps, kept }: { readonly steps: readonly string[]; readonly kept: readonly string[] },
): Promise<Outcome<{ readonly runId: string }>> {
  const { migrationId, candidateId, actor, traceparent } = command;
  const reason = whatWasSaid(command.reason);
  const runId = newId();
  const ref = { migrationId, candidateId, runId };
  const at = clock.now().toISOString();
  const said = reason === undefined ? {} : { reason };
  const undoes = { runId: effects.madeBy, steps, ...(kept.length === 0 ? {} : { kept }), ...said };
  const manifest = { ...effects.manifest, runId, undoes };
  const data = { undoes: effects.madeBy, steps, ...said };
  const claim = await store.claimRun({
    ...ref,
    manifest,
    inputs: run.inputs,
    actor,
    at,
    traceparent,
    afterRunId: run.runId,
    event: { at, type: 'rollback.requested', actor, ...ref, ...traceOf(traceparent), data },
  });
  if (claim.kind !== 'claimed') return refuseClaim(claim.kind, command);
  const started = await engine.start(ref, planRun(manifest), traceparent);
  if (started === 'started') return succeed({ runId });
  const failed = { type: 'run.start_failed', actor, ...ref, data: { why: started } };
  await store.releaseClaim(ref, { at: clock.now().toISOString(), ...failed });
  return started === 'already'
    ? refuse('cancelling', 'The run before this one is still ending; try again in a moment.')
    : refuse('unavailable', 'The engine cannot roll back now; the candidate is as it was.', {
        retryAfterSeconds: 5,
      });
}
