import type { ForgeClient } from './forge-client.ts';
import { statusOf } from './forge-failure.ts';
import type { GitActivity } from './git-activity.ts';
import { nameOf, type PullRequest, toPullRequest } from './pull-request.ts';
import { type PullRequestMarker, withMarker } from './pull-request-marker.ts';
import { recordOperation } from './record-operation.ts';
import { parseRepositoryName } from './repository-name.ts';

interface PullRequestEdit {
  readonly title?: string;
  readonly body?: string;
  readonly state?: 'open' | 'closed';
}

function update(
  forge: ForgeClient,
  activity: GitActivity,
  pull: PullRequest,
  kind: string,
  what: string,
  edit: PullRequestEdit,
): Promise<PullRequest> {
  const { repository, number, url, branch } = pull;
  return recordOperation(
    forge,
    activity,
    { kind, repository, branch, url },
    `${what} ${nameOf(pull)}`,
    async () => {
      const { data } = await forge.octokit.pulls.update({
        ...parseRepositoryName(repository),
        pull_number: number,
        ...edit,
        request: { signal: activity.signal },
      });
      return toPullRequest(repository, data);
    },
  );
}

/** Makes the pull request that of a newer attempt; a close after this one is a decision about that attempt. */
export function claimPullRequest(
  forge: ForgeClient,
  activity: GitActivity,
  pull: PullRequest,
  marker: PullRequestMarker,
): Promise<PullRequest> {
  const body = withMarker(pull.body, marker);
  if (body === pull.body) return Promise.resolve(pull);
  return update(forge, activity, pull, 'forge.pull_request.update', 'Updating', { body });
}

/**
 * Opens a closed pull request again for a newer attempt.
 *
 * @returns undefined when the forge does not allow it, because its branch is gone or was rewritten since.
 */
export async function reopenPullRequest(
  forge: ForgeClient,
  activity: GitActivity,
  pull: PullRequest,
  marker: PullRequestMarker,
): Promise<PullRequest | undefined> {
  const { repository, number, url, branch } = pull;
  const facts = { kind: 'forge.pull_request.reopen', repository, branch, url };
  return recordOperation(forge, activity, facts, `Reopening ${nameOf(pull)}`, async (note) => {
    try {
      const { data } = await forge.octokit.pulls.update({
        ...parseRepositoryName(repository),
        pull_number: number,
        state: 'open',
        body: withMarker(pull.body, marker),
        request: { signal: activity.signal },
      });
      return toPullRequest(repository, data);
    } catch (error) {
      if (statusOf(error) !== 422) throw error;
      note({ message: 'the forge does not allow it, a new one is opened' });
      return undefined;
    }
  });
}

/** Closes a pull request without merging; one that was merged in the meantime comes back as `merged`. */
export function closePullRequest(
  forge: ForgeClient,
  activity: GitActivity,
  pull: PullRequest,
): Promise<PullRequest> {
  return update(forge, activity, pull, 'forge.pull_request.close', 'Closing', { state: 'closed' });
}

/** Deletes a branch; one that is gone is no mistake. */
export async function deleteBranch(
  forge: ForgeClient,
  activity: GitActivity,
  repository: string,
  branch: string,
): Promise<void> {
  const facts = { kind: 'forge.branch.delete', repository, branch };
  await recordOperation(
    forge,
    activity,
    facts,
    `Deleting the branch ${branch} of ${repository}`,
    async (note) => {
      try {
        await forge.octokit.git.deleteRef({
          ...parseRepositoryName(repository),
          ref: `heads/${branch}`,
          request: { signal: activity.signal },
        });
      } catch (error) {
        const status = statusOf(error);
        if (status !== 404 && status !== 422) throw error;
        note({ message: 'it was gone already' });
      }
    },
  );
}
