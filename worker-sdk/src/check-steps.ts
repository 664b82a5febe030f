import { reviewStepLimits, workStepLimits } from './contract-limits.ts';
import type { StepDefinition } from './define-step.ts';
import { describeIssues } from './describe-issues.ts';
import type { MigrationStep } from './migration-step.ts';

function checkStep(step: MigrationStep, place: string): readonly string[] {
  if (!('use' in step)) {
    const limits = reviewStepLimits.safeParse(step);
    return limits.success ? [] : describeIssues(limits.error, place);
  }
  const limits = workStepLimits.safeParse(step);
  // The worker sees the config again as JSON, with the dispatch, so what JSON changes has to fail now.
  const config = step.use.config.safeParse(JSON.parse(JSON.stringify(step.config ?? {})));
  const mistakes = limits.success ? [] : [...describeIssues(limits.error, place)];
  if (!config.success) mistakes.push(...describeIssues(config.error, `${place}.config`));
  if (step.compensable === true && step.use.compensate === undefined) {
    mistakes.push(`${place}.compensable: the step type "${step.use.type}" has no compensate handler`);
  }
  return mistakes;
}

/** Every mistake in a list of steps: limits of the contract, configs, names used twice, types nobody defined. */
export function checkSteps(
  steps: readonly MigrationStep[],
  known: ReadonlyMap<string, StepDefinition>,
): readonly string[] {
  const names = new Set<string>();
  return steps.flatMap((step, index) => {
    const place = `steps[${index}]`;
    const mistakes = [...checkStep(step, place)];
    if (names.has(step.name)) mistakes.push(`${place}.name: "${step.name}" is used twice`);
    names.add(step.name);
    if ('use' in step && known.get(step.use.type) !== step.use) {
      mistakes.push(
        known.has(step.use.type)
          ? `${place}.use: two different step definitions have the type "${step.use.type}"`
          : `${place}.use: list the step type "${step.use.type}" in the migration's stepTypes`,
      );
    }
    return mistakes;
  });
}
