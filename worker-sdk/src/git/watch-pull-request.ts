import type { JsonObject, StepContext, StepOutcome } from '../step-context.ts';
import { StepFailure } from '../step-failure.ts';
import type { ForgeClient } from './forge-client.ts';
import { statusOf, toForgeFailure } from './forge-failure.ts';
import type { GitActivity } from './git-activity.ts';
import { nameOf, type PullRequest, toPullRequest } from './pull-request.ts';
import { closedOutcome, mergedOutcome, pullRequestState, waitingOutcome } from './pull-request-outcome.ts';
import { type ReviewState, readReviewState } from './read-review-state.ts';
import { recordOperation } from './record-operation.ts';
import { parseRepositoryName } from './repository-name.ts';

type Mergeable = 'yes' | 'conflicts' | 'unknown';

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
      const mergeable: Mergeable = data.mergeable === null ? 'unknown' : data.mergeable ? 'yes' : 'conflicts';
      // `status` is 304 when nothing changed since the last look, whatever Octokit's types say.
      return { pull, mergeable, isNews: (status as number) !== 304 };
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

function describeWaiting(pull: PullRequest, mergeable: Mergeable, { checks, reviews }: ReviewState): string {
  const name = nameOf(pull);
  if (mergeable === 'conflicts') {
    return `${name} has conflicts with ${pull.base}: resolve them there, or close it and retry, which makes the change anew`;
  }
  const obstacles = [
    ...(checks !== undefined && checks.failed > 0 ? [`failed checks: ${checks.failed}`] : []),
    ...(reviews !== undefined && reviews.changesRequested > 0 ? ['changes were requested'] : []),
  ];
  const why = obstacles.length === 0 ? '' : ` (${obstacles.join(', ')})`;
  return `Waiting for the merge of ${name}${why}`;
}

/** What an open pull request waits for, as an outcome. */
export async function describeOpen(
  forge: ForgeClient,
  activity: GitActivity,
  repository: string,
  number: number,
  outputs: JsonObject,
): Promise<StepOutcome> {
  const { pull, mergeable } = await readPullRequest(forge, activity, repository, number);
  switch (pull.state) {
    case 'merged':
      return mergedOutcome(pull, outputs);
    case 'closed':
      return closedOutcome(pull, await readClosedBy(forge, activity, pull));
    case 'open': {
      const review = await readReviewState(forge, activity, pull);
      return waitingOutcome(pull, outputs, describeWaiting(pull, mergeable, review), {
        mergeable,
        ...review,
      });
    }
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
  return describeOpen(forge, context, repository, number, outputs);
}
