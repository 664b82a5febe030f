/** How people call a pull request: `billing#42` for `https://host/acme/billing/pull/42`, else where it is. */
export function pullRequestName(url: string): string {
  const parts = URL.canParse(url) ? new URL(url).pathname.split('/').filter((part) => part !== '') : [];
  const at = parts.findIndex((part) => ['pull', 'pulls', 'merge_requests'].includes(part));
  const number = parts[at + 1];
  if (at < 1 || number === undefined) return url;
  const repository = parts
    .slice(0, at)
    .filter((part) => part !== '-')
    .at(-1);
  return `${repository}#${number}`;
}
