import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { GitRepository } from './git-repository.ts';
import { mergeBase } from './history.ts';
import { gitDate, type Signature, signatureEnvironment, treeOf } from './objects.ts';

export type MergeOutcome =
  | { readonly ok: true; readonly tree: string }
  | { readonly ok: false; readonly conflicts: readonly string[] };

export type RebaseOutcome =
  | { readonly ok: true; readonly head: string }
  | { readonly ok: false; readonly conflicts: readonly string[] };

/** Since when `git merge-tree` merges without a work tree. */
const MERGE_TREE_VERSION = 2.038;
// Only ever written into throw-away commits of a merge that is asked about, never into history.
const NOBODY: Signature = { name: 'forge', email: 'forge@localhost', date: '2000-01-01T00:00:00Z' };

/** The tree of `head` merged into `base`. */
export async function mergeTrees(
  git: GitRepository,
  scratchRoot: string,
  base: string,
  head: string,
): Promise<MergeOutcome> {
  const ancestor = await mergeBase(git, base, head);
  if (ancestor === undefined) return { ok: false, conflicts: [] };
  if (ancestor === base) return { ok: true, tree: await treeOf(git, head) };
  if (ancestor === head) return { ok: true, tree: await treeOf(git, base) };
  return git.version >= MERGE_TREE_VERSION
    ? mergeInMemory(git, base, head)
    : mergeInWorktree(git, scratchRoot, base, head);
}

/** Needs no files, which shows when many pull requests wait for one branch of a large repository. */
export async function mergeInMemory(git: GitRepository, base: string, head: string): Promise<MergeOutcome> {
  const args = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', base, head];
  const { code, stdout } = await git.run(args, { answers: [1] });
  const [tree = '', ...conflicts] = stdout.toString().split('\0');
  return code === 0 ? { ok: true, tree } : { ok: false, conflicts: conflicts.filter((path) => path !== '') };
}

export async function mergeInWorktree(
  git: GitRepository,
  scratchRoot: string,
  base: string,
  head: string,
): Promise<MergeOutcome> {
  return inWorktree(git, scratchRoot, base, async (workTree) => {
    const env = signatureEnvironment(NOBODY, NOBODY);
    const args = ['merge', '--quiet', '--no-ff', '--no-commit', '--no-edit', head];
    const { code } = await git.run(args, { workTree, env, answers: [1] });
    if (code !== 0) return { ok: false, conflicts: await unmergedPaths(git, workTree) };
    return { ok: true, tree: await git.text(['write-tree'], { workTree }) };
  });
}

/** The commits that `head` has over `base`, written anew on top of `base`. */
export async function rebaseOnto(
  git: GitRepository,
  scratchRoot: string,
  base: string,
  head: string,
  committer: Signature,
): Promise<RebaseOutcome> {
  return inWorktree(git, scratchRoot, head, async (workTree) => {
    const env = {
      GIT_COMMITTER_NAME: committer.name,
      GIT_COMMITTER_EMAIL: committer.email,
      GIT_COMMITTER_DATE: gitDate(committer.date),
    };
    const { code } = await git.run(['rebase', '--quiet', '--no-ff', base], { workTree, env, answers: [1] });
    if (code !== 0) return { ok: false, conflicts: await unmergedPaths(git, workTree) };
    return { ok: true, head: await git.text(['rev-parse', 'HEAD'], { workTree }) };
  });
}

async function unmergedPaths(git: GitRepository, workTree: string): Promise<string[]> {
  const output = await git.text(['diff', '--name-only', '--diff-filter=U', '-z'], { workTree });
  return output.split('\0').filter((path) => path !== '');
}

async function inWorktree<T>(
  git: GitRepository,
  scratchRoot: string,
  commit: string,
  work: (workTree: string) => Promise<T>,
): Promise<T> {
  const workTree = join(scratchRoot, `worktree-${randomUUID()}`);
  await git.run(['worktree', 'add', '--quiet', '--detach', workTree, commit]);
  try {
    return await work(workTree);
  } finally {
    await git.run(['worktree', 'remove', '--force', workTree]);
  }
}
