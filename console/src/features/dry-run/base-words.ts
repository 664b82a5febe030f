import type { CheckedBase } from '../../shared/contract.ts';

/** How much of a commit people read. */
const shownCharacters = 8;

export function shortCommit(commit: string): string {
  return commit.slice(0, shownCharacters);
}

export type BaseState = 'current' | 'moved' | 'unknown';

/** One that moved is news whatever is not known of the others. */
export function stateOfBases(bases: readonly CheckedBase[]): BaseState {
  if (bases.some(({ state }) => state === 'moved')) return 'moved';
  return bases.length > 0 && bases.every(({ state }) => state === 'current') ? 'current' : 'unknown';
}

/** Which branches have moved, and where to: `acme/billing main is at 1234abcd now`. */
export function movedInWords(bases: readonly CheckedBase[]): string {
  return bases
    .filter(({ state }) => state === 'moved')
    .map(({ repo, branch, now = '' }) => `${repo} ${branch} is at ${shortCommit(now)} now`)
    .join(', ');
}
