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

/** What the URL has to say: nothing for the usual kinds. */
export function kindsToWrite(kinds: readonly InspectionKind[]): readonly InspectionKind[] | undefined {
  const isUsual = kinds.length === usualKinds.length && usualKinds.every((kind) => kinds.includes(kind));
  return isUsual ? undefined : kinds;
}

/** The last one that is on stays on. */
export function toggleKind(
  kinds: readonly InspectionKind[],
  kind: InspectionKind,
): readonly InspectionKind[] {
  const others = kinds.filter((one) => one !== kind);
  if (others.length < kinds.length) return others.length === 0 ? kinds : others;
  return inspectionKinds.filter((one) => one === kind || kinds.includes(one));
}
