interface PullRequestPlace {
  /** With whom it belongs to: `acme/billing`. */
  readonly repository: string;
  /** With its mark: `#42`. */
  readonly number: string;
}

const places: readonly string[] = ['pull', 'pulls', 'merge_requests', 'pull-requests'];

/** Read from the address of its page, where it is one. */
export function pullRequestPlace(url: string): PullRequestPlace | undefined {
  if (!URL.canParse(url)) return undefined;
  const parts = decodePath(new URL(url).pathname)
    .split('/')
    .filter((part) => part !== '');
  const at = parts.findIndex((part) => places.includes(part));
  const number = parts[at + 1];
  if (at < 1 || number === undefined) return undefined;
  const repository = parts
    .slice(0, at)
    .filter((part) => part !== '-')
    .join('/');
  return { repository, number: `#${number}` };
}

/** How people write a pull request: `acme/billing#42` for `https://host/acme/billing/pull/42`, else where it is. */
export function pullRequestName(url: string): string {
  const place = pullRequestPlace(url);
  return place === undefined ? url : `${place.repository}${place.number}`;
}

function decodePath(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
