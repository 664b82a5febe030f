import type { CheckRunRecord, CommitState, RepositoryRecord, StatusRecord } from '../store/records.ts';

/** The newest check run of each name on a commit. */
export function latestCheckRuns(record: RepositoryRecord, sha: string): readonly CheckRunRecord[] {
  const latest = new Map<string, CheckRunRecord>();
  for (const check of record.checkRuns) if (check.headSha === sha) latest.set(check.name, check);
  return [...latest.values()];
}

/** The newest status of each context on a commit, newest first. */
export function latestStatuses(record: RepositoryRecord, sha: string): readonly StatusRecord[] {
  const latest = new Map<string, StatusRecord>();
  for (const status of record.statuses) if (status.sha === sha) latest.set(status.context, status);
  return [...latest.values()].toSorted((a, b) => b.id - a.id);
}

/** GitHub's combined state: failing beats pending, and a commit without any status is pending. */
export function combinedState(statuses: readonly StatusRecord[]): CommitState {
  if (statuses.some(({ state }) => state === 'failure' || state === 'error')) return 'failure';
  if (statuses.length === 0 || statuses.some(({ state }) => state === 'pending')) return 'pending';
  return 'success';
}

/** Check runs and statuses of a commit together. */
export function checksState(
  record: RepositoryRecord,
  sha: string,
): 'none' | 'success' | 'pending' | 'failure' {
  const states = [
    ...latestCheckRuns(record, sha).map(checkRunState),
    ...latestStatuses(record, sha).map(({ state }) => (state === 'error' ? 'failure' : state)),
  ];
  if (states.length === 0) return 'none';
  if (states.includes('failure')) return 'failure';
  return states.includes('pending') ? 'pending' : 'success';
}

export function checkRunState(check: CheckRunRecord): 'success' | 'pending' | 'failure' {
  switch (check.conclusion) {
    case null:
      return 'pending';
    case 'success':
    case 'neutral':
    case 'skipped':
      return 'success';
    case 'failure':
    case 'cancelled':
    case 'timed_out':
    case 'action_required':
      return 'failure';
    default:
      return check.conclusion satisfies never;
  }
}
