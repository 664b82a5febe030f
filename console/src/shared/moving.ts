import type { CandidateSummary, MigrationSummary } from './contract.ts';

/** Nothing changes until a person acts: a reviewer or an operator. */
export function waitsOnPerson({ who }: Pick<CandidateSummary, 'who'>): boolean {
  return who === 'reviewer' || who === 'operator';
}

/** Whether a run of the migration goes on by itself, however many others wait on a person. */
export function isMoving({
  counts: { runState },
  failing,
}: Pick<MigrationSummary, 'counts' | 'failing'>): boolean {
  const open = Object.values(runState).reduce((sum, count) => sum + count, 0);
  // Of those that failed only some wait on a person; others try again by themselves.
  const { awaiting_approval: asking = 0, paused = 0, lost = 0 } = runState;
  return open > asking + paused + lost + failing;
}
