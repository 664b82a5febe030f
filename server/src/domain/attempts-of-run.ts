/** Which attempts a run has had. REPLAY-SENSITIVE, like `run.ts`. */
import type { Attempt, Phase } from './attempt.ts';

interface Attempted {
  readonly attempts: readonly Attempt[];
}

export function findAttempt(
  { attempts }: Attempted,
  key: Pick<Attempt, 'stepIndex' | 'phase' | 'attempt'>,
): Attempt | undefined {
  return attempts.find((one) => isSameAttempt(one, key));
}

export function countAttempts({ attempts }: Attempted, stepIndex: number, phase: Phase): number {
  return attempts.filter((one) => one.stepIndex === stepIndex && one.phase === phase).length;
}

export function isSameAttempt(
  a: Pick<Attempt, 'stepIndex' | 'phase' | 'attempt'>,
  b: Pick<Attempt, 'stepIndex' | 'phase' | 'attempt'>,
): boolean {
  return a.stepIndex === b.stepIndex && a.phase === b.phase && a.attempt === b.attempt;
}

/** The last attempt of each step and phase that was ended well or otherwise, newest state only. */
export function lastAttempt({ attempts }: Attempted, stepIndex: number, phase: Phase): Attempt | undefined {
  return attempts.filter((one) => one.stepIndex === stepIndex && one.phase === phase).at(-1);
}
