import { type EditResult, type ForgeClient, pullRequestStep } from '@loom/worker-sdk/git';
import { z } from 'zod';
import { environmentFiles } from '../candidate-facts.ts';
import { disablePruneIn, type RecordedPrune } from '../prune-setting.ts';
import type { AppChartSettings } from '../settings.ts';
import { frameOf } from './step-frame.ts';

/** Switches automatic pruning off in one environment and records what it was. */
export function disablePrune(forge: ForgeClient, settings: AppChartSettings) {
  return pullRequestStep({
    type: 'disable-prune',
    config: z.object({ environment: z.string() }),
    ...frameOf(forge, settings),
    repository: () => settings.gitopsRepository,
    async edit(workspace, { candidate, config }): Promise<EditResult> {
      const applications: RecordedPrune[] = [];
      for (const path of environmentFiles(candidate, config.environment)) {
        await workspace.editYaml(path, (documents) => applications.push(...disablePruneIn(documents, path)));
      }
      return { outputs: { applications }, message: `${candidate.id} is not pruned in ${config.environment}` };
    },
    title: ({ candidate, config }) => `Stop pruning ${candidate.id} in ${config.environment}`,
    body: ({ candidate, config }) =>
      [
        `While ${candidate.id} moves to a chart of its own, ArgoCD must not delete what the new chart does not know yet.`,
        `\`${config.environment}-restore-prune\` puts the setting back to what it was.`,
      ].join('\n'),
  });
}
