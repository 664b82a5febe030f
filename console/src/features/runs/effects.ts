import type { Attempt, EffectOfStep, StepView } from '../../shared/contract.ts';

/** What undoing would do to what a run left behind. */
export interface Effects {
  /** In the order of undoing. */
  readonly undone: readonly EffectOfStep[];
  readonly remaining: readonly EffectOfStep[];
}

const notByItsWorker = 'This step cannot be undone by its worker.';

/**
 * What a roll back of a run that is over would undo and leave, told from its steps. `undoing` are the steps of a
 * rollback of it that left something, whose own steps are the only ones that another one would take up.
 */
export function effectsOf(made: readonly StepView[], undoing?: readonly StepView[]): Effects {
  const left = made
    .filter((step) => hasEffect(step) && stateIn(undoing, step) !== 'compensated')
    .toReversed();
  const isUndoable = (step: StepView) =>
    step.compensable && (undoing === undefined || stateIn(undoing, step) !== undefined);
  return {
    undone: left.filter(isUndoable).map(effectOf),
    remaining: left
      .filter((step) => !step.compensable)
      .map((step) => ({ ...effectOf(step), why: notByItsWorker })),
  };
}

/** What a worker was given may have changed something, however it ended; a skipped step has not. */
function hasEffect({ kind, state, attempts }: StepView): boolean {
  if (kind !== 'dispatch' || state === 'compensated') return false;
  return attempts.some(
    ({ phase, outcome }) => phase === 'execute' && outcome !== undefined && outcome !== 'skipped',
  );
}

function stateIn(steps: readonly StepView[] | undefined, { name }: StepView): StepView['state'] | undefined {
  return steps?.find((step) => step.name === name)?.state;
}

function effectOf({ name, group, description, attempts }: StepView): EffectOfStep {
  const executions = attempts.filter(({ phase }) => phase === 'execute');
  const outcome = (executions.findLast(hasSucceeded) ?? executions.at(-1))?.outcome;
  const prUrl = executions.map(({ metadata }) => metadata?.['prUrl']).findLast(isLink);
  return {
    stepName: name,
    ...(group !== undefined && { group }),
    ...(description !== undefined && { description }),
    ...(outcome !== undefined && { outcome }),
    ...(prUrl !== undefined && { prUrl }),
  };
}

function hasSucceeded({ outcome }: Attempt): boolean {
  return outcome === 'succeeded' || outcome === 'merged';
}

function isLink(value: unknown): value is string {
  return typeof value === 'string' && /^https?:\/\//.test(value);
}
