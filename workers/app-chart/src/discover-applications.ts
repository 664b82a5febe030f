import { type Candidate, type DiscoveryContext, StepFailure } from '@loom/worker-sdk';
import { type ForgeClient, readYaml, type Workspace, withWorkspace } from '@loom/worker-sdk/git';
import type { StepsFor } from './application-steps.ts';
import {
  type ArgocdApplication,
  applicationRepository,
  isGeneric,
  isOwnChart,
  readApplication,
} from './argocd-application.ts';
import type { AppChartSettings } from './settings.ts';

/** A file `{environment}/{application}.yaml` of the GitOps repository. */
interface ApplicationFile {
  readonly environment: string;
  readonly candidateId: string;
  readonly path: string;
  readonly applications: readonly ArgocdApplication[];
  /** Why it could not be read. */
  readonly problem: string | undefined;
}

async function readFile(
  workspace: Workspace,
  environment: string,
  path: string,
  candidateId: string,
): Promise<ApplicationFile> {
  const facts = { environment, candidateId, path };
  try {
    const documents = readYaml(await workspace.read(path), path);
    const applications = documents.flatMap((document) => readApplication(document) ?? []);
    return { ...facts, applications, problem: undefined };
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    return { ...facts, applications: [], problem: error.message };
  }
}

async function readFiles(
  workspace: Workspace,
  environments: readonly string[],
): Promise<readonly ApplicationFile[]> {
  const files: ApplicationFile[] = [];
  for (const path of await workspace.list()) {
    const [, environment = '', name = ''] = /^([^/]+)\/([^/]+)\.ya?ml$/.exec(path) ?? [];
    if (environments.includes(environment)) files.push(await readFile(workspace, environment, path, name));
  }
  return files;
}

function groupById(files: readonly ApplicationFile[]): ReadonlyMap<string, readonly ApplicationFile[]> {
  const groups = new Map<string, ApplicationFile[]>();
  for (const file of files) groups.set(file.candidateId, [...(groups.get(file.candidateId) ?? []), file]);
  return groups;
}

/** Files that cannot be read count, so that a typing mistake does not make an application disappear. */
function isConcerned(files: readonly ApplicationFile[], settings: AppChartSettings): boolean {
  return files.some(
    ({ applications, problem }) =>
      problem !== undefined ||
      applications.some(({ sources }) =>
        sources.some((source) => isGeneric(source, settings) || isOwnChart(source, settings)),
      ),
  );
}

function toCandidate(
  id: string,
  files: readonly ApplicationFile[],
  forge: ForgeClient,
  settings: AppChartSettings,
  stepsFor: StepsFor,
  branch: string,
): Candidate {
  const { gitopsRepository } = settings;
  const applications = files.flatMap((file) => file.applications);
  const environments = settings.environments.filter((name) =>
    files.some(({ environment }) => environment === name),
  );
  const repository = applications.map(applicationRepository).find((name) => name !== undefined);
  const team = applications.map(({ labels }) => labels['team']).find((name) => typeof name === 'string');
  const generic = applications
    .flatMap(({ sources }) => sources)
    .find((source) => isGeneric(source, settings));
  const problems = files.flatMap(({ problem }) => problem ?? []);
  return {
    id,
    kind: 'application',
    labels: { ...(typeof team === 'string' ? { team } : {}), environments: environments.join(',') },
    metadata: {
      ...(repository === undefined ? {} : { repository, repositoryUrl: forge.webUrl(repository) }),
      ...(generic?.targetRevision === undefined ? {} : { genericChartVersion: generic.targetRevision }),
      applications: applications.map(({ name }) => name),
      ...(problems.length === 0 ? {} : { problems }),
    },
    files: environments.map((environment) => ({
      name: environment,
      repo: gitopsRepository,
      files: files
        .filter((file) => file.environment === environment)
        .map(({ path }) => ({ path, url: `${forge.webUrl(gitopsRepository)}/blob/${branch}/${path}` })),
    })),
    steps: stepsFor(environments),
  };
}

/** Finds the applications that use the generic chart, or used it until this migration, in the GitOps repository. */
export function discoverApplications(
  forge: ForgeClient,
  settings: AppChartSettings,
  stepsFor: StepsFor,
  { signal, log }: Pick<DiscoveryContext, 'signal' | 'log'>,
): Promise<readonly Candidate[]> {
  return withWorkspace(forge, { signal, log }, settings.gitopsRepository, {}, async (workspace) => {
    const files = await readFiles(workspace, settings.environments);
    for (const { path, problem } of files) {
      if (problem !== undefined)
        log.warn({ path, problem }, 'a file of the GitOps repository cannot be read');
    }
    return [...groupById(files)]
      .filter(([, group]) => isConcerned(group, settings))
      .map(([id, group]) => toCandidate(id, group, forge, settings, stepsFor, workspace.baseBranch));
  });
}
