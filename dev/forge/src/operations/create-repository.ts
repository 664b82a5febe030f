import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ForgeContext } from '../forge-context.ts';
import { createGitRepository } from '../git/git-repository.ts';
import { validationFailed } from '../github-error.ts';
import { isOwnerName, isRefName, isRepositoryName } from '../names.ts';
import { isoSeconds } from '../present/schema.ts';
import type { RepositoryRecord } from '../store/records.ts';
import { keyOf } from '../store/repository-store.ts';
import type { UserRecord } from '../users.ts';
import { commitFiles } from './commit-files.ts';
import { inRepository } from './repository-session.ts';

export interface NewRepository {
  readonly owner: string;
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly isPrivate?: boolean | undefined;
  readonly defaultBranch?: string | undefined;
  readonly deletesBranchOnMerge?: boolean | undefined;
  /** Starts with a README, and so with a default branch. */
  readonly isInitialized?: boolean | undefined;
}

export async function createRepository(
  context: ForgeContext,
  wanted: NewRepository,
  actor: UserRecord,
): Promise<RepositoryRecord> {
  const { owner, name, defaultBranch = 'main' } = wanted;
  if (!isOwnerName(owner))
    throw validationFailed({ resource: 'Repository', code: 'invalid', field: 'owner' });
  if (!isRepositoryName(name))
    throw validationFailed({ resource: 'Repository', code: 'invalid', field: 'name' });
  if (!isRefName(defaultBranch))
    throw validationFailed({ resource: 'Repository', code: 'invalid', field: 'default_branch' });
  const record = await context.locks.run(keyOf(owner, name), async () => {
    if (context.store.find(owner, name)) {
      const message = 'name already exists on this account';
      throw validationFailed({ resource: 'Repository', code: 'custom', field: 'name', message });
    }
    const now = isoSeconds(context.now());
    const created: RepositoryRecord = {
      v: 1,
      id: context.store.nextId(),
      owner,
      name,
      description: wanted.description ?? null,
      isPrivate: wanted.isPrivate ?? false,
      defaultBranch,
      deletesBranchOnMerge: wanted.deletesBranchOnMerge ?? false,
      createdAt: now,
      updatedAt: now,
      pushedAt: now,
      sizeKb: 0,
      nextNumber: 1,
      pulls: [],
      labels: [],
      hooks: [],
      checkRuns: [],
      statuses: [],
    };
    const scratch = join(context.store.scratchRoot, `repository-${randomUUID()}`);
    await createGitRepository(context.gitRunner, context.store.gitDir(created), scratch, defaultBranch);
    await context.store.put(created);
    return created;
  });
  if (!wanted.isInitialized) return record;
  return inRepository(context, record, async (session) => {
    const readme = Buffer.from(`# ${name}\n${wanted.description ? `\n${wanted.description}\n` : ''}`);
    await commitFiles(context, session, {
      branch: defaultBranch,
      message: 'Initial commit',
      files: [{ path: 'README.md', content: readme }],
      actor,
    });
    return session.record;
  });
}
