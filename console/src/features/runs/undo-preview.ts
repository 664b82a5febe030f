import type { Candidate, Migration, StepView } from '../../shared/contract.ts';

/** The finished steps that compensation would undo, in the order in which it would. */
export function stepsToUndo(
  steps: readonly StepView[],
  candidate: Candidate,
  migration: Migration,
): readonly string[] {
  const definitions = candidate.steps ?? migration.steps;
  const compensable = new Set(
    definitions.filter((step) => step.compensable === true).map((step) => step.name),
  );
  return steps
    .filter((step) => (step.state === 'succeeded' || step.state === 'merged') && compensable.has(step.name))
    .map((step) => step.name)
    .toReversed();
}
