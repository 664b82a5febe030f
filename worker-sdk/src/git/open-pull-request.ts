import { setTimeout as delay } from 'node:timers/promises';
import { StepFailure } from '../step-failure.ts';
import type { ForgeClient } from './forge-client.ts';
import type { GitActivity } from './git-activity.ts';
import { findPullRequest, nameOf, type PullRequest, toPullRequest } from './pull-request.ts';
import { recordOperation } from './record-operation.ts';
import { parseRepositoryName } from './repository-name.ts';

/** What a pull request is to be. */
export interface ProposedPullRequest {
  readonly repository: string;
  /** The branch with the change; it is the identity of the pull request. */
  readonly branch: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly labels?: readonly string[];
}

const maxTries = 4;

/** Adds labels; one that is there already changes nothing. A token that may not label may still open pull requests. */
async function addLabels(
  forge: ForgeClient,
  activity: GitActivity,
  pull: PullRequest,
  labels: readonly string[],
): Promise<void> {
  if (labels.length === 0) return;
  const { repository, url } = pull;
  const facts = { kind: 'forge.pull_request.label', repository, url, message: labels.join(', ') };
  try {
    await recordOperation(forge, activity, facts, `Labelling ${nameOf(pull)}`, () =>
      forge.octokit.issues.addLabels({
        ...parseRepositoryName(repository),
        issue_number: pull.number,
        labels: [...labels],
        request: { signal: activity.signal },
      }),
    );
  } catch (error) {
    activity.signal.throwIfAborted();
    activity.log.warn({ err: error, url }, 'a pull request stays without its labels');
  }
}

async function createPullRequest(
  forge: ForgeClient,
  activity: GitActivity,
  proposed: ProposedPullRequest,
): Promise<PullRequest> {
  const { repository, branch, base, title, body } = proposed;
  const facts = { kind: 'forge.pull_request.create', repository, branch };
  return recordOperation(forge, activity, facts, `Opening a pull request in ${repository}`, async (note) => {
    const { data } = await forge.octokit.pulls.create({
      ...parseRepositoryName(repository),
      head: branch,
      base,
      title,
      body,
      // Sending it again could open a second one.
      request: { retries: 0, signal: activity.signal },
    });
    note({ url: data.html_url, commit: data.head.sha });
    return toPullRequest(repository, data);
  });
}

function isPassing(error: unknown): boolean {
  return (
    error instanceof StepFailure && (error.failureClass === 'transport' || error.failureClass === 'throttled')
  );
}

/** A forge may fail after it acted, and a second worker may be faster, so the branch is looked up before an error counts. */
async function createOrAdopt(
  forge: ForgeClient,
  activity: GitActivity,
  proposed: ProposedPullRequest,
): Promise<PullRequest> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await createPullRequest(forge, activity, proposed);
    } catch (error) {
      activity.signal.throwIfAborted();
      const found = await findPullRequest(forge, activity, proposed.repository, proposed.branch);
      if (found !== undefined && found.state !== 'closed') return found;
      if (!isPassing(error) || tries === maxTries) throw error;
      await delay(forge.retryAfterMs * tries ** 2, undefined, { signal: activity.signal });
    }
  }
}

/**
 * Opens a pull request for a branch, or finds the one that is there. However often it is called, also when the forge
 * fails after it acted, a branch gets one open pull request.
 */
export async function openPullRequest(
  forge: ForgeClient,
  activity: GitActivity,
  proposed: ProposedPullRequest,
): Promise<PullRequest> {
  const pull = await createOrAdopt(forge, activity, proposed);
  await addLabels(forge, activity, pull, proposed.labels ?? []);
  return pull;
}
