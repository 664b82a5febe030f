import type { JsonObject } from '../step-context.ts';
import type { ForgeClient } from './forge-client.ts';
import { statusOf } from './forge-failure.ts';
import type { GitActivity } from './git-activity.ts';
import type { PullRequest } from './pull-request.ts';
import { parseRepositoryName } from './repository-name.ts';

/** What stands between a pull request and its merge. */
export interface ReviewState extends JsonObject {
  readonly checks?: { readonly passed: number; readonly failed: number; readonly running: number };
  readonly reviews?: { readonly approved: number; readonly changesRequested: number };
}

const passedConclusions = new Set(['success', 'neutral', 'skipped']);

/** Undefined where the token may not read it: such a worker still sees the merge. */
async function ifAllowed<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    const status = statusOf(error);
    if (status === 403 || status === 404) return undefined;
    throw error;
  }
}

async function readChecks(
  forge: ForgeClient,
  activity: GitActivity,
  pull: PullRequest,
): Promise<ReviewState['checks']> {
  const name = parseRepositoryName(pull.repository);
  const request = { signal: activity.signal };
  const of = { ...name, ref: pull.headCommit, per_page: 100, request };
  const runs = await ifAllowed(() => forge.octokit.checks.listForRef(of));
  const statuses = await ifAllowed(() => forge.octokit.repos.getCombinedStatusForRef(of));
  if (runs === undefined && statuses === undefined) return undefined;
  const states = [
    ...(runs?.data.check_runs ?? []).map(({ status, conclusion }) => {
      if (status !== 'completed') return 'running';
      return passedConclusions.has(conclusion ?? '') ? 'passed' : 'failed';
    }),
    ...(statuses?.data.statuses ?? []).map(({ state }) => {
      if (state === 'pending') return 'running';
      return state === 'success' ? 'passed' : 'failed';
    }),
  ];
  const count = (wanted: string): number => states.filter((state) => state === wanted).length;
  return { passed: count('passed'), failed: count('failed'), running: count('running') };
}

async function readReviews(
  forge: ForgeClient,
  activity: GitActivity,
  pull: PullRequest,
): Promise<ReviewState['reviews']> {
  const answer = await ifAllowed(() =>
    forge.octokit.pulls.listReviews({
      ...parseRepositoryName(pull.repository),
      pull_number: pull.number,
      per_page: 100,
      request: { signal: activity.signal },
    }),
  );
  if (answer === undefined) return undefined;
  // The last word of each reviewer counts; a comment is no word.
  const words = new Map<string, string>();
  for (const { user, state } of answer.data) {
    if (state !== 'COMMENTED' && state !== 'PENDING') words.set(user?.login ?? 'ghost', state);
  }
  const count = (wanted: string): number => [...words.values()].filter((state) => state === wanted).length;
  return { approved: count('APPROVED'), changesRequested: count('CHANGES_REQUESTED') };
}

/** Reads checks and reviews of an open pull request; unchanged ones cost nothing of the rate limit. */
export async function readReviewState(
  forge: ForgeClient,
  activity: GitActivity,
  pull: PullRequest,
): Promise<ReviewState> {
  const checks = await readChecks(forge, activity, pull);
  const reviews = await readReviews(forge, activity, pull);
  return { ...(checks === undefined ? {} : { checks }), ...(reviews === undefined ? {} : { reviews }) };
}
