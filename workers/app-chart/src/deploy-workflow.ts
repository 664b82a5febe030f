import { editYaml, type YamlDocument, type YamlPath } from '@loom/worker-sdk/git';
import { commonValuesPath } from './application-layout.ts';
import type { AppChartSettings } from './settings.ts';

/** What a workflow is to deploy instead of the generic chart. */
export interface OwnChart {
  readonly name: string;
  readonly version: string;
}

type Mapping = Readonly<Record<string, unknown>>;

function escapePattern(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCommonValues(value: unknown): boolean {
  return typeof value === 'string' && value.trim().replace(/^\.\//, '') === commonValuesPath;
}

/** A helm command: the chart with its version and repository, and the values file that the chart carries now. */
function editCommand(command: string, chart: OwnChart, settings: AppChartSettings): string {
  const { genericChart, chartRepositoryUrl } = settings;
  const path = escapePattern(commonValuesPath);
  const name = new RegExp(`(^|[\\s/"'=])${escapePattern(genericChart.name)}(?=$|[\\s"'])`, 'g');
  const pointed = command.replaceAll(genericChart.repositoryUrl, chartRepositoryUrl);
  if (pointed.search(name) === -1) return pointed;
  return (
    pointed
      .replace(name, `$1${chart.name}`)
      .replace(/(--version[ =]["']?)v?\d+\.\d+\.\d+[^\s"']*/, `$1${chart.version}`)
      .replace(new RegExp(`[ \\t]+(?:-f|--values)[ =](["']?)(?:\\./)?${path}\\1(?=\\s|$)`, 'g'), '')
      // A line of the command that held nothing else is gone with it.
      .replace(/\n[ \t]*\\(?=\n)/g, '')
  );
}

function editScript(script: string, chart: OwnChart, settings: AppChartSettings): string {
  // A command goes on over lines that end in a backslash.
  const commands = script.split(/(?<!\\)\n/);
  return commands
    .map((command) => (/\bhelm\b/.test(command) ? editCommand(command, chart, settings) : command))
    .join('\n');
}

/** The values files that an action is given: as a list, or as one string with a file on each line. */
function editValuesFiles(document: YamlDocument, path: YamlPath, value: unknown): void {
  if (Array.isArray(value)) {
    for (const index of [...value.keys()].toReversed()) {
      if (isCommonValues(value[index])) document.delete([...path, index]);
    }
  } else if (typeof value === 'string' && value.includes('\n')) {
    const kept = value.split('\n').filter((line) => !isCommonValues(line));
    document.set(path, kept.join('\n'));
  }
}

/** A mapping that names the generic chart, such as the inputs of an action or the environment of a job. */
function editChartMapping(
  document: YamlDocument,
  path: YamlPath,
  mapping: Mapping,
  chart: OwnChart,
  { genericChart, chartRepositoryUrl }: AppChartSettings,
): void {
  for (const [key, value] of Object.entries(mapping)) {
    const place = [...path, key];
    if (value === genericChart.name) document.set(place, chart.name);
    else if (value === genericChart.repositoryUrl) document.set(place, chartRepositoryUrl);
    else if (/^(?:chart[-_]?)?version$/i.test(key)) document.set(place, chart.version);
    else if (/^value(?:s|[-_]?files)/i.test(key)) editValuesFiles(document, place, value);
  }
}

function visit(document: YamlDocument, path: YamlPath, chart: OwnChart, settings: AppChartSettings): void {
  const value = document.get(path);
  if (Array.isArray(value)) {
    for (const index of value.keys()) visit(document, [...path, index], chart, settings);
  } else if (isMapping(value)) {
    const namesChart = Object.values(value).includes(settings.genericChart.name);
    if (namesChart) editChartMapping(document, path, value, chart, settings);
    for (const key of Object.keys(value)) visit(document, [...path, key], chart, settings);
  } else if (typeof value === 'string' && path.at(-1) === 'run') {
    document.set(path, editScript(value, chart, settings));
  }
}

/** Points a workflow from the generic chart to the application's own, and touches nothing else. */
export function updateWorkflow(
  text: string,
  file: string,
  chart: OwnChart,
  settings: AppChartSettings,
): string {
  const { name, repositoryUrl } = settings.genericChart;
  if (!text.includes(name) && !text.includes(repositoryUrl)) return text;
  return editYaml(
    text,
    (documents) => {
      for (const document of documents) visit(document, [], chart, settings);
    },
    { file },
  );
}
