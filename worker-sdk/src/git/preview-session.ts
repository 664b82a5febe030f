import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Preview } from '../step-context.ts';
import type { ForgeClient } from './forge-client.ts';
import type { GitActivity } from './git-activity.ts';
import type { ProposedChange } from './proposed-change.ts';
import { type OpenWorkspace, withWorkspace } from './workspace.ts';

/** What the earlier steps of a dry run left of a repository, as a git bundle on top of a commit of the forge. */
interface EarlierSteps {
  readonly baseCommit: string;
  readonly bundle: Buffer | undefined;
}

async function bundlePath({ git }: OpenWorkspace): Promise<string> {
  const root = (await git.revparse(['--show-toplevel'])).trim();
  return join(dirname(root), 'earlier-steps.bundle');
}

/** The forge only holds commits that are real, so those of the dry run come from the bundle. */
async function restore(workspace: OpenWorkspace, { bundle }: EarlierSteps): Promise<void> {
  if (bundle === undefined) return;
  const path = await bundlePath(workspace);
  await writeFile(path, bundle);
  await workspace.git.raw(['fetch', '--quiet', '--no-tags', path, 'HEAD']);
  await workspace.git.raw(['reset', '--quiet', '--hard', 'FETCH_HEAD']);
}

async function keep(workspace: OpenWorkspace): Promise<EarlierSteps> {
  const { git, baseCommit } = workspace;
  const isUnchanged = (await git.revparse(['HEAD'])).trim() === baseCommit;
  if (isUnchanged) return { baseCommit, bundle: undefined };
  const path = await bundlePath(workspace);
  await git.raw(['bundle', 'create', '--quiet', path, 'HEAD', `^${baseCommit}`]);
  return { baseCommit, bundle: await readFile(path) };
}

/**
 * Lets a step of a dry run work in a clone that holds what the steps before it would have done, all on one commit of the
 * forge. Between the steps only the differences are kept, in memory, so a dry run that is broken off leaves no files.
 */
export async function inPreview<Result>(
  forge: ForgeClient,
  activity: GitActivity,
  preview: Preview,
  { repository, base }: Pick<ProposedChange, 'repository' | 'base'>,
  use: (workspace: OpenWorkspace) => Promise<Result>,
): Promise<Result> {
  const key = `git:${repository}:${base ?? ''}`;
  const earlier = preview.session.get(key) as EarlierSteps | undefined;
  const options = {
    ...(base === undefined ? {} : { branch: base }),
    ...(earlier === undefined ? {} : { commit: earlier.baseCommit }),
  };
  return withWorkspace(forge, activity, repository, options, async (workspace) => {
    if (earlier !== undefined) await restore(workspace, earlier);
    const result = await use(workspace);
    preview.session.set(key, await keep(workspace));
    return result;
  });
}
