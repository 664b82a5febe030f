import type { JsonObject, StepContext, StepOutcome } from '../step-context.ts';
import { StepFailure } from '../step-failure.ts';
import type { ForgeClient } from './forge-client.ts';
import { statusOf, toForgeFailure } from './forge-failure.ts';
import type { GitActivity } from './git-activity.ts';
import { nameOf, type PullRequest, toPullRequest } from './pull-request.ts';
import { countOf, type PullRequestFacts, pullRequestFacts } from './pull-request-facts.ts';
import { closedOutcome, mergedOutcome, pullRequestState, waitingOutcome } from './pull-request-outcome.ts';
import { readReviewState } from './read-review-state.ts';
import { recordOperation } from './record-operation.ts';
import { parseRepositoryName } from './repository-name.ts';

async function readPullRequest(
  forge: ForgeClient,
  activity: GitActivity,
  repository: string,
  number: number,
) {
  const facts = { kind: 'forge.pull_request.get', repository };
  return recordOperation(
    forge,
    activity,
    facts,
    `Looking at ${repository}#${number}`,
    async (note) => {
      const { data, status } = await forge.octokit.pulls.get({
        ...parseRepositoryName(repository),
        pull_number: number,
        request: { signal: activity.signal },
      });
      const pull = toPullRequest(repository, data);
      note({ url: pull.url, branch: pull.branch, commit: pull.headCommit, message: pull.state });
      const mergeable = data.mergeable === null ? 'unknown' : data.mergeable ? 'yes' : 'conflicts';
      const size = { additions: data.additions, deletions: data.deletions, changedFiles: data.changed_files };
      // `status` is 304 when nothing changed since the last look, whatever Octokit's types say.
      return { pull, seen: { mergeable, ...size } as const, isNews: (status as number) !== 304 };
    },
    ({ isNews }) => isNews,
  );
}

/** Who closed a pull request; only its issue knows. */
export async function readClosedBy(
  forge: ForgeClient,
  activity: GitActivity,
  pull: PullRequest,
): Promise<string | undefined> {
  try {
    const { data } = await forge.octokit.issues.get({
      ...parseRepositoryName(pull.repository),
      issue_number: pull.number,
      request: { signal: activity.signal },
    });
    return data.closed_by?.login;
  } catch (error) {
    const status = statusOf(error);
    if (status === 403 || status === 404 || status === 410) return undefined;
    throw toForgeFailure(error, `Looking at ${nameOf(pull)}`, forge.redact);
  }
}

function describeWaiting(pull: PullRequest, facts: PullRequestFacts): string {
  const name = nameOf(pull);
  if (facts.mergeable === 'conflicts') {
    return `${name} has conflicts with ${pull.base}: resolve them there, or close it and retry, which makes the change anew`;
  }
  const failed = countOf(facts.checks, 'failed');
  const obstacles = [
    ...(failed > 0 ? [`failed checks: ${failed}`] : []),
    ...(countOf(facts.reviews, 'changes_requested') > 0 ? ['changes were requested'] : []),
    ...(pull.isDraft ? ['it is a draft'] : []),
  ];
  const why = obstacles.length === 0 ? '' : ` (${obstacles.join(', ')})`;
  return `Waiting for the merge of ${name}${why}`;
}

/** What a pull request waits for, or how it ended, as an outcome. */
async function describePullRequest(
  forge: ForgeClient,
  activity: GitActivity,
  repository: string,
  number: number,
  outputs: JsonObject,
): Promise<StepOutcome> {
  const { pull, seen } = await readPullRequest(forge, activity, repository, number);
  const facts = pullRequestFacts(pull, { ...seen, ...(await readReviewState(forge, activity, pull)) });
  switch (pull.state) {
    case 'merged':
      return mergedOutcome(pull, outputs, facts);
    case 'closed':
      return closedOutcome(pull, await readClosedBy(forge, activity, pull), facts);
    case 'open':
      return waitingOutcome(pull, outputs, describeWaiting(pull, facts), facts);
  }
}

/** Looks whether the pull request of a pending attempt was merged or closed. */
export function watchPullRequest(
  forge: ForgeClient,
  context: StepContext<unknown, unknown>,
  state: JsonObject,
): Promise<StepOutcome> {
  const known = pullRequestState.safeParse(state);
  if (!known.success) {
    throw new StepFailure(
      'What this attempt remembers of its pull request cannot be read; retry to look for it',
      {
        failureClass: 'fatal',
      },
    );
  }
  const { repository, number, outputs } = known.data;
  return describePullRequest(forge, context, repository, number, outputs);
}
