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
  const undo = steps.flatMap(({ name }, index) => (undoes.steps.includes(name) ? [index] : []));
  return { ...plan, undo };
}
