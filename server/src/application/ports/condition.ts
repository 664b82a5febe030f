import type { CandidateFacts } from '../../domain/candidate.ts';
import type { Inputs } from '../../domain/inputs.ts';
import type { DispatchMaterial } from './migration-store.ts';

/** Evaluates a step's `when`. Throws an Error with a sentence when the expression is wrong. */
export type EvaluateCondition = (expression: string, scope: ConditionScope) => boolean;

export interface ConditionScope {
  readonly inputs: Inputs;
  readonly candidate: Pick<CandidateFacts, 'id' | 'kind' | 'labels' | 'metadata'>;
  readonly outputs: DispatchMaterial['outputs'];
}
