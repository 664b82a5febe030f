import { stringify } from 'yaml';
import { chartFolder } from '../application-layout.ts';
import { chartTemplates, escapeTemplate } from './chart-templates.ts';

/** What a chart is made of. */
export interface ChartContent {
  readonly name: string;
  readonly version: string;
  /** The version of the generic chart that it derives from, as far as discovery knows. */
  readonly derivedFrom: string | undefined;
  /** The text of `values.yaml`. */
  readonly values: string;
  /** Names of the values that any environment sets. */
  readonly usedValues: ReadonlySet<string>;
  /** Manifests of the base folder, by their path below it. */
  readonly base: ReadonlyMap<string, string>;
}

function chartManifest({ name, version, derivedFrom }: ChartContent): string {
  return stringify({
    apiVersion: 'v2',
    name,
    description: `Deploys ${name}.`,
    type: 'application',
    version,
    ...(derivedFrom === undefined ? {} : { annotations: { 'loom/derived-from': derivedFrom } }),
  });
}

/** The files of a chart, by their path in the repository. */
export function chartFiles(content: ChartContent): ReadonlyMap<string, string> {
  const templates = [...chartTemplates(content.usedValues)].map(
    ([name, text]) => [`${chartFolder}/templates/${name}`, text] as const,
  );
  const base = [...content.base].map(
    ([path, text]) => [`${chartFolder}/templates/base/${path}`, escapeTemplate(text)] as const,
  );
  return new Map([
    [`${chartFolder}/.helmignore`, '*.md\n.git/\n'],
    [`${chartFolder}/Chart.yaml`, chartManifest(content)],
    [`${chartFolder}/values.yaml`, content.values],
    ...templates,
    ...base,
  ]);
}
