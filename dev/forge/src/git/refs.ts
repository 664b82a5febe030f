import { branchRef, isRefName, isSha, ZERO_SHA } from '../names.ts';
import type { GitRepository } from './git-repository.ts';

export interface GitRef {
  readonly ref: string;
  readonly sha: string;
  readonly type: string;
}

export interface RefChange {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
}

export async function listRefs(git: GitRepository, ...prefixes: readonly string[]): Promise<GitRef[]> {
  const format = '--format=%(refname) %(objectname) %(objecttype)';
  const output = await git.text(['for-each-ref', format, ...prefixes]);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [ref = '', sha = '', type = ''] = line.split(' ');
      return { ref, sha, type };
    });
}

export async function readRef(git: GitRepository, ref: string): Promise<GitRef | undefined> {
  if (!isRefName(ref)) return undefined;
  const refs = await listRefs(git, ref);
  // for-each-ref also lists what lies below the name, as in a folder.
  return refs.find((each) => each.ref === ref);
}

export async function branchTip(git: GitRepository, branch: string): Promise<string | undefined> {
  return (await readRef(git, branchRef(branch)))?.sha;
}

/** The commit that a branch, a tag, a full ref or an unambiguous (short) SHA stands for. */
export async function resolveCommit(git: GitRepository, revision: string): Promise<string | undefined> {
  const names = isRefName(revision)
    ? [`refs/heads/${revision}`, `refs/tags/${revision}`, `refs/${revision}`]
    : [];
  if (revision.startsWith('refs/') && isRefName(revision)) names.unshift(revision);
  if (revision === 'HEAD') names.unshift('HEAD');
  if (/^[0-9a-f]{4,40}$/.test(revision)) names.push(revision);
  if (names.length === 0) return undefined;
  const input = names.map((name) => `${name}^{commit}\n`).join('');
  const output = await git.text(['cat-file', '--batch-check=%(objectname) %(objecttype)'], { input });
  for (const line of output.split('\n')) {
    const [sha = '', type] = line.split(' ');
    if (type === 'commit' && isSha(sha)) return sha;
  }
  return undefined;
}

export type RefUpdateOutcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Moves, creates (`before` zero) or deletes (`after` zero) a ref, if it still is where the caller saw it. */
export async function moveRef(git: GitRepository, change: RefChange): Promise<RefUpdateOutcome> {
  const args =
    change.after === ZERO_SHA
      ? ['update-ref', '-d', change.ref, change.before]
      : ['update-ref', change.ref, change.after, change.before];
  const { code, stderr } = await git.run(args, { answers: [1, 128] });
  return code === 0 ? { ok: true } : { ok: false, reason: stderr.trim() };
}

export async function setHead(git: GitRepository, branch: string): Promise<void> {
  await git.run(['symbolic-ref', 'HEAD', branchRef(branch)]);
}

/** What differs between two listings of a repository's refs. */
export function refChanges(before: readonly GitRef[], after: readonly GitRef[]): RefChange[] {
  const old = new Map(before.map(({ ref, sha }) => [ref, sha]));
  const changes: RefChange[] = [];
  for (const { ref, sha } of after) {
    const previous = old.get(ref) ?? ZERO_SHA;
    if (previous !== sha) changes.push({ ref, before: previous, after: sha });
    old.delete(ref);
  }
  for (const [ref, sha] of old) changes.push({ ref, before: sha, after: ZERO_SHA });
  return changes;
}
