import { hasSucceeded } from '../domain/attempt.ts';
import type { Manifest } from '../domain/migration.ts';
import type { StepDispatch } from '../domain/step-dispatch.ts';
import type { DialToCome, MigrationStore, ProjectedDispatch } from './ports/migration-store.ts';
import type { WriteBehind } from './write-behind.ts';

export interface LoadForDispatchDeps {
  readonly store: Pick<MigrationStore, 'projectAndLoad' | 'loadDispatch' | 'listAttempts'>;
  readonly behind: WriteBehind;
}

/**
 * Writes what changed, and gives what the dispatch carries. A rollback is given the outputs of the run that it undoes,
 * since it has none of its own.
 */
export async function loadForDispatch(
  { store, behind }: LoadForDispatchDeps,
  command: StepDispatch,
  manifest: Manifest | undefined,
  dial: DialToCome | undefined,
): Promise<ProjectedDispatch> {
  const { migrationId, candidateId, projection } = command;
  const undoes = manifest?.undoes;
  const [projected, undone] = await Promise.all([
    projection === undefined ? load(store, command, dial) : store.projectAndLoad(projection, command, dial),
    undoes === undefined ? [] : store.listAttempts({ migrationId, candidateId, runId: undoes.runId }),
    behind.written(),
  ]);
  if (projected.projected !== 'applied' || undoes === undefined) return projected;
  const outputs = undone.flatMap(({ stepIndex, phase, outcome, outputs: given }) => {
    const name = manifest?.steps[stepIndex]?.name;
    const counts = phase === 'execute' && (hasSucceeded(outcome) || outcome === 'skipped');
    return name === undefined || given === undefined || !counts ? [] : [[name, given] as const];
  });
  return { ...projected, material: { ...projected.material, outputs: Object.fromEntries(outputs) } };
}

async function load(
  store: LoadForDispatchDeps['store'],
  command: StepDispatch,
  dial: DialToCome | undefined,
): Promise<ProjectedDispatch> {
  const material = await store.loadDispatch(command, dial);
  return material === undefined ? { projected: 'not-claimed' } : { projected: 'applied', material };
}
