import type { ForgeContext } from '../forge-context.ts';
import { editTree, type TreeEdit } from '../git/edit-tree.ts';
import type { GitRepository } from '../git/git-repository.ts';
import { findEntry, type Signature, treeOf, writeBlob, writeCommit } from '../git/objects.ts';
import { branchTip } from '../git/refs.ts';
import { conflict, unprocessable } from '../github-error.ts';
import { branchRef, ZERO_SHA } from '../names.ts';
import type { UserRecord } from '../users.ts';
import { changeRef } from './change-refs.ts';
import type { RepositorySession } from './repository-session.ts';

export interface FileEdit {
  readonly path: string;
  /** `null` removes the file. */
  readonly content: Buffer | null;
}

export interface FileCommit {
  readonly branch: string;
  readonly message: string;
  readonly files: readonly FileEdit[];
  readonly actor: UserRecord;
  readonly author?: Signature | undefined;
  readonly committer?: Signature | undefined;
}

/** One commit on top of a branch; in an empty repository it makes the branch. Answers the commit's SHA. */
export async function commitFiles(
  context: ForgeContext,
  session: RepositorySession,
  commit: FileCommit,
): Promise<string> {
  const { git } = session;
  const parent = await branchTip(git, commit.branch);
  const edits = await Promise.all(commit.files.map((file) => toTreeEdit(git, parent, file)));
  const baseTree = parent === undefined ? undefined : await treeOf(git, parent);
  const edited = await editTree(git, context.store.scratchRoot, baseTree, edits);
  if (!edited.ok) throw unprocessable(`path is not possible here: ${edited.reason}`);
  const committer = commit.committer ?? signatureOf(commit.actor, context.now());
  const sha = await writeCommit(git, {
    tree: edited.tree,
    parents: parent === undefined ? [] : [parent],
    message: commit.message,
    author: commit.author ?? committer,
    committer,
  });
  const change = { ref: branchRef(commit.branch), before: parent ?? ZERO_SHA, after: sha };
  const moved = await changeRef(context, session, change, commit.actor);
  if (!moved.ok) throw conflict(`is at ${parent ?? 'nothing'} no longer: ${moved.reason}`);
  return sha;
}

async function toTreeEdit(
  git: GitRepository,
  parent: string | undefined,
  { path, content }: FileEdit,
): Promise<TreeEdit> {
  if (content === null) return { path, mode: '100644', sha: null };
  const old = parent === undefined ? undefined : await findEntry(git, parent, path);
  if (parent !== undefined && !old && (await hasFileAbove(git, parent, path)))
    throw unprocessable(`${path} lies below a file`);
  const mode = old?.type === 'blob' ? old.mode : '100644';
  return { path, mode, sha: await writeBlob(git, content) };
}

async function hasFileAbove(git: GitRepository, commit: string, path: string): Promise<boolean> {
  const parts = path.split('/');
  for (let length = 1; length < parts.length; length += 1) {
    const entry = await findEntry(git, commit, parts.slice(0, length).join('/'));
    if (!entry) return false;
    if (entry.type !== 'tree') return true;
  }
  return false;
}

export function signatureOf(user: UserRecord, at: Date): Signature {
  return { name: user.name, email: user.email, date: at.toISOString() };
}
