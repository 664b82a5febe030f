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

export interface EffectsRead {
  /** None while the run is open or they are not known. */
  readonly effects: Effects;
  /** Why they are not known. */
  readonly error: Error | null;
  readonly onRetry: () => void;
  readonly isTrying: boolean;
}

/** What the newest run left behind, once it is over. */
export function useEffects(
  target: Target,
  candidate: Candidate,
  newest: RunSummary | undefined,
): EffectsRead {
  const { runState } = candidate;
  const isOver = newest !== undefined && (runState === undefined || runState === 'lost');
  const { data, error, refetch, isFetching } = useQuery({
    ...rollBackPreviewQuery(target, newest?.runId),
    enabled: isOver,
  });
  return {
    effects: isOver && data?.runId === newest.runId ? data : none,
    error: isOver && data === undefined ? error : null,
    onRetry: () => void refetch(),
    isTrying: isFetching,
  };
}
