import type { Octokit } from '@octokit/rest';

const maxEntries = 1000;
const maxEntryBytes = 128 * 1024;

type Response = Awaited<ReturnType<Octokit['request']>>;

function isNotModified(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'status' in error && error.status === 304;
}

/**
 * Asks with the ETag of the last answer, which costs nothing of a forge's rate limit while nothing changed; the caller
 * gets the kept answer then, with status 304.
 */
export function keepConditional(octokit: Octokit): void {
  const kept = new Map<string, Response>();
  octokit.hook.wrap('request', async (request, options) => {
    if (options.method !== 'GET') return request(options);
    const { url } = octokit.request.endpoint(options);
    const key = `${options.headers.accept ?? ''} ${url}`;
    const known = kept.get(key);
    const etag = known?.headers.etag;
    // Written into the options, since Octokit hands the same object to every hook and not what is passed on.
    if (etag !== undefined) options.headers['if-none-match'] = etag;
    try {
      const response = await request(options);
      const isSmall = (response.headers['content-length'] ?? 0) <= maxEntryBytes;
      kept.delete(key);
      if (response.headers.etag !== undefined && isSmall) kept.set(key, response);
      const oldest = kept.keys().next().value;
      if (kept.size > maxEntries && oldest !== undefined) kept.delete(oldest);
      return response;
    } catch (error) {
      if (known === undefined || !isNotModified(error)) throw error;
      return { ...known, status: 304 };
    }
  });
}
