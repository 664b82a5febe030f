/** The pull request that a worker names in its metadata, when it is a link that a console may show. */
export function findPrUrl(metadata: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const url = metadata?.['prUrl'];
  return typeof url === 'string' && /^https?:\/\/\S+$/i.test(url) ? url : undefined;
}
