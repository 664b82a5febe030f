/** How people call a pull request: `billing#42` for `https://host/acme/billing/pull/42`, else where it is. */
export function pullRequestName(url: string): string {
  const parts = URL.canParse(url)
    ? decodePath(new URL(url).pathname)
        .split('/')
        .filter((part) => part !== '')
    : [];
  const at = parts.findIndex((part) => ['pull', 'pulls', 'merge_requests'].includes(part));
  const number = parts[at + 1];
  if (at < 1 || number === undefined) return url;
  const repository = parts
    .slice(0, at)
    .filter((part) => part !== '-')
    .at(-1);
  return `${repository}#${number}`;
}

/** Only the number, where the repository is known anyway: `#42`. */
export function pullRequestNumber(url: string): string {
  const name = pullRequestName(url);
  return name === url ? 'pull request' : name.slice(name.lastIndexOf('#'));
}

function decodePath(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
