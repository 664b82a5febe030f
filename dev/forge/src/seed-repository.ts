import type { Seed, SeededBranch } from './operations/seed-branch.ts';

/** A forge to talk to: one that runs here, or another process's address and token. */
export interface ForgeAddress {
  readonly url: string;
  readonly token: string;
}

/**
 * Gives a repository commits, with one `git fast-import` however many there are. Makes the repository and the
 * branch when they are missing, and grows the branch when it is there. Webhooks and pull requests follow as after
 * a push. Rejects with the forge's reason when it refuses.
 */
export async function seedRepository(
  forge: ForgeAddress,
  repository: string,
  seed: Omit<Seed, 'repository'>,
): Promise<SeededBranch> {
  const response = await fetch(`${forge.url}/_forge/seed`, {
    method: 'POST',
    headers: { authorization: `Bearer ${forge.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...seed, repository }),
  });
  if (!response.ok) throw new Error(`The forge refused to seed ${repository}: ${await response.text()}`);
  return (await response.json()) as SeededBranch;
}
