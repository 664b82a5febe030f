import type { ForgeClient } from './forge-client.ts';
import { statusOf } from './forge-failure.ts';
import type { GitActivity } from './git-activity.ts';
import type { PullRequest } from './pull-request.ts';
import type { Check, Review } from './pull-request-facts.ts';
import { parseRepositoryName } from './repository-name.ts';

/** What stands between a pull request and its merge; undefined where the token may not read it. */
export interface ReviewState {
  readonly checks?: Check[];
  readonly reviews?: Review[];
}

const conclusions: Readonly<Record<string, Check['state']>> = {
  success: 'passed',
  neutral: 'skipped',
  skipped: 'skipped',
};
const statuses: Readonly<Record<string, Check['state']>> = { success: 'passed', pending: 'running' };
const words: Readonly<Record<string, Review['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes_requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
};

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
): Promise<Check[] | undefined> {
  const name = parseRepositoryName(pull.repository);
  const request = { signal: activity.signal };
  const of = { ...name, ref: pull.headCommit, per_page: 100, request };
  const runs = await ifAllowed(() => forge.octokit.checks.listForRef(of));
  const combined = await ifAllowed(() => forge.octokit.repos.getCombinedStatusForRef(of));
  if (runs === undefined && combined === undefined) return undefined;
  return [
    ...(runs?.data.check_runs ?? []).map(({ name: check, status, conclusion, html_url, details_url }) => ({
      name: check,
      state:
        status === 'completed'
          ? (conclusions[conclusion ?? ''] ?? ('failed' as const))
          : ('running' as const),
      ...linkOf(details_url ?? html_url),
    })),
    ...(combined?.data.statuses ?? []).map(({ context, state, target_url }) => ({
      name: context,
      state: statuses[state] ?? ('failed' as const),
      ...linkOf(target_url),
    })),
  ];
}

function linkOf(url: string | null): { url?: string } {
  return url === null || url === '' ? {} : { url };
}

async function readReviews(
  forge: ForgeClient,
  activity: GitActivity,
  pull: PullRequest,
): Promise<Review[] | undefined> {
  const answer = await ifAllowed(() =>
    forge.octokit.pulls.listReviews({
      ...parseRepositoryName(pull.repository),
      pull_number: pull.number,
      per_page: 100,
      request: { signal: activity.signal },
    }),
  );
  if (answer === undefined) return undefined;
  // The last word of each reviewer counts; a comment takes none back.
  const last = new Map<string, Review['state']>();
  for (const { user, state } of answer.data) {
    const author = user?.login ?? 'ghost';
    const word = words[state];
    if (word !== undefined && (word !== 'commented' || !last.has(author))) last.set(author, word);
  }
  return [...last].map(([author, state]) => ({ author, state }));
}

/** Reads checks and reviews of a pull request; unchanged ones cost nothing of the rate limit. */
export async function readReviewState(
  forge: ForgeClient,
  activity: GitActivity,
  pull: PullRequest,
): Promise<ReviewState> {
  const checks = await readChecks(forge, activity, pull);
  const reviews = await readReviews(forge, activity, pull);
  return { ...(checks === undefined ? {} : { checks }), ...(reviews === undefined ? {} : { reviews }) };
}
