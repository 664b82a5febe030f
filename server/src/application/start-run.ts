import type { Candidate } from '../domain/candidate.ts';
import type { Actor } from '../domain/event.ts';
import { findMisfits, type InputPatterns } from '../domain/input-patterns.ts';
import { checkInputs, findUndeclared, type Inputs, keepDeclared, layerInputs } from '../domain/inputs.ts';
import type { StoredMigration } from '../domain/migration.ts';
import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import { withUsualRetry } from '../domain/retry-policy.ts';
import type { RetryPolicy } from '../domain/step.ts';
import { planRun } from './plan-run.ts';
import type { ClaimOutcome, MigrationStore } from './ports/migration-store.ts';
import type { CandidateRef } from './ports/refs.ts';
import type { RunEngine } from './ports/run-engine.ts';
import type { Clock, NewId } from './ports/system.ts';
import { unknownCandidate } from './read-candidates.ts';

export interface StartRunDeps {
  readonly store: MigrationStore;
  readonly engine: RunEngine;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly patterns: InputPatterns;
  readonly usualRetry: RetryPolicy;
}

export interface StartRunCommand extends CandidateRef {
  readonly inputs: Inputs;
  readonly actor: Actor;
  readonly traceparent?: string | undefined;
}

/**
 * Claims the candidate, then starts its workflow. Of any number at once one is claimed. When the engine is away the
 * claim is given back; when this process dies in between, the reconciler starts the workflow.
 */
export const startRun =
  ({ store, engine, clock, newId, patterns, usualRetry }: StartRunDeps) =>
  async (command: StartRunCommand): Promise<Outcome<{ readonly runId: string }>> => {
    const { migrationId, candidateId, actor, traceparent } = command;
    const [migration, candidate, isCompared] = await Promise.all([
      store.getMigration(migrationId),
      store.getCandidate(command),
      store.isCompared(migrationId),
    ]);
    if (migration === undefined) return refuse('not-found', `There is no migration "${migrationId}".`);
    if (candidate === undefined) return unknownCandidate(command);
    const inputs = resolveInputs(migration, candidate, command.inputs, patterns);
    if (!inputs.ok) return inputs;
    if (
      !isCompared &&
      (await hasCompletedUnseen({ store, engine }, candidate, { migrationId, candidateId }))
    ) {
      return refuse(
        'already-completed',
        `"${candidateId}" completed before the store lost its data; it is about to show that again.`,
      );
    }

    const runId = newId();
    const at = clock.now().toISOString();
    const { id, kind, labels, metadata, files } = candidate;
    const manifest = {
      runId,
      migrationId,
      revision: migration.revision,
      candidate: { id, kind, labels, metadata, files },
      steps: (candidate.steps ?? migration.steps).map((step) => withUsualRetry(step, usualRetry)),
      requiredInputs: migration.requiredInputs,
    };
    const ref = { migrationId, candidateId, runId };
    const event = { at, type: 'run.requested', actor, ...ref, ...traceOf(traceparent) };
    const claim = await store.claimRun({
      ...ref,
      manifest,
      inputs: inputs.value,
      actor,
      at,
      traceparent,
      event,
    });
    if (claim.kind !== 'claimed') return refuseClaim(claim.kind, command);

    const started = await engine.start(ref, planRun(manifest), traceparent);
    if (started === 'started') return succeed({ runId });
    await store.releaseClaim(ref, {
      at: clock.now().toISOString(),
      type: 'run.start_failed',
      actor,
      ...ref,
      data: { why: started },
    });
    return started === 'already'
      ? refuse('cancelling', 'The run before this one is still ending; start again in a moment.')
      : refuse('unavailable', 'The engine cannot start a run now; the candidate is as it was.', {
          retryAfterSeconds: 5,
        });
  };

/**
 * Whether the engine knows that the candidate completed by a run that the store has lost. Only asked until the check has
 * written such runs back, as after a restore of the store.
 */
async function hasCompletedUnseen(
  { store, engine }: Pick<StartRunDeps, 'store' | 'engine'>,
  { runId: known }: Pick<Candidate, 'runId'>,
  ref: CandidateRef,
): Promise<boolean> {
  const latest = await engine.latest(ref);
  if (latest === undefined || latest === 'none' || latest.isOpen || latest.runId === known) return false;
  const run = { ...ref, runId: latest.runId };
  if ((await store.getRun(run)) !== undefined) return false;
  return (await engine.progress(run))?.ended?.outcome === 'completed';
}

/** The inputs a start or a dry run uses: announced default < stored < given. */
export function resolveInputs(
  { requiredInputs }: Pick<StoredMigration, 'requiredInputs'>,
  candidate: Pick<Candidate, 'inputs'>,
  given: Inputs,
  patterns: InputPatterns,
): Outcome<Inputs> {
  const undeclared = findUndeclared(requiredInputs, given);
  if (undeclared.length > 0)
    return refuse('undeclared-input', 'Some inputs are not declared; nothing was started.', {
      errors: undeclared,
    });
  const layered = layerInputs(requiredInputs, keepDeclared(requiredInputs, candidate.inputs), given);
  const checked = checkInputs(requiredInputs, layered);
  const problem = checked.ok ? 'invalid-input' : checked.problem;
  const misfits = problem === 'invalid-input' ? findMisfits(requiredInputs, layered, patterns) : [];
  const errors = checked.ok ? misfits : [...checked.errors, ...misfits];
  return errors.length === 0
    ? succeed(layered)
    : refuse(problem, 'The inputs do not fit; nothing was started.', { errors });
}

export function refuseClaim(
  kind: Exclude<ClaimOutcome['kind'], 'claimed'>,
  ref: CandidateRef,
): ReturnType<typeof refuse> {
  const { candidateId } = ref;
  switch (kind) {
    case 'run-open':
      return refuse('run-open', `A run of "${candidateId}" is open already.`);
    case 'already-completed':
      return refuse('already-completed', `"${candidateId}" is completed already.`);
    case 'cancelling':
      return refuse('cancelling', `The run of "${candidateId}" is being cancelled.`);
    case 'candidate-gone':
      return refuse('candidate-gone', `The last discovery did not see "${candidateId}".`);
    case 'not-found':
      return unknownCandidate(ref);
    default:
      return kind satisfies never;
  }
}

export function traceOf(traceparent: string | undefined): { readonly traceId?: string } {
  const traceId = traceparent?.split('-')[1];
  return traceId === undefined ? {} : { traceId };
}
