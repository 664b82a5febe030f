import type { ForgeContext } from '../forge-context.ts';
import { listCommits, readCommit } from '../git/history.ts';
import { rebaseOnto } from '../git/merge.ts';
import { writeCommit } from '../git/objects.ts';
import { branchTip } from '../git/refs.ts';
import { conflict, GithubError } from '../github-error.ts';
import { branchRef, ZERO_SHA } from '../names.ts';
import type { MergeMethod, PullRecord } from '../store/records.ts';
import type { UserRecord } from '../users.ts';
import { changeRef } from './change-refs.ts';
import { signatureOf } from './commit-files.ts';
import { findPull, type RepositorySession } from './repository-session.ts';

export interface MergeCommand {
  readonly method: MergeMethod;
  /** Merge only if the head is still this commit. */
  readonly expectedHead?: string | undefined;
  readonly title?: string | undefined;
  readonly message?: string | undefined;
}

/** Answers the commit that the base branch now is at. */
export async function mergePull(
  context: ForgeContext,
  session: RepositorySession,
  number: number,
  command: MergeCommand,
  actor: UserRecord,
): Promise<string> {
  const pull = findPull(session.record, number);
  if (pull.state === 'closed') throw new GithubError(405, 'Pull Request is not mergeable');
  if (pull.isDraft) throw new GithubError(405, 'Pull Request is still a draft');
  if (command.expectedHead !== undefined && command.expectedHead !== pull.headSha)
    throw conflict('Head branch was modified. Review and try the merge again.');
  const sha = await makeMerge(context, session, pull, command, actor);
  await session.savePull({ ...pull, pendingMerge: { sha, by: actor.login } });
  const change = { ref: branchRef(pull.base), before: pull.baseSha, after: sha };
  const moved = await changeRef(context, session, change, actor);
  if (!moved.ok) {
    await session.savePull(pull);
    throw new GithubError(405, 'Base branch was modified. Review and try the merge again.');
  }
  if (session.record.deletesBranchOnMerge) await deleteHead(context, session, pull, actor);
  return sha;
}

async function makeMerge(
  context: ForgeContext,
  session: RepositorySession,
  pull: PullRecord,
  command: MergeCommand,
  actor: UserRecord,
): Promise<string> {
  const { git, record } = session;
  const committer = signatureOf(actor, context.now());
  if (command.method === 'rebase') {
    const rebased = await rebaseOnto(git, context.store.scratchRoot, pull.baseSha, pull.headSha, committer);
    if (!rebased.ok) throw new GithubError(405, "This branch can't be rebased");
    return rebased.head;
  }
  const merge = await context.pullFacts.merge(git, pull);
  if (!merge.ok) throw new GithubError(405, 'Pull Request is not mergeable');
  if (command.method === 'squash') {
    const message = commitMessage(
      command.title ?? `${pull.title} (#${pull.number})`,
      command.message ?? (await squashMessage(session, pull)),
    );
    const author = signatureOf(context.users.person(pull.author), context.now());
    return writeCommit(git, { tree: merge.tree, parents: [pull.baseSha], message, author, committer });
  }
  const message = commitMessage(
    command.title ?? `Merge pull request #${pull.number} from ${record.owner}/${pull.head}`,
    command.message ?? pull.title,
  );
  const parents = [pull.baseSha, pull.headSha];
  return writeCommit(git, { tree: merge.tree, parents, message, author: committer, committer });
}

/** The body of a single commit, or the list of the subjects of several, as GitHub fills it in. */
async function squashMessage({ git }: RepositorySession, pull: PullRecord): Promise<string> {
  const revisions = [pull.headSha, `^${pull.baseSha}`];
  const commits = await listCommits(git, { revisions, isOldestFirst: true, limit: 250 });
  if (commits.length !== 1) return commits.map(({ message }) => `* ${message}`).join('\n\n');
  const { message } = commits[0] ?? (await readCommit(git, pull.headSha));
  return message.split('\n').slice(1).join('\n').trim();
}

function commitMessage(title: string, body: string): string {
  return body === '' ? title : `${title}\n\n${body}`;
}

async function deleteHead(
  context: ForgeContext,
  session: RepositorySession,
  pull: PullRecord,
  actor: UserRecord,
): Promise<void> {
  const tip = await branchTip(session.git, pull.head);
  if (tip === undefined) return;
  const change = { ref: branchRef(pull.head), before: tip, after: ZERO_SHA };
  const deleted = await changeRef(context, session, change, actor);
  if (!deleted.ok)
    context.log.warn({ branch: pull.head, reason: deleted.reason }, 'head branch was not deleted');
}
