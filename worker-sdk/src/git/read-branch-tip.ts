import type { ForgeClient } from './forge-client.ts';
import { statusOf } from './forge-failure.ts';
import { parseRepositoryName } from './repository-name.ts';

/** The newest commit of a branch; undefined where there is none. Asked again, it costs nothing of the rate limit. */
export async function readBranchTip(
  forge: ForgeClient,
  { repo, branch }: { readonly repo: string; readonly branch: string },
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { data } = await forge.octokit.git.getRef({
      ...parseRepositoryName(repo),
      ref: `heads/${branch}`,
      request: { signal },
    });
    return data.object.sha;
  } catch (error) {
    const status = statusOf(error);
    if (status === 403 || status === 404) return undefined;
    throw error;
  }
}
