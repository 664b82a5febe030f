import type { GitRepository } from './git-repository.ts';
import type { Signature } from './objects.ts';

export interface CommitInfo {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

export interface HistoryQuery {
  /** Revisions as `git rev-list` takes them: full SHAs, and `^sha` to leave out what that one reaches. */
  readonly revisions: readonly string[];
  readonly path?: string;
  readonly author?: string;
  readonly since?: string;
  readonly until?: string;
  readonly skip?: number;
  readonly limit?: number;
  /** Oldest first, as pull requests and comparisons list them. */
  readonly isOldestFirst?: boolean;
}

const FIELDS = ['%H', '%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B'];

export async function listCommits(git: GitRepository, query: HistoryQuery): Promise<CommitInfo[]> {
  const range = query.isOldestFirst
    ? // git applies skip and limit before it reverses, so the page is cut from the whole list.
      await oldestFirstPage(git, query)
    : [...filters(query), ...pageFlags(query), ...query.revisions];
  if (range.length === 0) return [];
  const format = `--format=${FIELDS.join('%x1f')}`;
  const path = query.path === undefined ? [] : [query.path];
  const output = await git.text(['--literal-pathspecs', 'log', '-z', format, ...range, '--', ...path]);
  return output
    .split('\0')
    .filter((record) => record !== '')
    .map(parseCommit);
}

async function oldestFirstPage(git: GitRepository, query: HistoryQuery): Promise<string[]> {
  const output = await git.text(['rev-list', '--topo-order', '--reverse', ...query.revisions]);
  const all = output === '' ? [] : output.split('\n');
  const start = query.skip ?? 0;
  const page = all.slice(start, query.limit === undefined ? undefined : start + query.limit);
  return page.length === 0 ? [] : ['--no-walk=unsorted', ...page];
}

function filters(query: HistoryQuery): string[] {
  const flags: string[] = [];
  if (query.author !== undefined) flags.push('--fixed-strings', `--author=${query.author}`);
  if (query.since !== undefined) flags.push(`--since=${query.since}`);
  if (query.until !== undefined) flags.push(`--until=${query.until}`);
  return flags;
}

function pageFlags(query: HistoryQuery): string[] {
  const flags: string[] = [];
  if (query.skip !== undefined) flags.push(`--skip=${query.skip}`);
  if (query.limit !== undefined) flags.push(`--max-count=${query.limit}`);
  return flags;
}

function parseCommit(record: string): CommitInfo {
  const [sha = '', tree = '', parents = '', an = '', ae = '', ad = '', cn = '', ce = '', cd = '', ...rest] =
    record.split('\x1f');
  return {
    sha,
    tree,
    parents: parents === '' ? [] : parents.split(' '),
    author: { name: an, email: ae, date: ad },
    committer: { name: cn, email: ce, date: cd },
    message: rest.join('\x1f').replace(/\n+$/, ''),
  };
}

export async function readCommit(git: GitRepository, sha: string): Promise<CommitInfo> {
  const [commit] = await listCommits(git, { revisions: [sha], limit: 1 });
  if (!commit) throw new Error(`Commit ${sha} is not in ${git.dir}`);
  return commit;
}

export async function countCommits(git: GitRepository, query: HistoryQuery): Promise<number> {
  const path = query.path === undefined ? [] : [query.path];
  const args = [
    '--literal-pathspecs',
    'rev-list',
    '--count',
    ...filters(query),
    ...query.revisions,
    '--',
    ...path,
  ];
  return Number(await git.text(args));
}

export async function mergeBase(git: GitRepository, one: string, other: string): Promise<string | undefined> {
  const { code, stdout } = await git.run(['merge-base', one, other], { answers: [1] });
  return code === 0 ? stdout.toString().trim() : undefined;
}

export async function isAncestor(git: GitRepository, ancestor: string, descendant: string): Promise<boolean> {
  const { code } = await git.run(['merge-base', '--is-ancestor', ancestor, descendant], { answers: [1] });
  return code === 0;
}

export interface Divergence {
  readonly ahead: number;
  readonly behind: number;
}

export async function divergence(git: GitRepository, base: string, head: string): Promise<Divergence> {
  const output = await git.text(['rev-list', '--left-right', '--count', `${base}...${head}`]);
  const [behind = 0, ahead = 0] = output.split('\t').map(Number);
  return { ahead, behind };
}
