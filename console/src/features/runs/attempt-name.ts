import type { Attempt } from '../../shared/contract.ts';

/** How an attempt is called: undos are counted by themselves. */
export function attemptName({ attempt, phase }: Pick<Attempt, 'attempt' | 'phase'>): string {
  return `Attempt ${attempt}${phase === 'compensate' ? ', undoing' : ''}`;
}
