import { type EditResult, type ForgeClient, pullRequestStep, type YamlDocument } from '@loom/worker-sdk/git';
import { z } from 'zod';
import { baseFolder, commonValuesPath } from '../application-layout.ts';
import { isGeneric, isOwnChart, readApplication, repositoryOfUrl } from '../argocd-application.ts';
import { environmentFiles, factsOf } from '../candidate-facts.ts';
import type { AppChartSettings } from '../settings.ts';
import { frameOf } from './step-frame.ts';

/** The chart that an Application is to use. */
export interface TargetChart {
  readonly name: string;
  readonly version: string;
  /** The repository of the application, whose base folder the chart carries now. */
  readonly repository: string;
}

/** How an Application of the file is deployed after the edit. */
export interface SwappedApplication {
  readonly application: string;
  readonly usesOwnChart: boolean;
}

function dropCommonValues(document: YamlDocument, path: readonly (string | number)[]): void {
  const filesPath = [...path, 'helm', 'valueFiles'];
  const files = document.get(filesPath);
  if (!Array.isArray(files)) return;
  const at = files.findIndex(
    (file) => String(file).endsWith(`/${commonValuesPath}`) || file === commonValuesPath,
  );
  if (at >= 0) document.delete([...filesPath, at], { pruneEmpty: true });
}

function swapIn(document: YamlDocument, target: TargetChart, settings: AppChartSettings): void {
  const sources = readApplication(document.value)?.sources ?? [];
  const generic = sources.find((source) => isGeneric(source, settings));
  if (generic === undefined) return;
  document.set([...generic.path, 'repoURL'], settings.chartRepositoryUrl);
  document.set([...generic.path, 'chart'], target.name);
  document.set([...generic.path, 'targetRevision'], target.version);
  dropCommonValues(document, generic.path);
  const base = sources.find(
    ({ folder, repoUrl }) => folder === baseFolder && repositoryOfUrl(repoUrl) === target.repository,
  );
  if (base !== undefined) document.delete(base.path, { withComment: true });
}

/** Points the Applications of a file from the generic chart to the application's own; leaves other charts alone. */
export function swapChartIn(
  documents: readonly YamlDocument[],
  target: TargetChart,
  settings: AppChartSettings,
): readonly SwappedApplication[] {
  return documents.flatMap((document) => {
    const application = readApplication(document.value)?.name;
    if (application === undefined) return [];
    swapIn(document, target, settings);
    const sources = readApplication(document.value)?.sources ?? [];
    return [{ application, usesOwnChart: sources.some((source) => isOwnChart(source, settings)) }];
  });
}

const chartOutputs = z.object({ version: z.string() });

/** Swaps the generic chart for the application's own in one environment. */
export function swapChart(forge: ForgeClient, settings: AppChartSettings) {
  return pullRequestStep({
    type: 'swap-chart',
    config: z.object({ environment: z.string() }),
    inputs: z.object({ chartVersion: z.string() }),
    ...frameOf(forge, settings),
    repository: () => settings.gitopsRepository,
    async edit(workspace, { candidate, config, inputs, outputs }): Promise<EditResult> {
      const { repository } = factsOf(candidate);
      const generated = chartOutputs.safeParse(outputs['generate-chart']);
      const version = generated.success ? generated.data.version : inputs.chartVersion;
      const target = { name: candidate.id, version, repository };
      const applications: SwappedApplication[] = [];
      for (const path of environmentFiles(candidate, config.environment)) {
        await workspace.editYaml(path, (documents) =>
          applications.push(...swapChartIn(documents, target, settings)),
        );
      }
      return {
        outputs: { chart: target.name, version, applications },
        message: `${candidate.id} does not use ${settings.genericChart.name} in ${config.environment}`,
      };
    },
    title: ({ candidate, config }) => `Deploy ${candidate.id} in ${config.environment} from its own chart`,
    body: ({ candidate, config }) =>
      [
        `Replaces \`${settings.genericChart.name}\` by the chart \`${candidate.id}\` in ${config.environment}.`,
        'The common values and the base resources are part of the chart now, so the Application no longer names them.',
        'Pruning is off until a person has looked at the result.',
      ].join('\n'),
  });
}
