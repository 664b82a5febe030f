import { StepFailure } from '../step-failure.ts';
import { hasStepTrailer } from './commit-message.ts';
import type { ForgeClient } from './forge-client.ts';
import type { GitActivity } from './git-activity.ts';
import { inTransfer, toGitFailure } from './git-process.ts';
import { recordOperation } from './record-operation.ts';
import type { OpenWorkspace } from './workspace.ts';

/** A branch as it is on the forge. */
export interface RemoteBranch {
  readonly commit: string;
  /** Who else committed to it; empty when every commit beyond the base is Loom's. */
  readonly foreignAuthors: readonly string[];
}

async function remoteTip(
  forge: ForgeClient,
  activity: GitActivity,
  { git }: OpenWorkspace,
  branch: string,
): Promise<string | undefined> {
  const output = await inTransfer(forge, activity.signal, () =>
    git.raw(['ls-remote', 'origin', 'HEAD', `refs/heads/${branch}`]),
  );
  const line = output.split('\n').find((entry) => entry.endsWith(`\trefs/heads/${branch}`));
  return line?.split('\t')[0];
}

/** Looks at a branch on the forge and whose commits are on it; undefined when there is no such branch. */
export async function readRemoteBranch(
  forge: ForgeClient,
  activity: GitActivity,
  workspace: OpenWorkspace,
  branch: string,
): Promise<RemoteBranch | undefined> {
  const { git, baseBranch } = workspace;
  try {
    const commit = await remoteTip(forge, activity, workspace, branch);
    if (commit === undefined) return undefined;
    // All commits of the branch, without their files: a shallow clone cannot tell which of them are beyond the base.
    const isShallow = (await git.revparse(['--is-shallow-repository'])).trim() === 'true';
    const depth = isShallow ? ['--unshallow'] : [];
    await inTransfer(forge, activity.signal, () =>
      git.raw(['fetch', '--no-tags', '--filter=blob:none', ...depth, 'origin', commit]),
    );
    const log = await git.raw(['log', '--format=%an%x00%B%x01', commit, '--not', `origin/${baseBranch}`]);
    const commits = log.split('\x01').map((entry) => entry.trimStart().split('\0'));
    const foreign = commits.filter(([author, message]) => author && message && !hasStepTrailer(message));
    return { commit, foreignAuthors: [...new Set(foreign.map(([author]) => author ?? ''))] };
  } catch (error) {
    throw toGitFailure(error, `Looking at the branch ${branch} of ${workspace.repository}`, forge.redact);
  }
}

/** Whether the branch holds this very change already, made on the same files: then it merges as well as a new one would. */
async function holdsChange(
  { git, baseBranch }: OpenWorkspace,
  commit: string,
  remote: RemoteBranch,
): Promise<boolean> {
  const diff = (from: string, to: string): Promise<string> =>
    git.raw(['diff', '--raw', '--no-abbrev', from, to, '--']);
  const start = (await git.raw(['merge-base', `origin/${baseBranch}`, remote.commit])).trim();
  return (await diff(`${commit}^`, commit)) === (await diff(start, remote.commit));
}

/**
 * Pushes the last commit of the workspace to a branch, replacing only what was looked at before (force with lease).
 * A push whose answer was lost counts when the branch is there.
 *
 * @returns The commit that the branch has now: the same change of an earlier delivery stays, with its reviews.
 */
export async function pushBranch(
  forge: ForgeClient,
  activity: GitActivity,
  workspace: OpenWorkspace,
  branch: string,
  commit: string,
  remote: RemoteBranch | undefined,
): Promise<string> {
  const { git, repository } = workspace;
  if (remote !== undefined && (await holdsChange(workspace, commit, remote))) return remote.commit;
  const facts = { kind: 'git.push', repository, branch, commit, url: forge.cloneUrl(repository) };
  const what = `Pushing to ${repository}`;
  return recordOperation(forge, activity, facts, what, async () => {
    const lease = `--force-with-lease=refs/heads/${branch}:${remote?.commit ?? ''}`;
    try {
      await inTransfer(forge, activity.signal, () =>
        git.raw(['push', '--no-verify', lease, 'origin', `${commit}:refs/heads/${branch}`]),
      );
    } catch (error) {
      const tip = await remoteTip(forge, activity, workspace, branch).catch(() => undefined);
      if (tip === commit) return commit;
      if (tip === remote?.commit) throw toGitFailure(error, what, forge.redact);
      throw new StepFailure(
        `Somebody else changed the branch ${branch} of ${repository} at the same time; retry to look at it again`,
        { failureClass: 'conflict' },
      );
    }
    return commit;
  });
}
