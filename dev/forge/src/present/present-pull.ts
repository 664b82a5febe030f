import type { Links } from '../links.ts';
import type { PullSummary } from '../operations/pull-summary.ts';
import type {
  CommentRecord,
  LabelRecord,
  PullRecord,
  RepositoryRecord,
  ReviewRecord,
} from '../store/records.ts';
import type { UserDirectory } from '../users.ts';
import { presentRepository, repositoryPage, repositoryUrl } from './present-repository.ts';
import { presentUser } from './present-user.ts';
import { nodeId, type Schema } from './schema.ts';

export function pullPage(links: Links, record: RepositoryRecord, number: number): string {
  return `${repositoryPage(links, record)}/pull/${number}`;
}

export function presentPull(links: Links, users: UserDirectory, record: RepositoryRecord, pull: PullRecord) {
  const url = `${repositoryUrl(links, record)}/pulls/${pull.number}`;
  const issueUrl = `${repositoryUrl(links, record)}/issues/${pull.number}`;
  const page = pullPage(links, record, pull.number);
  const owner = presentUser(links, users.owner(record.owner));
  const repository = presentRepository(links, users, record);
  const statusesUrl = `${repositoryUrl(links, record)}/statuses/${pull.headSha}`;
  return {
    url,
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueUrl,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repositoryUrl(links, record)}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statusesUrl,
    number: pull.number,
    state: pull.state,
    locked: false,
    active_lock_reason: null,
    draft: pull.isDraft,
    title: pull.title,
    user: presentUser(links, users.person(pull.author)),
    body: pull.body,
    labels: pull.labels.flatMap((name) => {
      const label = record.labels.find((each) => each.name === name);
      // The type of the list says that a label's description is never null; GitHub itself sends null.
      return label ? [{ ...presentLabel(links, record, label), description: label.description ?? '' }] : [];
    }),
    milestone: null,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: {
      label: `${record.owner}:${pull.head}`,
      ref: pull.head,
      sha: pull.headSha,
      repo: repository,
      user: owner,
    },
    base: {
      label: `${record.owner}:${pull.base}`,
      ref: pull.base,
      sha: pull.baseSha,
      repo: repository,
      user: owner,
    },
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${repositoryUrl(links, record)}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statusesUrl },
    },
    author_association: 'MEMBER',
    auto_merge: null,
  } satisfies Schema<'pull-request-simple'>;
}

export function presentFullPull(
  links: Links,
  users: UserDirectory,
  record: RepositoryRecord,
  pull: PullRecord,
  summary: PullSummary,
) {
  return {
    ...presentPull(links, users, record, pull),
    merged: pull.mergedAt !== null,
    mergeable: summary.mergeable,
    rebaseable: summary.mergeable,
    mergeable_state: summary.mergeableState,
    merged_by: pull.mergedBy === null ? null : presentUser(links, users.person(pull.mergedBy)),
    comments: pull.comments.length,
    review_comments: 0,
    maintainer_can_modify: pull.canMaintainerModify,
    commits: summary.commits,
    additions: summary.additions,
    deletions: summary.deletions,
    changed_files: summary.changedFiles,
  } satisfies Schema<'pull-request'>;
}

/** A pull request as the issue that it also is. */
export function presentIssue(links: Links, users: UserDirectory, record: RepositoryRecord, pull: PullRecord) {
  const url = `${repositoryUrl(links, record)}/issues/${pull.number}`;
  const page = pullPage(links, record, pull.number);
  return {
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    url,
    repository_url: repositoryUrl(links, record),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    number: pull.number,
    state: pull.state,
    title: pull.title,
    body: pull.body,
    user: presentUser(links, users.person(pull.author)),
    labels: presentPull(links, users, record, pull).labels,
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    active_lock_reason: null,
    draft: pull.isDraft,
    comments: pull.comments.length,
    reactions: noReactions(url),
    performed_via_github_app: null,
    pull_request: {
      url: `${repositoryUrl(links, record)}/pulls/${pull.number}`,
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      merged_at: pull.mergedAt,
    },
    author_association: 'MEMBER',
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    closed_by: pull.closedBy === null ? null : presentUser(links, users.person(pull.closedBy)),
  } satisfies Schema<'issue'>;
}

export function presentReview(
  links: Links,
  users: UserDirectory,
  record: RepositoryRecord,
  pull: PullRecord,
  review: ReviewRecord,
) {
  const page = `${pullPage(links, record, pull.number)}#pullrequestreview-${review.id}`;
  const pullUrl = `${repositoryUrl(links, record)}/pulls/${pull.number}`;
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: presentUser(links, users.person(review.author)),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: pullUrl,
    _links: { html: { href: page }, pull_request: { href: pullUrl } },
    ...(review.submittedAt === null ? {} : { submitted_at: review.submittedAt }),
    commit_id: review.commitSha,
    author_association: 'MEMBER',
  } satisfies Schema<'pull-request-review'>;
}

export function presentComment(
  links: Links,
  users: UserDirectory,
  record: RepositoryRecord,
  pull: PullRecord,
  comment: CommentRecord,
) {
  const url = `${repositoryUrl(links, record)}/issues/comments/${comment.id}`;
  return {
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    url,
    html_url: `${pullPage(links, record, pull.number)}#issuecomment-${comment.id}`,
    issue_url: `${repositoryUrl(links, record)}/issues/${pull.number}`,
    user: presentUser(links, users.person(comment.author)),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    reactions: noReactions(url),
    performed_via_github_app: null,
    author_association: 'MEMBER',
  } satisfies Schema<'issue-comment'>;
}

export function presentLabel(links: Links, record: RepositoryRecord, label: LabelRecord) {
  return {
    id: label.id,
    node_id: nodeId('Label', label.id),
    url: `${repositoryUrl(links, record)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    description: label.description,
    color: label.color,
    default: false,
  } satisfies Schema<'label'>;
}

/** Nobody can react on the forge. */
function noReactions(url: string) {
  return {
    url: `${url}/reactions`,
    total_count: 0,
    '+1': 0,
    '-1': 0,
    laugh: 0,
    hooray: 0,
    confused: 0,
    heart: 0,
    rocket: 0,
    eyes: 0,
  } satisfies Schema<'reaction-rollup'>;
}
