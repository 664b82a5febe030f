import type { Links } from '../links.ts';
import type { RepositoryRecord } from '../store/records.ts';
import type { UserDirectory } from '../users.ts';
import { presentUser } from './present-user.ts';
import { nodeId, type Schema } from './schema.ts';

export function repositoryUrl(links: Links, record: Pick<RepositoryRecord, 'owner' | 'name'>): string {
  return `${links.api}/repos/${record.owner}/${record.name}`;
}

export function repositoryPage(links: Links, record: Pick<RepositoryRecord, 'owner' | 'name'>): string {
  return `${links.web}/${record.owner}/${record.name}`;
}

export function presentRepository(links: Links, users: UserDirectory, record: RepositoryRecord) {
  const url = repositoryUrl(links, record);
  const cloneUrl = `${links.git}/${record.owner}/${record.name}.git`;
  const openCount = record.pulls.filter((pull) => pull.state === 'open').length;
  return {
    id: record.id,
    node_id: nodeId('Repository', record.id),
    name: record.name,
    full_name: `${record.owner}/${record.name}`,
    owner: presentUser(links, users.owner(record.owner)),
    private: record.isPrivate,
    visibility: record.isPrivate ? ('private' as const) : ('public' as const),
    html_url: repositoryPage(links, record),
    description: record.description,
    fork: false,
    url,
    ...repositoryTemplates(url),
    git_url: cloneUrl,
    ssh_url: cloneUrl,
    clone_url: cloneUrl,
    svn_url: repositoryPage(links, record),
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    forks_count: 0,
    forks: 0,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    subscribers_count: 0,
    network_count: 0,
    size: record.sizeKb,
    default_branch: record.defaultBranch,
    open_issues_count: openCount,
    open_issues: openCount,
    topics: [],
    has_issues: false,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    archived: false,
    disabled: false,
    is_template: false,
    allow_forking: false,
    web_commit_signoff_required: false,
    allow_merge_commit: true,
    allow_squash_merge: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    delete_branch_on_merge: record.deletesBranchOnMerge,
    pushed_at: record.pushedAt,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
    permissions: { admin: true, maintain: true, push: true, triage: true, pull: true },
  } satisfies Schema<'full-repository'>;
}

function repositoryTemplates(url: string) {
  return {
    archive_url: `${url}/{archive_format}{/ref}`,
    assignees_url: `${url}/assignees{/user}`,
    blobs_url: `${url}/git/blobs{/sha}`,
    branches_url: `${url}/branches{/branch}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    comments_url: `${url}/comments{/number}`,
    commits_url: `${url}/commits{/sha}`,
    compare_url: `${url}/compare/{base}...{head}`,
    contents_url: `${url}/contents/{+path}`,
    contributors_url: `${url}/contributors`,
    deployments_url: `${url}/deployments`,
    downloads_url: `${url}/downloads`,
    events_url: `${url}/events`,
    forks_url: `${url}/forks`,
    git_commits_url: `${url}/git/commits{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    hooks_url: `${url}/hooks`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    issue_events_url: `${url}/issues/events{/number}`,
    issues_url: `${url}/issues{/number}`,
    keys_url: `${url}/keys{/key_id}`,
    labels_url: `${url}/labels{/name}`,
    languages_url: `${url}/languages`,
    merges_url: `${url}/merges`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    pulls_url: `${url}/pulls{/number}`,
    releases_url: `${url}/releases{/id}`,
    stargazers_url: `${url}/stargazers`,
    statuses_url: `${url}/statuses/{sha}`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    tags_url: `${url}/tags`,
    teams_url: `${url}/teams`,
    trees_url: `${url}/git/trees{/sha}`,
  };
}
