import type { Attempt } from './attempt.ts';

/** By step, then the undo after the doing, then by number. */
export function compareAttempts(
  one: Pick<Attempt, 'stepIndex' | 'phase' | 'attempt'>,
  other: Pick<Attempt, 'stepIndex' | 'phase' | 'attempt'>,
): number {
  if (one.stepIndex !== other.stepIndex) return one.stepIndex - other.stepIndex;
  if (one.phase !== other.phase) return one.phase === 'execute' ? -1 : 1;
  return one.attempt - other.attempt;
}
