import { type EditResult, type ForgeClient, pullRequestStep } from '@loom/worker-sdk/git';
import { z } from 'zod';
import { recordedPrune, restorePruneIn } from '../prune-setting.ts';
import type { AppChartSettings } from '../settings.ts';
import { frameOf } from './step-frame.ts';

const recordedOutputs = z.object({ applications: z.array(recordedPrune) });

/** Puts the prune setting of one environment back to what `disable-prune` found. */
export function restorePrune(forge: ForgeClient, settings: AppChartSettings) {
  return pullRequestStep({
    type: 'restore-prune',
    config: z.object({ environment: z.string() }),
    ...frameOf(forge, settings),
    repository: () => settings.gitopsRepository,
    async edit(workspace, { config, outputs }): Promise<EditResult> {
      const step = `${config.environment}-disable-prune`;
      const recorded = recordedOutputs.safeParse(outputs[step]);
      if (!recorded.success) return { message: `${step} recorded nothing to restore` };
      const { applications } = recorded.data;
      const left: string[] = [];
      for (const file of new Set(applications.map((entry) => entry.file))) {
        await workspace.editYaml(file, (documents) =>
          left.push(...restorePruneIn(documents, file, applications)),
        );
      }
      if (left.length > 0)
        return { message: `somebody took the setting out of ${left.join(', ')} meanwhile` };
      return { message: `pruning is as it was in ${config.environment}` };
    },
    title: ({ candidate, config }) => `Prune ${candidate.id} in ${config.environment} as before`,
    body: ({ candidate }) =>
      `${candidate.id} runs on its own chart; the sync policy is put back to what it was.`,
  });
}
