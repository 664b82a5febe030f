import type { YamlPath } from '@loom/worker-sdk/git';
import { z } from 'zod';
import type { AppChartSettings } from './settings.ts';

const sourceSchema = z.looseObject({
  repoURL: z.string().optional(),
  chart: z.string().optional(),
  path: z.string().optional(),
  ref: z.string().optional(),
  targetRevision: z.union([z.string(), z.number()]).optional(),
  helm: z.looseObject({ valueFiles: z.array(z.string()).optional() }).nullish(),
});

const applicationSchema = z.looseObject({
  apiVersion: z.string().startsWith('argoproj.io/'),
  kind: z.literal('Application'),
  metadata: z.looseObject({ name: z.string(), labels: z.record(z.string(), z.unknown()).nullish() }),
  spec: z.looseObject({ source: sourceSchema.optional(), sources: z.array(sourceSchema).optional() }),
});

/** One source of an Application, and where it stands in its document. */
export interface ApplicationSource {
  readonly path: YamlPath;
  readonly repoUrl: string | undefined;
  readonly chart: string | undefined;
  /** A folder of a git repository whose resources are applied. */
  readonly folder: string | undefined;
  readonly isValuesOnly: boolean;
  readonly targetRevision: string | undefined;
  readonly valueFiles: readonly string[];
}

/** An ArgoCD Application as this migration reads it. */
export interface ArgocdApplication {
  readonly name: string;
  readonly labels: Readonly<Record<string, unknown>>;
  readonly sources: readonly ApplicationSource[];
}

function toSource(path: YamlPath, source: z.infer<typeof sourceSchema>): ApplicationSource {
  return {
    path,
    repoUrl: source.repoURL,
    chart: source.chart,
    folder: source.path?.replace(/^\.?\/+|\/+$/g, ''),
    isValuesOnly: source.ref !== undefined && source.path === undefined && source.chart === undefined,
    targetRevision: source.targetRevision === undefined ? undefined : String(source.targetRevision),
    valueFiles: source.helm?.valueFiles ?? [],
  };
}

/** Reads one document; undefined when it is no Application. */
export function readApplication(document: unknown): ArgocdApplication | undefined {
  const parsed = applicationSchema.safeParse(document);
  if (!parsed.success) return undefined;
  const { metadata, spec } = parsed.data;
  return {
    name: metadata.name,
    labels: metadata.labels ?? {},
    sources: [
      ...(spec.source === undefined ? [] : [toSource(['spec', 'source'], spec.source)]),
      ...(spec.sources ?? []).map((source, index) => toSource(['spec', 'sources', index], source)),
    ],
  };
}

function sameUrl(one: string | undefined, other: string): boolean {
  const plain = (url: string): string => url.replace(/\/+$/, '').toLowerCase();
  return one !== undefined && plain(one) === plain(other);
}

/** Whether a source is the generic chart. */
export function isGeneric(source: ApplicationSource, { genericChart }: AppChartSettings): boolean {
  return source.chart === genericChart.name && sameUrl(source.repoUrl, genericChart.repositoryUrl);
}

/** Whether a source is a chart that this migration published. */
export function isOwnChart(source: ApplicationSource, { chartRepositoryUrl }: AppChartSettings): boolean {
  return source.chart !== undefined && sameUrl(source.repoUrl, chartRepositoryUrl);
}

/** `owner/name` of a git URL, whatever host it is on. */
export function repositoryOfUrl(url: string | undefined): string | undefined {
  return /[/:]([^/:]+\/[^/:]+?)(?:\.git)?\/?$/.exec(url ?? '')?.[1];
}

/** The repository that an Application takes values or resources from. */
export function applicationRepository({ sources }: ArgocdApplication): string | undefined {
  const git = sources.find(({ isValuesOnly, folder }) => isValuesOnly || folder !== undefined);
  return repositoryOfUrl(git?.repoUrl);
}
