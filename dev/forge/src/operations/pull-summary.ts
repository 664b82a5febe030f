import type { ForgeContext } from '../forge-context.ts';
import type { PullRecord, RepositoryRecord } from '../store/records.ts';
import { checksState } from './checks-state.ts';

export interface PullSummary {
  readonly mergeable: boolean | null;
  readonly mergeableState: 'clean' | 'dirty' | 'draft' | 'unstable' | 'unknown';
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
}

/** `withMerge` tries the merge; without it the answer is `null`, as GitHub's own while it has not looked yet. */
export async function summarizePull(
  context: ForgeContext,
  record: RepositoryRecord,
  pull: PullRecord,
  withMerge: boolean,
): Promise<PullSummary> {
  const git = context.git(record);
  const isAsked = withMerge && pull.state === 'open';
  const [files, commits, merge] = await Promise.all([
    context.pullFacts.files(git, pull),
    context.pullFacts.commitCount(git, pull),
    isAsked ? context.pullFacts.merge(git, pull) : undefined,
  ]);
  return {
    mergeable: merge?.ok ?? null,
    mergeableState: mergeableState(record, pull, merge?.ok),
    commits,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changedFiles: files.length,
  };
}

function mergeableState(
  record: RepositoryRecord,
  pull: PullRecord,
  canMerge: boolean | undefined,
): PullSummary['mergeableState'] {
  if (canMerge === undefined) return 'unknown';
  if (!canMerge) return 'dirty';
  if (pull.isDraft) return 'draft';
  const state = checksState(record, pull.headSha);
  return state === 'failure' || state === 'pending' ? 'unstable' : 'clean';
}
