import type { JsonObject } from '../step-context.ts';
import { stepTrailer } from './commit-message.ts';
import type { ForgeClient } from './forge-client.ts';
import type { GitActivity } from './git-activity.ts';
import { inTransfer, toGitFailure } from './git-process.ts';
import type { ProposedChange } from './proposed-change.ts';
import { nameOf, type PullRequest } from './pull-request.ts';
import { type OpenWorkspace, withWorkspace } from './workspace.ts';

/** Stands where the newest commit of Loom on the pull request started from. */
async function standBeforeChange(
  forge: ForgeClient,
  activity: GitActivity,
  { git }: OpenWorkspace,
  pull: PullRequest,
): Promise<string> {
  try {
    await inTransfer(forge, activity.signal, () =>
      git.raw(['fetch', '--no-tags', 'origin', `refs/pull/${pull.number}/head`]),
    );
    // Along first parents, since a person may have merged the base, with other commits of Loom, into the branch.
    const commit = await git.raw([
      'log',
      '--first-parent',
      '--max-count=1',
      `--grep=^${stepTrailer}: `,
      '--format=%H',
      'FETCH_HEAD',
    ]);
    await git.raw(['checkout', '--detach', `${commit.trim() || 'FETCH_HEAD'}^`]);
    return (await git.revparse(['HEAD'])).trim();
  } catch (error) {
    throw toGitFailure(error, `Looking at ${nameOf(pull)}`, forge.redact);
  }
}

/**
 * What the edit gave when the pull request was made, for a delivery that finds it made already. The edit is run again on
 * the commit that it was run on then: the base may have gone on, or hold the change itself.
 */
export function readEarlierOutputs(
  forge: ForgeClient,
  activity: GitActivity,
  change: ProposedChange,
  pull: PullRequest,
): Promise<JsonObject> {
  const options = { branch: pull.base, withHistory: true };
  return withWorkspace(forge, activity, change.repository, options, async (workspace) => {
    const baseCommit = await standBeforeChange(forge, activity, workspace, pull);
    const result = await change.apply({ ...workspace, baseCommit });
    return result.outputs ?? {};
  });
}
