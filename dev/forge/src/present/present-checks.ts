import type { Links } from '../links.ts';
import type { CheckRunRecord, RepositoryRecord, StatusRecord } from '../store/records.ts';
import type { UserDirectory } from '../users.ts';
import { presentRepository, repositoryUrl } from './present-repository.ts';
import { presentUser } from './present-user.ts';
import { nodeId, type Schema } from './schema.ts';

export function presentCheckRun(links: Links, record: RepositoryRecord, check: CheckRunRecord) {
  const url = `${repositoryUrl(links, record)}/check-runs/${check.id}`;
  const reference = { id: record.id, url: repositoryUrl(links, record), name: record.name };
  return {
    id: check.id,
    node_id: nodeId('CheckRun', check.id),
    name: check.name,
    head_sha: check.headSha,
    external_id: check.externalId,
    url,
    html_url: `${links.web}/${record.owner}/${record.name}/commit/${check.headSha}#check-${check.id}`,
    details_url: check.detailsUrl,
    status: check.status,
    conclusion: check.conclusion,
    started_at: check.startedAt,
    completed_at: check.completedAt,
    output: { ...check.output, annotations_count: 0, annotations_url: `${url}/annotations` },
    // Tokens of the forge stand for people, and it keeps no suites: GitHub sends null where it has neither.
    check_suite: null,
    app: null,
    pull_requests: record.pulls
      .filter((pull) => pull.state === 'open' && pull.headSha === check.headSha)
      .map((pull) => ({
        id: pull.id,
        number: pull.number,
        url: `${repositoryUrl(links, record)}/pulls/${pull.number}`,
        head: { ref: pull.head, sha: pull.headSha, repo: reference },
        base: { ref: pull.base, sha: pull.baseSha, repo: reference },
      })),
  } satisfies Schema<'check-run'>;
}

export function presentStatus(
  links: Links,
  users: UserDirectory,
  record: RepositoryRecord,
  status: StatusRecord,
) {
  return {
    ...presentSimpleStatus(links, users, record, status),
    creator: presentUser(links, users.person(status.creator)),
  } satisfies Schema<'status'>;
}

function presentSimpleStatus(
  links: Links,
  users: UserDirectory,
  record: RepositoryRecord,
  status: StatusRecord,
) {
  return {
    id: status.id,
    node_id: nodeId('Status', status.id),
    url: `${repositoryUrl(links, record)}/statuses/${status.sha}`,
    avatar_url: presentUser(links, users.person(status.creator)).avatar_url,
    state: status.state,
    context: status.context,
    description: status.description,
    target_url: status.targetUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  } satisfies Schema<'simple-commit-status'>;
}

/** `latest` holds the newest status of each context. */
export function presentCombinedStatus(
  links: Links,
  users: UserDirectory,
  record: RepositoryRecord,
  sha: string,
  state: string,
  latest: readonly StatusRecord[],
): Schema<'combined-commit-status'> {
  return {
    state,
    sha,
    total_count: latest.length,
    statuses: latest.map((status) => presentSimpleStatus(links, users, record, status)),
    repository: presentRepository(links, users, record),
    commit_url: `${repositoryUrl(links, record)}/commits/${sha}`,
    url: `${repositoryUrl(links, record)}/commits/${sha}/status`,
  };
}
