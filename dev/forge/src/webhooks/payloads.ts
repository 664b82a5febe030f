import type { EmitterWebhookEvent, EmitterWebhookEventName } from '@octokit/webhooks';
import type { ForgeContext } from '../forge-context.ts';
import { isAncestor, listCommits } from '../git/history.ts';
import type { RefChange } from '../git/refs.ts';
import { branchOf, ZERO_SHA } from '../names.ts';
import { summarizePull } from '../operations/pull-summary.ts';
import { presentCheckRun, presentStatus } from '../present/present-checks.ts';
import { presentCommit } from '../present/present-commit.ts';
import { presentComment, presentFullPull, presentIssue, presentReview } from '../present/present-pull.ts';
import { presentRepository, repositoryPage } from '../present/present-repository.ts';
import { presentUser } from '../present/present-user.ts';
import type {
  CheckRunRecord,
  CommentRecord,
  PullRecord,
  RepositoryRecord,
  ReviewRecord,
  StatusRecord,
} from '../store/records.ts';
import type { UserRecord } from '../users.ts';
import { pushedCommits } from './pushed-commits.ts';

/** What Octokit's receivers are typed to get. */
type Payload<Name extends EmitterWebhookEventName> = EmitterWebhookEvent<Name>['payload'];

/** What every event carries. */
function envelope(context: ForgeContext, record: RepositoryRecord, sender: UserRecord) {
  const owner = context.users.owner(record.owner);
  const organization = presentUser(context.links(), owner);
  return {
    repository: presentRepository(context.links(), context.users, record),
    sender: presentUser(context.links(), sender),
    ...(owner.type === 'Organization' ? { organization } : {}),
  } satisfies Pick<Payload<'pull_request.opened'>, 'repository' | 'sender'> &
    Pick<Payload<'push'>, 'repository'>;
}

async function describePull(context: ForgeContext, record: RepositoryRecord, pull: PullRecord) {
  const summary = await summarizePull(context, record, pull, false);
  return presentFullPull(
    context.links(),
    context.users,
    record,
    pull,
    summary,
  ) satisfies Payload<'pull_request.opened'>['pull_request'] &
    Payload<'pull_request.synchronize'>['pull_request'];
}

export async function emitPullEvent(
  context: ForgeContext,
  record: RepositoryRecord,
  pull: PullRecord,
  action: 'opened' | 'synchronize' | 'reopened' | 'edited' | 'closed' | 'labeled' | 'unlabeled',
  sender: UserRecord,
  details: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await context.webhooks.emit(record, 'pull_request', action, async () => ({
    action,
    number: pull.number,
    pull_request: await describePull(context, record, pull),
    ...details,
    ...envelope(context, record, sender),
  }));
}

export async function emitReviewEvent(
  context: ForgeContext,
  record: RepositoryRecord,
  pull: PullRecord,
  review: ReviewRecord,
  sender: UserRecord,
): Promise<void> {
  await context.webhooks.emit(record, 'pull_request_review', 'submitted', async () => ({
    action: 'submitted',
    // Webhooks write the state in lower case, the API in upper case.
    review: {
      ...presentReview(context.links(), context.users, record, pull, review),
      state: review.state.toLowerCase(),
      submitted_at: review.submittedAt,
    } satisfies Payload<'pull_request_review.submitted'>['review'],
    pull_request: await describePull(context, record, pull),
    ...envelope(context, record, sender),
  }));
}

export async function emitCommentEvent(
  context: ForgeContext,
  record: RepositoryRecord,
  pull: PullRecord,
  comment: CommentRecord,
  action: 'created' | 'edited' | 'deleted',
  sender: UserRecord,
): Promise<void> {
  await context.webhooks.emit(record, 'issue_comment', action, async () => ({
    action,
    issue: presentIssue(
      context.links(),
      context.users,
      record,
      pull,
    ) satisfies Payload<'issue_comment.created'>['issue'],
    comment: presentComment(
      context.links(),
      context.users,
      record,
      pull,
      comment,
    ) satisfies Payload<'issue_comment.created'>['comment'],
    ...envelope(context, record, sender),
  }));
}

export async function emitCheckRunEvent(
  context: ForgeContext,
  record: RepositoryRecord,
  check: CheckRunRecord,
  action: 'created' | 'completed',
  sender: UserRecord,
): Promise<void> {
  await context.webhooks.emit(record, 'check_run', action, async () => {
    const presented = presentCheckRun(context.links(), record, check);
    return {
      action,
      check_run: {
        ...presented,
        details_url: presented.details_url ?? presented.html_url,
        external_id: presented.external_id ?? '',
        check_suite: { head_sha: check.headSha },
      } satisfies Payload<'check_run.completed'>['check_run'],
      ...envelope(context, record, sender),
    };
  });
}

export async function emitStatusEvent(
  context: ForgeContext,
  record: RepositoryRecord,
  status: StatusRecord,
  sender: UserRecord,
): Promise<void> {
  await context.webhooks.emit(record, 'status', null, async () => {
    const [commit] = await listCommits(context.git(record), { revisions: [status.sha], limit: 1 });
    return {
      ...presentStatus(context.links(), context.users, record, status),
      sha: status.sha,
      name: `${record.owner}/${record.name}`,
      commit: commit && presentCommit(context.links(), context.users, record, commit),
      branches: [],
      ...envelope(context, record, sender),
    };
  });
}

export async function emitPushEvent(
  context: ForgeContext,
  record: RepositoryRecord,
  change: RefChange,
  sender: UserRecord,
): Promise<void> {
  await context.webhooks.emit(record, 'push', null, async () => {
    const git = context.git(record);
    const isCreated = change.before === ZERO_SHA;
    const isDeleted = change.after === ZERO_SHA;
    const isForced = !isCreated && !isDeleted && !(await isAncestor(git, change.before, change.after));
    const commits = await pushedCommits(context, record, change);
    const page = repositoryPage(context.links(), record);
    return {
      ref: change.ref,
      before: change.before,
      after: change.after,
      created: isCreated,
      deleted: isDeleted,
      forced: isForced,
      base_ref: null,
      compare: isCreated
        ? `${page}/commits/${branchOf(change.ref) ?? change.ref}`
        : `${page}/compare/${change.before.slice(0, 12)}...${change.after.slice(0, 12)}`,
      commits,
      head_commit: commits.at(-1) ?? null,
      pusher: { name: sender.login, email: sender.email },
      ...envelope(context, record, sender),
    };
  });
}
