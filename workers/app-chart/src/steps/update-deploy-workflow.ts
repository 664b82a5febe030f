import { type EditResult, type ForgeClient, pullRequestStep } from '@loom/worker-sdk/git';
import { z } from 'zod';
import { commonValuesPath, isYamlFile, publishWorkflowPath, workflowsFolder } from '../application-layout.ts';
import { factsOf } from '../candidate-facts.ts';
import { isEmptyValues } from '../chart/chart-values.ts';
import { updateWorkflow } from '../deploy-workflow.ts';
import type { AppChartSettings } from '../settings.ts';
import { frameOf } from './step-frame.ts';

const chartOutputs = z.object({ version: z.string() });

/** Lets the workflows of the application deploy its own chart. */
export function updateDeployWorkflow(forge: ForgeClient, settings: AppChartSettings) {
  return pullRequestStep({
    type: 'update-deploy-workflow',
    inputs: z.object({ chartVersion: z.string() }),
    ...frameOf(forge, settings),
    repository: ({ candidate }) => factsOf(candidate).repository,
    async edit(workspace, { candidate, inputs, outputs }): Promise<EditResult> {
      const generated = chartOutputs.safeParse(outputs['generate-chart']);
      const chart = {
        name: candidate.id,
        version: generated.success ? generated.data.version : inputs.chartVersion,
      };
      let isNamed = false;
      for (const path of (await workspace.list(workflowsFolder)).filter(isYamlFile)) {
        if (path === publishWorkflowPath) continue;
        const before = await workspace.read(path);
        const after = updateWorkflow(before, `${path} of ${workspace.repository}`, chart, settings);
        if (after !== before) await workspace.write(path, after);
        isNamed ||= after.includes(commonValuesPath);
      }
      const values = await workspace.readIfPresent(commonValuesPath);
      const isLeftover =
        values !== undefined &&
        !isNamed &&
        isEmptyValues(values, `${commonValuesPath} of ${workspace.repository}`);
      if (isLeftover) await workspace.delete(commonValuesPath);
      return { message: `no workflow names ${settings.genericChart.name}` };
    },
    title: ({ candidate }) => `Deploy ${candidate.id} from its own chart in CI`,
    body: ({ candidate }) =>
      `The workflows name the chart of ${candidate.id} instead of \`${settings.genericChart.name}\`.`,
  });
}
