import { type Attempt, attemptKey, hasSucceeded } from '../domain/attempt.ts';
import type { RunProgress } from './ports/run-engine.ts';

export const STEPS_MISSING = 'its steps are not known any more';
export const INPUTS_MISSING = 'its inputs are not known any more';
const OUTPUTS_MISSING = 'the outputs of its finished steps are not known any more';

/** Outputs that later steps, or undos, would be given and that the store has not: the engine never sees them. */
export function findMissing(
  { attempts, bareSteps = [], isRollback }: RunProgress,
  known: readonly Attempt[],
): string | undefined {
  // It is given the outputs of another run, which the store has lost with it.
  if (isRollback === true && known.length === 0) return OUTPUTS_MISSING;
  const ended = new Set(known.filter(({ outcome }) => outcome !== undefined).map(attemptKey));
  const isMissing = attempts.some(
    (one) =>
      one.phase === 'execute' &&
      (hasSucceeded(one.outcome) || one.outcome === 'skipped') &&
      !ended.has(attemptKey(one)) &&
      !bareSteps.includes(one.stepIndex),
  );
  return isMissing ? OUTPUTS_MISSING : undefined;
}
