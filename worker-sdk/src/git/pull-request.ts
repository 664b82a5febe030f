import type { ForgeClient } from './forge-client.ts';
import type { GitActivity } from './git-activity.ts';
import { type PullRequestMarker, readMarker } from './pull-request-marker.ts';
import { recordOperation } from './record-operation.ts';
import { parseRepositoryName } from './repository-name.ts';

/** A pull request as the git kit looks at it. */
export interface PullRequest {
  readonly repository: string;
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly isDraft: boolean;
  readonly state: 'open' | 'closed' | 'merged';
  readonly branch: string;
  readonly base: string;
  readonly headCommit: string;
  readonly mergeCommit: string | undefined;
  readonly closedAt: string | undefined;
  readonly mergedBy: string | undefined;
  readonly updatedAt: string | undefined;
  readonly requestedReviewers: readonly string[];
  readonly body: string;
  readonly marker: PullRequestMarker | undefined;
}

/** What GitHub's list and single answers have in common. */
export interface PullRequestAnswer {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly draft?: boolean;
  readonly state: string;
  readonly merged_at: string | null;
  readonly closed_at: string | null;
  readonly merge_commit_sha: string | null;
  readonly body: string | null;
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string };
  readonly merged_by?: { readonly login: string } | null;
  readonly updated_at?: string;
  readonly requested_reviewers?: readonly { readonly login: string }[] | null;
}

/** How people name a pull request. */
export function nameOf(pull: { readonly repository: string; readonly number: number }): string {
  return `${pull.repository}#${pull.number}`;
}

export function toPullRequest(repository: string, answer: PullRequestAnswer): PullRequest {
  const isMerged = answer.merged_at !== null;
  return {
    repository,
    number: answer.number,
    url: answer.html_url,
    title: answer.title,
    isDraft: answer.draft ?? false,
    state: isMerged ? 'merged' : answer.state === 'open' ? 'open' : 'closed',
    branch: answer.head.ref,
    base: answer.base.ref,
    headCommit: answer.head.sha,
    mergeCommit: isMerged ? (answer.merge_commit_sha ?? undefined) : undefined,
    closedAt: answer.closed_at ?? undefined,
    mergedBy: answer.merged_by?.login,
    updatedAt: answer.updated_at,
    requestedReviewers: (answer.requested_reviewers ?? []).map(({ login }) => login),
    body: answer.body ?? '',
    marker: readMarker(answer.body),
  };
}

const rank = { open: 0, merged: 1, closed: 2 } as const;

/**
 * Finds the pull request of a branch in whatever state it is. Of several (a closed one and its successor) the open one
 * counts, then a merged one, then the newest.
 */
export async function findPullRequest(
  forge: ForgeClient,
  activity: GitActivity,
  repository: string,
  branch: string,
): Promise<PullRequest | undefined> {
  const name = parseRepositoryName(repository);
  const facts = { kind: 'forge.pull_request.find', repository, branch };
  return recordOperation(
    forge,
    activity,
    facts,
    `Looking for the pull request of ${branch}`,
    async (note) => {
      const { data } = await forge.octokit.pulls.list({
        ...name,
        head: `${name.owner}:${branch}`,
        state: 'all',
        sort: 'created',
        direction: 'desc',
        per_page: 100,
        request: { signal: activity.signal },
      });
      // A forge that ignores the filter must not hand us somebody else's pull request.
      const own = data
        .filter((answer) => answer.head.ref === branch)
        .map((answer) => toPullRequest(repository, answer));
      const found = own.toSorted((a, b) => rank[a.state] - rank[b.state] || b.number - a.number)[0];
      note(found === undefined ? { message: 'there is none' } : { url: found.url, message: found.state });
      return found;
    },
  );
}
