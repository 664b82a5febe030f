import { GitError } from 'simple-git';
import { StepFailure } from '../step-failure.ts';
import type { ForgeClient } from './forge-client.ts';
import type { GitActivity } from './git-activity.ts';
import { toGitFailure } from './git-process.ts';
import type { EditResult } from './proposed-change.ts';
import { nameOf, type PullRequest } from './pull-request.ts';
import { recordOperation } from './record-operation.ts';
import { parseRepositoryName } from './repository-name.ts';
import type { OpenWorkspace } from './workspace.ts';

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}

/** The subjects of the pull request's own commits, oldest first: a rebase merge repeats them on the base. */
async function readSubjects(
  forge: ForgeClient,
  activity: GitActivity,
  pull: PullRequest,
): Promise<readonly string[]> {
  const facts = { kind: 'forge.pull_request.commits', repository: pull.repository, url: pull.url };
  return recordOperation(forge, activity, facts, `Reading the commits of ${nameOf(pull)}`, async () => {
    const commits = await forge.octokit.paginate(forge.octokit.pulls.listCommits, {
      ...parseRepositoryName(pull.repository),
      pull_number: pull.number,
      per_page: 100,
      request: { signal: activity.signal },
    });
    return commits.map(({ commit }) => firstLine(commit.message));
  });
}

/** How many commits the merge put on the base, and whether the last of them is a merge commit. */
async function describeMerge(
  forge: ForgeClient,
  activity: GitActivity,
  { git }: OpenWorkspace,
  pull: PullRequest,
  mergeCommit: string,
): Promise<{ readonly isMergeCommit: boolean; readonly count: number }> {
  const parents = (await git.raw(['show', '--no-patch', '--format=%P', mergeCommit])).trim().split(' ');
  if (parents.length > 1) return { isMergeCommit: true, count: 1 };
  const subjects = await readSubjects(forge, activity, pull);
  const log = await git.raw([
    'log',
    `--max-count=${subjects.length}`,
    '--first-parent',
    '--format=%s',
    mergeCommit,
  ]);
  const onBase = log.trim().split('\n').toReversed();
  const isRebased = subjects.length > 1 && onBase.every((subject, at) => subject === subjects[at]);
  return { isMergeCommit: false, count: isRebased ? subjects.length : 1 };
}

async function runRevert(
  { git, repository, baseBranch }: OpenWorkspace,
  pull: PullRequest,
  args: readonly string[],
) {
  try {
    await git.raw(['revert', '--no-commit', '--no-edit', ...args]);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const conflicts = (await git.raw(['diff', '--name-only', '--diff-filter=U']))
      .trim()
      .split('\n')
      .filter(Boolean);
    if (conflicts.length === 0) throw error;
    throw new StepFailure(
      `${nameOf(pull)} cannot be reverted by itself: ${conflicts.join(', ')} changed on ${baseBranch} since. ` +
        `Revert it in ${repository} by hand and skip this undo.`,
      { failureClass: 'conflict', retryable: false, metadata: { conflicts } },
    );
  }
}

/**
 * Undoes in the files what a merged pull request did: its merge commit, its squashed commit, or each commit that a rebase
 * merge put on the base.
 *
 * @throws StepFailure of class `conflict` when later changes of the base stand in the way.
 */
export async function revertPullRequest(
  forge: ForgeClient,
  activity: GitActivity,
  workspace: OpenWorkspace,
  pull: PullRequest,
): Promise<EditResult> {
  const { mergeCommit, repository } = pull;
  if (mergeCommit === undefined) {
    throw new StepFailure(
      `The forge does not say by which commit ${nameOf(pull)} was merged; revert it by hand`,
      {
        failureClass: 'invalid',
      },
    );
  }
  const facts = { kind: 'git.revert', repository, commit: mergeCommit, url: pull.url };
  await recordOperation(forge, activity, facts, `Reverting ${nameOf(pull)}`, async () => {
    try {
      const { isMergeCommit, count } = await describeMerge(forge, activity, workspace, pull, mergeCommit);
      const range = count === 1 ? [mergeCommit] : [`${mergeCommit}~${count}..${mergeCommit}`];
      await runRevert(workspace, pull, isMergeCommit ? ['--mainline=1', ...range] : range);
    } catch (error) {
      throw toGitFailure(error, `Reverting ${nameOf(pull)}`, forge.redact);
    }
  });
  return { message: `${workspace.baseBranch} no longer has the change` };
}
