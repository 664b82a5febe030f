import { useQuery } from '@tanstack/react-query';
import type { Candidate, EffectOfStep, RunSummary } from '../../shared/contract.ts';
import type { Target } from '../../shared/run-actions.ts';
import { rollBackPreviewQuery } from './roll-back-preview-query.ts';

/** What undoing would do to what a run left behind. */
export interface Effects {
  /** In the order of undoing. */
  readonly undone: readonly EffectOfStep[];
  readonly remaining: readonly EffectOfStep[];
}

const none: Effects = { undone: [], remaining: [] };

/** What the newest run left behind, once it is over; nothing while it is open or not known. */
export function useEffects(target: Target, candidate: Candidate, newest: RunSummary | undefined): Effects {
  const { runState } = candidate;
  const isOver = newest !== undefined && (runState === undefined || runState === 'lost');
  const { data } = useQuery({ ...rollBackPreviewQuery(target, newest?.runId), enabled: isOver });
  return isOver && data?.runId === newest.runId ? data : none;
}
