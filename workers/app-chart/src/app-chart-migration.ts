import { defineMigration, type Migration } from '@loom/worker-sdk';
import type { ForgeClient } from '@loom/worker-sdk/git';
import { z } from 'zod';
import { applicationSteps } from './application-steps.ts';
import { discoverApplications } from './discover-applications.ts';
import type { AppChartSettings } from './settings.ts';

const overview = `Moves applications from the generic Helm chart to a chart of their own.

**Before**: an ArgoCD Application for each environment deploys the generic chart with the common values of the
application, the values of the environment, and the resources of its base folder.

**After**: it deploys a chart that lives in the application's repository, with the values of the environment.

Each step that changes a repository opens one pull request and goes on when it is merged. Nothing is deleted on the way:
base resources are protected first, and automatic pruning is off in an environment from before the chart is swapped there
until a person has looked at the result. Then it is put back to what it was.`;

/** The migration, for a forge and an organisation's layout. */
export function appChartMigration(forge: ForgeClient, settings: AppChartSettings): Migration {
  const stepsFor = applicationSteps(forge, settings);
  return defineMigration({
    id: 'app-chart',
    name: 'A chart for each application',
    description: `Moves applications from the chart ${settings.genericChart.name} to a chart of their own.`,
    owner: 'platform',
    overview,
    inputs: z.object({
      chartVersion: z
        .string()
        .regex(/^\d+\.\d+\.\d+$/)
        .default('1.0.0')
        .meta({ title: 'Chart version', description: 'The first version of the chart, such as 1.0.0.' }),
    }),
    labelKeys: ['team', 'environments'],
    // For a candidate without steps of its own; discovery gives each the steps of its environments.
    steps: stepsFor(settings.environments),
    discover: (context) => discoverApplications(forge, settings, stepsFor, context),
  });
}
