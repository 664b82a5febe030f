import type { ForgeContext } from '../forge-context.ts';
import { diffFiles, EMPTY_TREE } from '../git/diff.ts';
import { type CommitInfo, listCommits } from '../git/history.ts';
import { branchTip, type RefChange } from '../git/refs.ts';
import { branchOf, ZERO_SHA } from '../names.ts';
import { repositoryPage } from '../present/present-repository.ts';
import { isoSeconds } from '../present/schema.ts';
import type { RepositoryRecord } from '../store/records.ts';

/** GitHub lists up to 2,048; this is as many as a consumer of a local forge could look at. */
const MOST_COMMITS = 50;

/** The commits of a push, oldest first, as the push event lists them. */
export async function pushedCommits(context: ForgeContext, record: RepositoryRecord, change: RefChange) {
  if (change.after === ZERO_SHA || branchOf(change.ref) === undefined) return [];
  const git = context.git(record);
  const known = change.before === ZERO_SHA ? await branchTip(git, record.defaultBranch) : change.before;
  const isKnownElsewhere = known !== undefined && known !== change.after;
  const commits = await listCommits(git, {
    revisions: isKnownElsewhere ? [change.after, `^${known}`] : [change.after],
    limit: MOST_COMMITS,
  });
  return Promise.all(commits.toReversed().map((commit) => presentPushedCommit(context, record, commit)));
}

async function presentPushedCommit(context: ForgeContext, record: RepositoryRecord, commit: CommitInfo) {
  const files = await diffFiles(context.git(record), commit.parents[0] ?? EMPTY_TREE, commit.sha);
  const pathsOf = (...statuses: readonly string[]) =>
    files.filter((file) => statuses.includes(file.status)).map((file) => file.path);
  const author = context.users.byEmail(commit.author.email);
  const committer = context.users.byEmail(commit.committer.email);
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: isoSeconds(commit.committer.date),
    url: `${repositoryPage(context.links(), record)}/commit/${commit.sha}`,
    author: {
      name: commit.author.name,
      email: commit.author.email,
      ...(author && { username: author.login }),
    },
    committer: {
      name: commit.committer.name,
      email: commit.committer.email,
      ...(committer && { username: committer.login }),
    },
    added: pathsOf('added', 'copied', 'renamed'),
    removed: [
      ...pathsOf('removed'),
      ...files.flatMap((file) => (file.previousPath === undefined ? [] : [file.previousPath])),
    ],
    modified: pathsOf('modified', 'changed'),
  };
}
