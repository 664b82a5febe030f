import type { Links } from '../links.ts';
import type { UserRecord } from '../users.ts';
import { nodeId, type Schema } from './schema.ts';

export function presentUser(links: Links, user: UserRecord) {
  const url = `${links.api}/users/${user.login}`;
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId(user.type, user.id),
    avatar_url: `${links.web}/_forge/avatars/${user.login}.svg`,
    gravatar_id: '',
    url,
    html_url: `${links.web}/${user.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: user.type,
    site_admin: false,
  } satisfies Schema<'simple-user'>;
}

export interface RepositoryCounts {
  readonly public: number;
  readonly private: number;
}

export function presentAccount(
  links: Links,
  user: UserRecord,
  since: string,
  repositories: RepositoryCounts,
): Schema<'private-user'> {
  return {
    ...presentUser(links, user),
    name: user.name,
    company: null,
    blog: null,
    location: null,
    email: user.email,
    hireable: null,
    bio: null,
    public_repos: repositories.public,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: since,
    updated_at: since,
    private_gists: 0,
    total_private_repos: repositories.private,
    owned_private_repos: repositories.private,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: false,
  };
}

export function presentOrganization(
  links: Links,
  organization: UserRecord,
  since: string,
  repositories: RepositoryCounts,
): Schema<'organization-full'> {
  const url = `${links.api}/orgs/${organization.login}`;
  return {
    login: organization.login,
    id: organization.id,
    node_id: nodeId('Organization', organization.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${links.web}/_forge/avatars/${organization.login}.svg`,
    description: null,
    has_organization_projects: false,
    has_repository_projects: false,
    public_repos: repositories.public,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `${links.web}/${organization.login}`,
    type: 'Organization',
    created_at: since,
    updated_at: since,
    archived_at: null,
  };
}
