import { diffFiles, type FileChange } from '../git/diff.ts';
import type { GitRepository } from '../git/git-repository.ts';
import { countCommits, mergeBase } from '../git/history.ts';
import { type MergeOutcome, mergeTrees } from '../git/merge.ts';
import type { PullRecord } from '../store/records.ts';

/** What git knows of a pull request, computed once for each pair of base and head commit. */
export interface PullFacts {
  files(git: GitRepository, pull: PullRecord): Promise<readonly FileChange[]>;
  commitCount(git: GitRepository, pull: PullRecord): Promise<number>;
  merge(git: GitRepository, pull: PullRecord): Promise<MergeOutcome>;
}

const REMEMBERED = 500;

export function createPullFacts(scratchRoot: string): PullFacts {
  const files = remember((git, base, head) => changedFiles(git, base, head));
  const counts = remember((git, base, head) => countCommits(git, { revisions: [head, `^${base}`] }));
  const merges = remember((git, base, head) => mergeTrees(git, scratchRoot, base, head));
  return {
    files: (git, pull) => files(git, pull.baseSha, pull.headSha),
    commitCount: (git, pull) => counts(git, pull.baseSha, pull.headSha),
    merge: (git, pull) => merges(git, pull.baseSha, pull.headSha),
  };
}

/** A pull request shows what it changes since it left the base branch, not what the base did meanwhile. */
async function changedFiles(git: GitRepository, base: string, head: string): Promise<FileChange[]> {
  return diffFiles(git, (await mergeBase(git, base, head)) ?? base, head);
}

function remember<T>(
  compute: (git: GitRepository, base: string, head: string) => Promise<T>,
): (git: GitRepository, base: string, head: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (git, base, head) => {
    const key = `${git.dir} ${base} ${head}`;
    const earlier = known.get(key);
    if (earlier) return earlier;
    const result = compute(git, base, head);
    known.set(key, result);
    result.catch(() => known.delete(key));
    if (known.size > REMEMBERED) known.delete(known.keys().next().value as string);
    return result;
  };
}
