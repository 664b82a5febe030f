import { isSha } from '../names.ts';
import type { GitRepository } from './git-repository.ts';

export interface TreeEntry {
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  readonly size?: number;
  readonly path: string;
}

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** ISO 8601 with offset. */
  readonly date: string;
}

export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';

export async function objectType(git: GitRepository, sha: string): Promise<ObjectType | undefined> {
  if (!isSha(sha)) return undefined;
  const output = await git.text(['cat-file', '--batch-check=%(objecttype)'], { input: `${sha}\n` });
  return isObjectType(output) ? output : undefined;
}

function isObjectType(value: string): value is ObjectType {
  return value === 'blob' || value === 'tree' || value === 'commit' || value === 'tag';
}

export async function treeOf(git: GitRepository, commit: string): Promise<string> {
  return git.text(['rev-parse', '--verify', `${commit}^{tree}`]);
}

export async function readBlob(git: GitRepository, sha: string): Promise<Buffer> {
  return (await git.run(['cat-file', 'blob', sha])).stdout;
}

/** Entries of a tree or of a commit's tree; trees themselves are listed too, as GitHub does. */
export async function listTree(
  git: GitRepository,
  treeish: string,
  isRecursive: boolean,
): Promise<TreeEntry[]> {
  const flags = isRecursive ? ['-r', '-t'] : [];
  const { stdout } = await git.run(['ls-tree', '-z', '-l', '--full-tree', ...flags, treeish]);
  return parseTree(stdout);
}

export async function findEntry(
  git: GitRepository,
  commit: string,
  path: string,
): Promise<TreeEntry | undefined> {
  const args = ['--literal-pathspecs', 'ls-tree', '-z', '-l', '--full-tree', commit, '--', path];
  const { stdout } = await git.run(args);
  return parseTree(stdout).find((entry) => entry.path === path);
}

function parseTree(output: Buffer): TreeEntry[] {
  return output
    .toString()
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const tab = line.indexOf('\t');
      const [mode = '', type = '', sha = '', size = '-'] = line.slice(0, tab).split(/ +/);
      const entry = { mode, type: type as TreeEntry['type'], sha, path: line.slice(tab + 1) };
      return size === '-' ? entry : { ...entry, size: Number(size) };
    });
}

export async function writeBlob(git: GitRepository, content: Buffer): Promise<string> {
  return git.text(['hash-object', '-w', '--stdin'], { input: content });
}

export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: Signature;
  readonly committer: Signature;
}

export async function writeCommit(git: GitRepository, commit: NewCommit): Promise<string> {
  const parents = commit.parents.flatMap((parent) => ['-p', parent]);
  return git.text(['commit-tree', commit.tree, ...parents, '-F', '-'], {
    input: commit.message.endsWith('\n') ? commit.message : `${commit.message}\n`,
    env: signatureEnvironment(commit.author, commit.committer),
  });
}

export function signatureEnvironment(author: Signature, committer: Signature): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: gitDate(author.date),
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.email,
    GIT_COMMITTER_DATE: gitDate(committer.date),
  };
}

/** git's own notation: of ISO 8601 it only understands some years. */
export function gitDate(date: string): string {
  const [, hours = '+00', minutes = '00'] = /([+-]\d\d):?(\d\d)$/.exec(date) ?? [];
  return `@${Math.floor(new Date(date).getTime() / 1000)} ${hours}${minutes}`;
}
