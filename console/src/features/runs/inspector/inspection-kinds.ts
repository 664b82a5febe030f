import type { InspectionKind } from '../../../shared/contract.ts';

/** In the order in which they are offered. */
export const inspectionKinds = ['run', 'step', 'command', 'timer', 'store', 'task'] as const;

export const kindWords: Readonly<Record<InspectionKind, string>> = {
  run: 'Run',
  step: 'Steps',
  command: 'Commands',
  timer: 'Timers',
  store: 'Store',
  task: 'Engine tasks',
};

/** Three of four events are the engine's own tasks, which say little while it is well. */
export const usualKinds: readonly InspectionKind[] = inspectionKinds.filter((kind) => kind !== 'task');

/** Adds it to those that are picked or takes it away; none picked is as if nothing had been. */
export function toggleKind(
  picked: readonly InspectionKind[],
  kind: InspectionKind,
): readonly InspectionKind[] | undefined {
  const next = inspectionKinds.filter((one) => (one === kind) !== picked.includes(one));
  return next.length === 0 ? undefined : next;
}
