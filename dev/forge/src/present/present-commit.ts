import type { FileChange } from '../git/diff.ts';
import type { CommitInfo } from '../git/history.ts';
import { encodePath, type Links } from '../links.ts';
import type { RepositoryRecord } from '../store/records.ts';
import type { UserDirectory } from '../users.ts';
import { repositoryPage, repositoryUrl } from './present-repository.ts';
import { presentUser } from './present-user.ts';
import { isoSeconds, nodeId, type Schema } from './schema.ts';

const UNVERIFIED = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

export function presentCommit(
  links: Links,
  users: UserDirectory,
  record: RepositoryRecord,
  commit: CommitInfo,
) {
  const url = `${repositoryUrl(links, record)}/commits/${commit.sha}`;
  const author = users.byEmail(commit.author.email);
  const committer = users.byEmail(commit.committer.email);
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    url,
    html_url: commitPage(links, record, commit.sha),
    comments_url: `${url}/comments`,
    commit: {
      author: { ...commit.author, date: isoSeconds(commit.author.date) },
      committer: { ...commit.committer, date: isoSeconds(commit.committer.date) },
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: `${repositoryUrl(links, record)}/git/trees/${commit.tree}` },
      url: `${repositoryUrl(links, record)}/git/commits/${commit.sha}`,
      verification: UNVERIFIED,
    },
    author: author ? presentUser(links, author) : null,
    committer: committer ? presentUser(links, committer) : null,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${repositoryUrl(links, record)}/commits/${sha}`,
      html_url: commitPage(links, record, sha),
    })),
  } satisfies Schema<'commit'>;
}

export function presentCommitWithFiles(
  links: Links,
  users: UserDirectory,
  record: RepositoryRecord,
  commit: CommitInfo,
  files: readonly FileChange[],
): Schema<'commit'> {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return {
    ...presentCommit(links, users, record, commit),
    stats: { additions, deletions, total: additions + deletions },
    files: files.map((file) => presentFileChange(links, record, commit.sha, file)),
  };
}

export function presentGitCommit(
  links: Links,
  record: RepositoryRecord,
  commit: CommitInfo,
): Schema<'git-commit'> {
  const url = `${repositoryUrl(links, record)}/git/commits`;
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    url: `${url}/${commit.sha}`,
    html_url: commitPage(links, record, commit.sha),
    author: { ...commit.author, date: isoSeconds(commit.author.date) },
    committer: { ...commit.committer, date: isoSeconds(commit.committer.date) },
    message: commit.message,
    tree: { sha: commit.tree, url: `${repositoryUrl(links, record)}/git/trees/${commit.tree}` },
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${url}/${sha}`,
      html_url: commitPage(links, record, sha),
    })),
    verification: UNVERIFIED,
  };
}

export function presentFileChange(
  links: Links,
  record: RepositoryRecord,
  commit: string,
  file: FileChange,
): Schema<'diff-entry'> {
  const path = encodePath(file.path);
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${repositoryPage(links, record)}/blob/${commit}/${path}`,
    raw_url: `${repositoryPage(links, record)}/raw/${commit}/${path}`,
    contents_url: `${repositoryUrl(links, record)}/contents/${path}?ref=${commit}`,
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previousPath === undefined ? {} : { previous_filename: file.previousPath }),
  };
}

function commitPage(links: Links, record: RepositoryRecord, sha: string): string {
  return `${repositoryPage(links, record)}/commit/${sha}`;
}
