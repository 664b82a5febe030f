import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Candidate, RunSummary } from '../../shared/contract.ts';
import type { Target } from '../../shared/run-actions.ts';
import { stepsQuery } from '../../shared/steps-query.ts';
import { type Effects, effectsOf } from './effects.ts';

const none: Effects = { undone: [], remaining: [] };

/** What the newest run left behind, once it is over; nothing while it is open or not known. */
export function useEffects(target: Target, candidate: Candidate, newest: RunSummary | undefined): Effects {
  const { runState } = candidate;
  const isOver = newest !== undefined && (runState === undefined || runState === 'lost');
  const undoes = newest?.undoes;
  const { data: list } = useQuery({ ...stepsQuery(target, undefined), enabled: isOver });
  const { data: made } = useQuery({
    ...stepsQuery(target, undoes),
    enabled: isOver && undoes !== undefined,
  });
  return useMemo(() => {
    if (!isOver || list?.runId !== newest.runId) return none;
    if (undoes === undefined) return effectsOf(list.steps);
    return made?.runId === undoes ? effectsOf(made.steps, list.steps) : none;
  }, [isOver, list, made, newest, undoes]);
}
