import { StepFailure } from '@loom/worker-sdk';
import {
  type EditResult,
  type ForgeClient,
  pullRequestStep,
  readYaml,
  type Workspace,
} from '@loom/worker-sdk/git';
import { z } from 'zod';
import {
  baseFolder,
  chartFolder,
  commonValuesPath,
  deployFolder,
  isValuesFile,
  isYamlFile,
  publishWorkflowPath,
} from '../application-layout.ts';
import { factsOf } from '../candidate-facts.ts';
import { chartFiles } from '../chart/chart-files.ts';
import { chartValuesIn, pickChartValues } from '../chart/chart-values.ts';
import { publishWorkflow } from '../chart/publish-workflow.ts';
import type { AppChartSettings } from '../settings.ts';
import { frameOf } from './step-frame.ts';

const ownChart = z.looseObject({ name: z.string(), version: z.string() });

async function readAll(workspace: Workspace, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const path of paths) texts.set(path, await workspace.read(path));
  return texts;
}

async function readBase(workspace: Workspace): Promise<ReadonlyMap<string, string>> {
  const paths = (await workspace.list(baseFolder)).filter(
    (path) => isYamlFile(path) && !/\/kustomization\.ya?ml$/.test(path),
  );
  const texts = await readAll(workspace, paths);
  return new Map([...texts].map(([path, text]) => [path.slice(baseFolder.length + 1), text]));
}

async function readValues(workspace: Workspace) {
  const paths = (await workspace.list(deployFolder)).filter(isValuesFile);
  const texts = await readAll(workspace, paths);
  const place = (path: string): string => `${path} of ${workspace.repository}`;
  const used = new Set([...texts].flatMap(([path, text]) => chartValuesIn(text, place(path))));
  const common = texts.get(commonValuesPath);
  return { used, values: common === undefined ? '' : pickChartValues(common, place(commonValuesPath)) };
}

/** The version of a chart that the repository has already; it is left as it is. */
async function existingVersion(workspace: Workspace, name: string): Promise<string | undefined> {
  const path = `${chartFolder}/Chart.yaml`;
  if (!(await workspace.exists(path))) return undefined;
  const [manifest] = readYaml(await workspace.read(path), `${path} of ${workspace.repository}`);
  const chart = ownChart.safeParse(manifest);
  if (chart.success && chart.data.name === name) return chart.data.version;
  throw new StepFailure(
    `${path} of ${workspace.repository} is another chart than ${name}; move it, or skip this step and migrate by hand`,
    { failureClass: 'invalid' },
  );
}

async function writeMissing(workspace: Workspace, files: Iterable<readonly [string, string]>): Promise<void> {
  for (const [path, text] of files) {
    if (!(await workspace.exists(path))) await workspace.write(path, text);
  }
}

/** Gives the application a chart of its own, made of its values and base resources, and a workflow that publishes it. */
export function generateChart(forge: ForgeClient, settings: AppChartSettings) {
  return pullRequestStep({
    type: 'generate-chart',
    inputs: z.object({ chartVersion: z.string() }),
    ...frameOf(forge, settings),
    repository: ({ candidate }) => factsOf(candidate).repository,
    async edit(workspace, { candidate, inputs }): Promise<EditResult> {
      const { name, genericChartVersion } = factsOf(candidate);
      const existing = await existingVersion(workspace, name);
      if (existing === undefined) {
        const { used, values } = await readValues(workspace);
        const content = {
          name,
          version: inputs.chartVersion,
          derivedFrom:
            genericChartVersion === undefined
              ? undefined
              : `${settings.genericChart.name} ${genericChartVersion}`,
          values,
          usedValues: used,
          base: await readBase(workspace),
        };
        await writeMissing(workspace, chartFiles(content));
      }
      const { chartRepositoryUrl } = settings;
      const workflow = publishWorkflow({ branch: workspace.baseBranch, chartRepositoryUrl });
      await writeMissing(workspace, [[publishWorkflowPath, workflow]]);
      return {
        outputs: { chart: name, version: existing ?? inputs.chartVersion },
        message: `it has the chart ${name} and publishes it`,
      };
    },
    title: ({ candidate }) => `Give ${candidate.id} a chart of its own`,
    body: ({ candidate }) =>
      [
        `\`${chartFolder}/\` holds what ${candidate.id} uses of \`${settings.genericChart.name}\`: the templates that its values`,
        `need, the common values, and the resources of \`${baseFolder}\`. \`${publishWorkflowPath}\` publishes it on merge.`,
        '',
        'Nothing is deployed from it yet. Please check that `helm template` gives what runs today.',
      ].join('\n'),
  });
}
