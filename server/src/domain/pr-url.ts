/** The pull request that a worker names in its metadata, when it is a link that a console may show. */
export function findPrUrl(metadata: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const url = metadata?.['prUrl'];
  return typeof url === 'string' && /^https?:\/\/\S+$/i.test(url) ? url : undefined;
}

/** A pull request as people write it: `owner/repo#42`, in lower case, and the host of its forge where it is known. */
export interface PullRequestName {
  readonly name: string;
  readonly host?: string | undefined;
}

const PATHS = [
  /^\/(.+)\/pulls?\/(\d+)/,
  /^\/(.+)\/-\/merge_requests\/(\d+)/,
  /^\/(.+)\/pull-requests\/(\d+)/,
];

/** Reads `owner/repo#42` or the address of a page of a pull request; undefined for anything else. */
export function readPullRequest(text: string): PullRequestName | undefined {
  const [, repository, number] = /^([\w.-]+(?:\/[\w.-]+)+)#(\d+)$/.exec(text) ?? [];
  if (repository !== undefined) return { name: `${repository}#${number}`.toLowerCase() };
  const [, host, page = ''] = /^https?:\/\/([^/?#\s]+)([^?#\s]*)/.exec(text.toLowerCase()) ?? [];
  if (host === undefined) return undefined;
  for (const path of PATHS) {
    const [, owner, id] = path.exec(page) ?? [];
    if (owner !== undefined) return { name: `${owner}#${id}`, host };
  }
  return undefined;
}
