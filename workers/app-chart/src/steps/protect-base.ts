import {
  type EditResult,
  editYaml,
  type ForgeClient,
  pullRequestStep,
  type YamlDocument,
} from '@loom/worker-sdk/git';
import { baseFolder, isYamlFile } from '../application-layout.ts';
import { factsOf } from '../candidate-facts.ts';
import type { AppChartSettings } from '../settings.ts';
import { frameOf } from './step-frame.ts';

const annotationKey = 'argocd.argoproj.io/sync-options';

/** The sync options with `Prune=false` in place of what they say of pruning; others stay as they are. */
function withoutPrune(options: unknown): string {
  const listed = typeof options === 'string' ? options.split(',').map((option) => option.trim()) : [];
  const others = listed.filter((option) => option !== '' && !/^prune=/i.test(option));
  const isProtected = listed.some((option) => /^prune=false$/i.test(option));
  return isProtected && typeof options === 'string' ? options : [...others, 'Prune=false'].join(',');
}

function isResource(value: unknown): value is { readonly kind: string; readonly items?: unknown } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    'apiVersion' in value &&
    'metadata' in value
  );
}

function isKustomization(value: { readonly kind: string; readonly apiVersion?: unknown }): boolean {
  return String(value.apiVersion).startsWith('kustomize.config.k8s.io/');
}

function protect(document: YamlDocument): void {
  const { value } = document;
  if (!isResource(value) || isKustomization(value)) return;
  const path = ['metadata', 'annotations', annotationKey];
  document.set(path, withoutPrune(document.get(path)));
}

/** Annotates every resource of a file so that ArgoCD does not prune it. */
export function protectResources(text: string, file: string): string {
  return editYaml(text, (documents) => documents.forEach(protect), { file });
}

/** Stops the resources of the base folder from being pruned when the chart takes them over. */
export function protectBase(forge: ForgeClient, settings: AppChartSettings) {
  return pullRequestStep({
    type: 'protect-base',
    ...frameOf(forge, settings),
    repository: ({ candidate }) => factsOf(candidate).repository,
    async edit(workspace): Promise<EditResult> {
      const files = (await workspace.list(baseFolder)).filter(isYamlFile);
      const changed: string[] = [];
      for (const path of files) {
        const before = await workspace.read(path);
        const after = protectResources(before, `${path} of ${workspace.repository}`);
        if (after === before) continue;
        await workspace.write(path, after);
        changed.push(path);
      }
      const message =
        files.length === 0 ? `there is no ${baseFolder}` : 'every resource is protected already';
      return changed.length === 0 ? { message } : { outputs: { protected: changed } };
    },
    title: ({ candidate }) => `Keep the base resources of ${candidate.id} from being pruned`,
    body: ({ candidate }) =>
      [
        `${candidate.id} gets a chart of its own, which takes over the resources of \`${baseFolder}\`.`,
        `The annotation \`${annotationKey}: Prune=false\` keeps ArgoCD from deleting them on the way.`,
      ].join('\n'),
  });
}
