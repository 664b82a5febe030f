import type { ForgeContext } from '../forge-context.ts';
import { listTree, type TreeEntry } from '../git/objects.ts';
import { branchTip } from '../git/refs.ts';
import { grepPaths } from '../git/search-tree.ts';
import type { RepositoryRecord } from '../store/records.ts';
import { keyOf } from '../store/repository-store.ts';
import { type CodeQuery, matchesPath } from './code-query.ts';

export interface CodeMatch {
  readonly record: RepositoryRecord;
  readonly commit: string;
  readonly entry: TreeEntry;
}

/** GitHub answers no more than this. */
const MOST_MATCHES = 1000;
/** Larger files are not searched, as on GitHub. */
const LARGEST_FILE = 384 * 1024;

/** Files on the default branches that the query finds, by repository and path. */
export async function searchCode(context: ForgeContext, query: CodeQuery): Promise<readonly CodeMatch[]> {
  const records = context.store
    .list()
    .filter((record) => isWanted(query, record))
    .toSorted((a, b) => (keyOf(a.owner, a.name) < keyOf(b.owner, b.name) ? -1 : 1));
  const matches = await Promise.all(records.map((record) => searchRepository(context, record, query)));
  return matches.flat().slice(0, MOST_MATCHES);
}

function isWanted(query: CodeQuery, record: RepositoryRecord): boolean {
  if (query.repositories.length === 0 && query.owners.length === 0) return true;
  return (
    query.repositories.includes(keyOf(record.owner, record.name)) ||
    query.owners.includes(record.owner.toLowerCase())
  );
}

async function searchRepository(
  context: ForgeContext,
  record: RepositoryRecord,
  query: CodeQuery,
): Promise<CodeMatch[]> {
  const git = context.git(record);
  const commit = await branchTip(git, record.defaultBranch);
  if (commit === undefined) return [];
  const paths = query.terms.length === 0 ? undefined : await grepPaths(git, commit, query.terms);
  if (paths?.size === 0) return [];
  const entries = await listTree(git, commit, true);
  return entries
    .filter((entry) => entry.type === 'blob' && (entry.size ?? 0) <= LARGEST_FILE)
    .filter((entry) => (paths === undefined || paths.has(entry.path)) && matchesPath(query, entry.path))
    .map((entry) => ({ record, commit, entry }));
}
