/** What the forge remembers besides git's own objects; one JSON file for each repository. */
export interface RepositoryRecord {
  readonly v: 1;
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly description: string | null;
  readonly isPrivate: boolean;
  readonly defaultBranch: string;
  readonly deletesBranchOnMerge: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly pushedAt: string;
  readonly sizeKb: number;
  readonly nextNumber: number;
  readonly pulls: readonly PullRecord[];
  readonly labels: readonly LabelRecord[];
  readonly hooks: readonly HookRecord[];
  readonly checkRuns: readonly CheckRunRecord[];
  readonly statuses: readonly StatusRecord[];
}

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export interface PullRecord {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: 'open' | 'closed';
  readonly isDraft: boolean;
  readonly author: string;
  readonly head: string;
  readonly base: string;
  readonly headSha: string;
  /** Tip of the base branch; it stays what it was once the pull request is closed. */
  readonly baseSha: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  /** Login of whoever closed it, merged or not. */
  readonly closedBy: string | null;
  readonly mergedAt: string | null;
  readonly mergedBy: string | null;
  readonly mergeCommitSha: string | null;
  /** Written before the base branch moves, so that a forge killed in between knows that it merged. */
  readonly pendingMerge: { readonly sha: string; readonly by: string } | null;
  readonly canMaintainerModify: boolean;
  readonly labels: readonly string[];
  readonly reviews: readonly ReviewRecord[];
  readonly comments: readonly CommentRecord[];
}

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'PENDING' | 'DISMISSED';

export interface ReviewRecord {
  readonly id: number;
  readonly author: string;
  readonly body: string;
  readonly state: ReviewState;
  readonly commitSha: string;
  readonly submittedAt: string | null;
}

export interface CommentRecord {
  readonly id: number;
  readonly author: string;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface LabelRecord {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}

export interface HookRecord {
  readonly id: number;
  readonly url: string;
  readonly contentType: 'json' | 'form';
  readonly secret: string | null;
  readonly isInsecureSsl: boolean;
  readonly events: readonly string[];
  readonly isActive: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The others of GitHub are for its own Actions. */
export type CheckStatus = 'queued' | 'in_progress' | 'completed';
export type CheckConclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'action_required';

export interface CheckRunRecord {
  readonly id: number;
  readonly name: string;
  readonly headSha: string;
  readonly status: CheckStatus;
  readonly conclusion: CheckConclusion | null;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly detailsUrl: string | null;
  readonly externalId: string | null;
  readonly output: {
    readonly title: string | null;
    readonly summary: string | null;
    readonly text: string | null;
  };
}

export type CommitState = 'error' | 'failure' | 'pending' | 'success';

export interface StatusRecord {
  readonly id: number;
  readonly sha: string;
  readonly state: CommitState;
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: string;
  readonly createdAt: string;
}

/** One try to deliver one event to one hook. */
export interface DeliveryRecord {
  readonly id: number;
  readonly guid: string;
  readonly hookId: number;
  readonly event: string;
  readonly action: string | null;
  readonly deliveredAt: string;
  readonly isRedelivery: boolean;
  readonly durationMs: number;
  /** 0 when no answer came. */
  readonly statusCode: number;
  readonly status: string;
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly payload: unknown };
  readonly response: { readonly headers: Readonly<Record<string, string>>; readonly payload: string };
}
