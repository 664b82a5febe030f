/** Which steps of a run may have changed something that is still there. REPLAY-SENSITIVE, like `run.ts`. */
import { type Attempt, hasSucceeded } from './attempt.ts';
import type { StepOutline } from './step.ts';

interface Executed {
  readonly steps: readonly StepOutline[];
  readonly attempts: readonly Attempt[];
}

/** A step that was dispatched may have effects, finished or not; one that was skipped, or that no worker had, has none. */
export function hasEffect({ steps, attempts }: Executed, index: number): boolean {
  if (steps[index]?.kind !== 'dispatch') return false;
  return attempts.some(
    (one) =>
      one.stepIndex === index &&
      one.phase === 'execute' &&
      one.outcome !== 'skipped' &&
      one.outcome !== undefined &&
      one.deliveries !== 0,
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
