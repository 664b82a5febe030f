import { succeeded } from '../outcomes.ts';
import type { StepContext, StepOutcome } from '../step-context.ts';
import { closePullRequest, deleteBranch } from './change-pull-request.ts';
import type { ForgeClient } from './forge-client.ts';
import { proposeChange } from './propose-change.ts';
import { findPullRequest, nameOf, type PullRequest } from './pull-request.ts';
import { pullRequestFacts } from './pull-request-facts.ts';
import { revertPullRequest } from './revert-commits.ts';

type Context = StepContext<unknown, unknown>;

async function proposeRevert(
  forge: ForgeClient,
  context: Context,
  pull: PullRequest,
  labels: readonly string[],
): Promise<StepOutcome> {
  return proposeChange(forge, context, {
    repository: pull.repository,
    base: pull.base,
    branch: `${pull.branch}-revert`,
    title: `Revert ${nameOf(pull)}`,
    body: () => `Takes back ${pull.url}, since the run of ${context.candidate.id} is being undone.`,
    labels,
    withHistory: true,
    apply: (workspace) => revertPullRequest(forge, context, workspace, pull),
  });
}

/**
 * Undoes a change, however far it came: an open pull request is closed and its branch deleted, a merged one gets a pull
 * request that reverts it and is waited for.
 */
export async function undoChange(
  forge: ForgeClient,
  context: Context,
  change: { readonly repository: string; readonly branch: string; readonly labels: readonly string[] },
): Promise<StepOutcome> {
  const { repository, branch, labels } = change;
  const found = await findPullRequest(forge, context, repository, branch);
  if (found === undefined) {
    await deleteBranch(forge, context, repository, branch);
    return succeeded({ message: `Nothing to undo: no pull request was opened in ${repository}` });
  }
  // Somebody may merge it while it is being closed; then the merge is what has to be undone.
  const pull = found.state === 'open' ? await closePullRequest(forge, context, found) : found;
  if (pull.state === 'merged') return proposeRevert(forge, context, pull, labels);
  await deleteBranch(forge, context, repository, branch);
  return succeeded({
    message:
      found.state === 'open' ? `Closed ${nameOf(pull)}` : `Nothing to undo: ${nameOf(pull)} was not merged`,
    metadata: { prUrl: pull.url, prNumber: pull.number, pullRequest: pullRequestFacts(pull) },
  });
}
