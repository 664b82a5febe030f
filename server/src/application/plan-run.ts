import type { Manifest } from '../domain/migration.ts';
import { outlineOf } from '../domain/step.ts';
import type { RunPlan } from './ports/run-engine.ts';

/** What the interpreter needs of a manifest. */
export function planRun({
  revision,
  steps,
  undoes,
}: Pick<Manifest, 'revision' | 'steps' | 'undoes'>): RunPlan {
  const plan = { revision, steps: steps.map(outlineOf) };
  if (undoes === undefined) return plan;
  const positionsOf = (names: readonly string[]) =>
    steps.flatMap(({ name }, index) => (names.includes(name) ? [index] : []));
  const { kept = [], reason } = undoes;
  return {
    ...plan,
    undo: positionsOf(undoes.steps),
    ...(kept.length === 0 ? {} : { kept: positionsOf(kept) }),
    ...(reason === undefined ? {} : { reason }),
  };
}
