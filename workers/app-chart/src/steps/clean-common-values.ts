import { StepFailure } from '@loom/worker-sdk';
import { type EditResult, type ForgeClient, pullRequestStep, type Workspace } from '@loom/worker-sdk/git';
import { z } from 'zod';
import { baseFolder, chartFolder, commonValuesPath, workflowsFolder } from '../application-layout.ts';
import { environmentsOf, factsOf } from '../candidate-facts.ts';
import { dropChartValues, isEmptyValues } from '../chart/chart-values.ts';
import type { AppChartSettings } from '../settings.ts';
import { frameOf } from './step-frame.ts';

const swapOutputs = z.object({
  applications: z.array(z.object({ application: z.string(), usesOwnChart: z.boolean() })),
});

/** Whoever still deploys from the generic chart still needs the common values. */
function requireSwapped(environments: readonly string[], outputs: Readonly<Record<string, unknown>>): void {
  const left = environments.filter((environment) => {
    const swapped = swapOutputs.safeParse(outputs[`${environment}-swap-chart`]);
    return !swapped.success || swapped.data.applications.some(({ usesOwnChart }) => !usesOwnChart);
  });
  if (left.length === 0) return;
  throw new StepFailure(
    `${left.join(', ')} may still use the common values, since the chart was not swapped there. ` +
      'Swap it by hand and skip this step, or skip it to keep the values.',
    { failureClass: 'invalid' },
  );
}

async function isNamedByWorkflow(workspace: Workspace, path: string): Promise<boolean> {
  for (const workflow of await workspace.list(workflowsFolder)) {
    if ((await workspace.read(workflow)).includes(path)) return true;
  }
  return false;
}

/** A values file that says nothing is deleted, unless a workflow reads it; then the step that edits the workflow does it. */
async function cleanValues(workspace: Workspace): Promise<void> {
  const text = await workspace.readIfPresent(commonValuesPath);
  if (text === undefined) return;
  const place = `${commonValuesPath} of ${workspace.repository}`;
  const cleaned = dropChartValues(text, place);
  const isDeletable =
    isEmptyValues(cleaned, place) && !(await isNamedByWorkflow(workspace, commonValuesPath));
  if (isDeletable) await workspace.delete(commonValuesPath);
  else if (cleaned !== text) await workspace.write(commonValuesPath, cleaned);
}

/** Base resources live in the chart now; a file that did not get there stays. */
async function cleanBase(workspace: Workspace): Promise<void> {
  const paths = await workspace.list(baseFolder);
  const left: string[] = [];
  for (const path of paths) {
    const isInChart = await workspace.exists(
      `${chartFolder}/templates/base/${path.slice(baseFolder.length + 1)}`,
    );
    if (isInChart) await workspace.delete(path);
    else left.push(path);
  }
  const isOnlyKustomization = left.length > 0 && left.every((path) => /\/kustomization\.ya?ml$/.test(path));
  if (isOnlyKustomization) for (const path of left) await workspace.delete(path);
}

/** Takes away what the chart carries now: common values of the generic chart and base resources. */
export function cleanCommonValues(forge: ForgeClient, settings: AppChartSettings) {
  return pullRequestStep({
    type: 'clean-common-values',
    ...frameOf(forge, settings),
    repository: ({ candidate }) => factsOf(candidate).repository,
    async edit(workspace, { candidate, outputs }): Promise<EditResult> {
      requireSwapped(environmentsOf(candidate, settings.environments), outputs);
      await cleanValues(workspace);
      await cleanBase(workspace);
      return { message: 'the common values hold nothing of the chart' };
    },
    title: ({ candidate }) => `Remove what the chart of ${candidate.id} carries now`,
    body: ({ candidate }) =>
      [
        `Every environment deploys ${candidate.id} from its own chart, which carries these values and resources itself.`,
        'Values that the generic chart does not read stay.',
      ].join('\n'),
  });
}
