export interface StepGroup<T> {
  /** Nothing for steps that belong to no group. */
  readonly name: string | undefined;
  readonly steps: readonly { readonly step: T; readonly position: number }[];
}

/** Steps in their order, those that follow each other in one group together. */
export function groupSteps<T extends { readonly group?: string }>(steps: readonly T[]): StepGroup<T>[] {
  const groups: { name: string | undefined; steps: { step: T; position: number }[] }[] = [];
  steps.forEach((step, index) => {
    const entry = { step, position: index + 1 };
    const last = groups.at(-1);
    if (last !== undefined && last.name === step.group) last.steps.push(entry);
    else groups.push({ name: step.group, steps: [entry] });
  });
  return groups;
}
