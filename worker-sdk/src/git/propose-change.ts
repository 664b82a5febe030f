import { succeeded } from '../outcomes.ts';
import type { JsonObject, StepContext, StepOutcome } from '../step-context.ts';
import { StepFailure } from '../step-failure.ts';
import {
  claimPullRequest,
  closePullRequest,
  deleteBranch,
  reopenPullRequest,
} from './change-pull-request.ts';
import { withStepTrailer } from './commit-message.ts';
import type { ForgeClient } from './forge-client.ts';
import { openPullRequest } from './open-pull-request.ts';
import type { ProposedChange } from './proposed-change.ts';
import { findPullRequest, nameOf, type PullRequest } from './pull-request.ts';
import { markerOf, withMarker } from './pull-request-marker.ts';
import { closedOutcome, mergedOutcome, waitingOutcome } from './pull-request-outcome.ts';
import { pushBranch, type RemoteBranch, readRemoteBranch } from './push-branch.ts';
import { readEarlierOutputs } from './read-earlier-outputs.ts';
import { recordOperation } from './record-operation.ts';
import { readClosedBy } from './watch-pull-request.ts';
import { type OpenWorkspace, withWorkspace } from './workspace.ts';

type Context = StepContext<unknown, unknown>;

/** A close before this attempt began is what the retry answers to; a later one is a new decision. */
function belongsToAttempt(pull: PullRequest, attempt: number): boolean {
  return attempt === 1 || pull.marker?.attempt === attempt;
}

function refuseForeign({ branch, repository }: ProposedChange, remote: RemoteBranch, doing: string): never {
  throw new StepFailure(
    `The branch ${branch} of ${repository} has commits of ${remote.foreignAuthors.join(', ')}, which ${doing} would ` +
      'throw away. Merge or resolve the pull request by hand, or delete the branch, and retry.',
    { failureClass: 'conflict', retryable: false },
  );
}

async function endWithoutChange(
  forge: ForgeClient,
  context: Context,
  change: ProposedChange,
  earlier: PullRequest | undefined,
  message: string | undefined,
  outputs: JsonObject,
): Promise<StepOutcome> {
  if (earlier?.state === 'open') {
    await closePullRequest(forge, context, earlier);
    await deleteBranch(forge, context, change.repository, change.branch);
  }
  const reason = message === undefined ? '' : `: ${message}`;
  return succeeded({ message: `Nothing to change in ${change.repository}${reason}`, outputs });
}

function commitChange(
  forge: ForgeClient,
  context: Context,
  { repository, branch, title }: ProposedChange,
  workspace: OpenWorkspace,
): Promise<string | undefined> {
  const facts = { kind: 'git.commit', repository, branch, message: title };
  return recordOperation(
    forge,
    context,
    facts,
    `Committing to ${repository}`,
    async (note) => {
      const commit = await workspace.commit(withStepTrailer(title, context.idempotencyKey));
      if (commit !== undefined) note({ commit });
      return commit;
    },
    (commit) => commit !== undefined,
  );
}

/** Makes the change on the current base and gives it a pull request, or the earlier one of this step its new content. */
async function makeChange(
  forge: ForgeClient,
  context: Context,
  change: ProposedChange,
  earlier: PullRequest | undefined,
  workspace: OpenWorkspace,
): Promise<StepOutcome> {
  const { branch, title } = change;
  const result = await change.apply(workspace);
  const outputs = result.outputs ?? {};
  const marker = markerOf(context);
  const commit = await commitChange(forge, context, change, workspace);
  if (commit === undefined) return endWithoutChange(forge, context, change, earlier, result.message, outputs);

  const remote = await readRemoteBranch(forge, context, workspace, branch);
  if (remote !== undefined && remote.foreignAuthors.length > 0) {
    if (earlier?.state !== 'open') refuseForeign(change, remote, 'making the change anew');
    // People went on working on the branch: their work stays, and their merge counts.
    return waitingOutcome(await claimPullRequest(forge, context, earlier, marker), outputs);
  }
  // GitHub reopens a pull request only while its branch is as it was, so this comes before the push.
  const reopened =
    earlier?.state === 'closed' ? await reopenPullRequest(forge, context, earlier, marker) : earlier;
  await pushBranch(forge, context, workspace, branch, commit, remote);
  if (reopened !== undefined) {
    return waitingOutcome(await claimPullRequest(forge, context, reopened, marker), outputs);
  }
  const pull = await openPullRequest(forge, context, {
    repository: change.repository,
    branch,
    base: workspace.baseBranch,
    title,
    body: withMarker(change.body(result), marker),
    labels: change.labels,
  });
  return waitingOutcome(pull, outputs);
}

/**
 * Brings a change to the point where it waits for its merge, from wherever an earlier delivery or attempt left it:
 * nothing done, branch pushed, pull request open, closed or merged.
 */
export async function proposeChange(
  forge: ForgeClient,
  context: Context,
  change: ProposedChange,
): Promise<StepOutcome> {
  const { repository, branch, base, withHistory } = change;
  const earlier = await findPullRequest(forge, context, repository, branch);
  if (earlier?.state === 'merged') {
    return mergedOutcome(earlier, await readEarlierOutputs(forge, context, change, earlier));
  }
  if (earlier !== undefined && belongsToAttempt(earlier, context.attempt)) {
    if (earlier.state === 'closed')
      return closedOutcome(earlier, await readClosedBy(forge, context, earlier));
    return waitingOutcome(earlier, await readEarlierOutputs(forge, context, change, earlier));
  }
  if (earlier !== undefined) context.progress(`Making the change of ${nameOf(earlier)} anew`);
  const options = { ...(base === undefined ? {} : { branch: base }), withHistory };
  return withWorkspace(forge, context, repository, options, (workspace) =>
    makeChange(forge, context, change, earlier, workspace),
  );
}
