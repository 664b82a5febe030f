/** Which steps of a run may have changed something that is still there. REPLAY-SENSITIVE, like `run.ts`. */
import { type Attempt, type AttemptRecord, hasSucceeded } from './attempt.ts';
import type { StepOutline } from './step.ts';

interface Executed {
  readonly steps: readonly StepOutline[];
  /** As the run has them, or as they are kept. */
  readonly attempts: readonly (Attempt & Pick<AttemptRecord, 'dials'>)[];
}

/** Some worker has or had it, or may have. */
export function mayBeTaken({ deliveries, dials, outcome }: Executed['attempts'][number]): boolean {
  // Whatever was dialled: only a worker says how a step ended.
  const hasNoAnswer = outcome === undefined || outcome === 'cancelled';
  return (deliveries ?? (hasNoAnswer ? dials : undefined)) !== 0;
}

/** A step that was given to a worker may have effects, finished or not; one that was skipped has none. */
export function hasEffect({ steps, attempts }: Executed, index: number): boolean {
  if (steps[index]?.kind !== 'dispatch') return false;
  return attempts.some(
    (one) =>
      one.stepIndex === index &&
      one.phase === 'execute' &&
      one.outcome !== 'skipped' &&
      one.outcome !== undefined &&
      mayBeTaken(one),
  );
}

export function hasUndoableEffect(run: Executed, index: number): boolean {
  return run.steps[index]?.compensable === true && hasEffect(run, index);
}

export function isUndone({ attempts }: Executed, index: number): boolean {
  return attempts.some(
    (one) => one.stepIndex === index && one.phase === 'compensate' && hasSucceeded(one.outcome),
  );
}
