import { z } from 'zod';
import { failed, merged, pending } from '../outcomes.ts';
import type { JsonObject, StepOutcome } from '../step-context.ts';
import { nameOf, type PullRequest } from './pull-request.ts';
import { type PullRequestFacts, pullRequestFacts } from './pull-request-facts.ts';

/** What is kept with a pending attempt, so that anybody can look at its pull request again. */
export const pullRequestState = z.object({
  repository: z.string(),
  number: z.number().int().positive(),
  branch: z.string(),
  /** What the edit gave; it becomes the step's outputs at the merge. */
  outputs: z.record(z.string(), z.unknown()),
});

export type PullRequestState = z.infer<typeof pullRequestState>;

/** What people see of the pull request with the attempt; `facts` as far as they were read. */
function metadataOf(pull: PullRequest, facts: PullRequestFacts = pullRequestFacts(pull)): JsonObject {
  return {
    prUrl: pull.url,
    prNumber: pull.number,
    repository: pull.repository,
    branch: pull.branch,
    base: pull.base,
    commit: pull.headCommit,
    pullRequest: facts,
  };
}

/** The step waits for the merge. */
export function waitingOutcome(
  pull: PullRequest,
  outputs: JsonObject,
  message = `Waiting for the merge of ${nameOf(pull)}`,
  facts?: PullRequestFacts,
): StepOutcome {
  const { repository, number, branch } = pull;
  const state: PullRequestState = { repository, number, branch, outputs };
  // Merging is somebody's decision.
  return pending(message, state, { ...metadataOf(pull, facts), who: 'reviewer' });
}

export function mergedOutcome(pull: PullRequest, outputs: JsonObject, facts?: PullRequestFacts): StepOutcome {
  const by = pull.mergedBy === undefined ? '' : ` by ${pull.mergedBy}`;
  return merged({
    message: `${nameOf(pull)} was merged into ${pull.base}${by}`,
    outputs: {
      ...outputs,
      pullRequest: nameOf(pull),
      ...(pull.mergeCommit === undefined ? {} : { mergeCommit: pull.mergeCommit }),
    },
    metadata: metadataOf(pull, facts),
  });
}

/** Closing without merging is somebody's decision, so only a person's retry goes on from there. */
export function closedOutcome(
  pull: PullRequest,
  closedBy: string | undefined,
  facts?: PullRequestFacts,
): StepOutcome {
  const by = closedBy === undefined ? '' : ` by ${closedBy}`;
  const at = pull.closedAt === undefined ? '' : ` at ${pull.closedAt}`;
  return failed(
    `${nameOf(pull)} was closed without merging${by}${at}. A retry opens it again with the change made anew on ${pull.base}.`,
    { failureClass: 'conflict', retryable: false, metadata: metadataOf(pull, facts) },
  );
}
