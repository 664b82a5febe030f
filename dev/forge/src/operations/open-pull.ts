import type { ForgeContext } from '../forge-context.ts';
import { countCommits, mergeBase } from '../git/history.ts';
import { branchTip } from '../git/refs.ts';
import { type ErrorDetail, validationFailed } from '../github-error.ts';
import { isoSeconds } from '../present/schema.ts';
import type { PullRecord, RepositoryRecord } from '../store/records.ts';
import type { UserRecord } from '../users.ts';
import { emitPullEvent } from '../webhooks/payloads.ts';
import type { RepositorySession } from './repository-session.ts';

export interface NewPull {
  readonly title: string;
  readonly body: string | null;
  /** A branch, or `owner:branch`. */
  readonly head: string;
  readonly base: string;
  readonly isDraft: boolean;
  readonly canMaintainerModify: boolean;
}

export async function openPull(
  context: ForgeContext,
  session: RepositorySession,
  wanted: NewPull,
  actor: UserRecord,
): Promise<PullRecord> {
  const { git, record } = session;
  const head = ownBranch(record, wanted.head);
  const headSha = head === undefined ? undefined : await branchTip(git, head);
  if (head === undefined || headSha === undefined) throw refused({ field: 'head', code: 'invalid' });
  const baseSha = await branchTip(git, wanted.base);
  if (baseSha === undefined) throw refused({ field: 'base', code: 'invalid' });
  refuseSecondPull(record, head, wanted.base);
  if ((await mergeBase(git, baseSha, headSha)) === undefined)
    throw refused({ message: `The ${head} branch has no history in common with ${wanted.base}` });
  if ((await countCommits(git, { revisions: [headSha, `^${baseSha}`] })) === 0)
    throw refused({ message: `No commits between ${wanted.base} and ${head}` });

  const now = isoSeconds(context.now());
  const pull: PullRecord = {
    id: context.store.nextId(),
    number: record.nextNumber,
    title: wanted.title,
    body: wanted.body,
    state: 'open',
    isDraft: wanted.isDraft,
    author: actor.login,
    head,
    base: wanted.base,
    headSha,
    baseSha,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
    mergedAt: null,
    mergedBy: null,
    mergeCommitSha: null,
    pendingMerge: null,
    canMaintainerModify: wanted.canMaintainerModify,
    labels: [],
    reviews: [],
    comments: [],
  };
  // Keeps the commits, whatever happens to the branch.
  await git.run(['update-ref', `refs/pull/${pull.number}/head`, headSha]);
  await session.save({ pulls: [...record.pulls, pull], nextNumber: record.nextNumber + 1 });
  await emitPullEvent(context, session.record, pull, 'opened', actor);
  return pull;
}

export function refuseSecondPull(record: RepositoryRecord, head: string, base: string): void {
  const isOpen = record.pulls.some(
    (pull) => pull.state === 'open' && pull.head === head && pull.base === base,
  );
  if (isOpen) throw refused({ message: `A pull request already exists for ${record.owner}:${head}.` });
}

/** The forge has no forks, so a head of another owner names nothing. */
function ownBranch(record: RepositoryRecord, head: string): string | undefined {
  const colon = head.indexOf(':');
  if (colon < 0) return head;
  return head.slice(0, colon).toLowerCase() === record.owner.toLowerCase()
    ? head.slice(colon + 1)
    : undefined;
}

export function refused(detail: Partial<ErrorDetail>) {
  return validationFailed({ resource: 'PullRequest', code: 'custom', ...detail });
}
