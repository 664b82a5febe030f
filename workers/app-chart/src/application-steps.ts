import { type MigrationStep, review } from '@loom/worker-sdk';
import type { ForgeClient } from '@loom/worker-sdk/git';
import type { AppChartSettings } from './settings.ts';
import { cleanCommonValues } from './steps/clean-common-values.ts';
import { disablePrune } from './steps/disable-prune.ts';
import { generateChart } from './steps/generate-chart.ts';
import { protectBase } from './steps/protect-base.ts';
import { restorePrune } from './steps/restore-prune.ts';
import { swapChart } from './steps/swap-chart.ts';
import { updateDeployWorkflow } from './steps/update-deploy-workflow.ts';

/** Gives the steps of an application that runs in some environments. */
export type StepsFor = (environments: readonly string[]) => readonly MigrationStep[];

/** Each step waits for somebody who merges or decides. Two days leave out no more than a weekend. */
const REMIND_AFTER_MS = 2 * 24 * 60 * 60 * 1_000;

/** Defines the kinds of steps once and gives them to applications by the environments that each has. */
export function applicationSteps(forge: ForgeClient, settings: AppChartSettings): StepsFor {
  const use = {
    protectBase: protectBase(forge, settings),
    generateChart: generateChart(forge, settings),
    disablePrune: disablePrune(forge, settings),
    swapChart: swapChart(forge, settings),
    restorePrune: restorePrune(forge, settings),
    cleanCommonValues: cleanCommonValues(forge, settings),
    updateDeployWorkflow: updateDeployWorkflow(forge, settings),
  };

  const inEnvironment = (environment: string): readonly MigrationStep[] => [
    {
      name: `${environment}-disable-prune`,
      group: environment,
      use: use.disablePrune,
      config: { environment },
      description: `Stops ArgoCD from deleting resources in ${environment} while the chart is swapped.`,
    },
    {
      name: `${environment}-swap-chart`,
      group: environment,
      use: use.swapChart,
      config: { environment },
      description: `Deploys the application's own chart in ${environment}.`,
    },
    review({
      name: `${environment}-check`,
      group: environment,
      description: `Look at the application in ${environment}: is it in sync and healthy, and is nothing left over?`,
    }),
    {
      name: `${environment}-restore-prune`,
      group: environment,
      use: use.restorePrune,
      config: { environment },
      description: `Puts the prune setting in ${environment} back to what it was.`,
    },
  ];

  const inOrder = (environments: readonly string[]): readonly MigrationStep[] => [
    {
      name: 'protect-base',
      group: 'chart',
      use: use.protectBase,
      description: 'Stops the base resources from being pruned when the chart takes them over.',
    },
    {
      name: 'generate-chart',
      group: 'chart',
      use: use.generateChart,
      description: 'Generates the chart of the application and the workflow that publishes it.',
    },
    review({
      name: 'check-chart',
      group: 'chart',
      description: 'Is the chart published, and does it render what runs today?',
    }),
    ...environments.flatMap(inEnvironment),
    {
      name: 'clean-common-values',
      group: 'cleanup',
      use: use.cleanCommonValues,
      description: 'Removes the values and base resources that the chart carries now.',
    },
    {
      name: 'update-deploy-workflow',
      group: 'cleanup',
      use: use.updateDeployWorkflow,
      description: 'Lets CI deploy the chart of the application.',
    },
  ];
  return (environments) => inOrder(environments).map((step) => ({ ...step, remindAfterMs: REMIND_AFTER_MS }));
}
