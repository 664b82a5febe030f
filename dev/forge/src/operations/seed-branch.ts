import { z } from 'zod';
import type { ForgeContext } from '../forge-context.ts';
import { type ImportedCommit, importCommits } from '../git/import-commits.ts';
import { branchTip, resolveCommit } from '../git/refs.ts';
import { unprocessable } from '../github-error.ts';
import { branchRef, isRefName, isTreePath, ZERO_SHA } from '../names.ts';
import type { RepositoryRecord } from '../store/records.ts';
import type { UserRecord } from '../users.ts';
import { followRefChanges } from './change-refs.ts';
import { signatureOf } from './commit-files.ts';
import { createRepository } from './create-repository.ts';
import { inRepository } from './repository-session.ts';

const fileContent = z.union([z.string(), z.strictObject({ base64: z.base64() })]);

const seededFile = z.union([
  fileContent,
  z.null(),
  z.strictObject({ content: fileContent, mode: z.enum(['100644', '100755', '120000']) }),
]);

export const seedSchema = z.strictObject({
  /** `owner/name`; made when it is not there. */
  repository: z.string().regex(/^[^/]+\/[^/]+$/),
  /** Grown, or made; the repository's default branch when left out. */
  branch: z.string().optional(),
  /** Where a new branch starts; a branch, tag or SHA. Without it, a new branch has a history of its own. */
  from: z.string().optional(),
  description: z.string().optional(),
  deleteBranchOnMerge: z.boolean().optional(),
  commits: z
    .array(
      z.strictObject({
        message: z.string(),
        /** Content by path; `null` removes the file. */
        files: z.record(z.string(), seededFile),
        author: z.strictObject({ name: z.string().min(1), email: z.string().min(1) }).optional(),
        /** ISO 8601. */
        date: z.iso.datetime({ offset: true }).optional(),
      }),
    )
    .max(10_000),
});

/** A repository with a history, for tests and demonstrations. */
export type Seed = z.input<typeof seedSchema>;

export interface SeededBranch {
  readonly branch: string;
  /** The tip, which is the last of the commits when there are any. */
  readonly head: string;
  /** SHA of each commit of the seed, oldest first. */
  readonly commits: readonly string[];
}

export async function seedBranch(
  context: ForgeContext,
  seed: z.output<typeof seedSchema>,
  actor: UserRecord,
): Promise<SeededBranch> {
  const record = await findOrCreate(context, seed, actor);
  return inRepository(context, record, async (session) => {
    const { git } = session;
    const branch = seed.branch ?? session.record.defaultBranch;
    if (!isRefName(branch)) throw unprocessable(`${branch} is not a branch name`);
    const before = await branchTip(git, branch);
    const from = seed.from === undefined ? undefined : await resolveCommit(git, seed.from);
    if (seed.from !== undefined && from === undefined) throw unprocessable(`${seed.from} names no commit`);
    if (before !== undefined && from !== undefined)
      throw unprocessable(`${branch} is there already; leave out "from"`);
    const parent = before ?? from;
    const commits = seed.commits.map((commit) => toImport(context, commit, actor));
    const shas =
      commits.length === 0
        ? []
        : await importCommits(git, context.store.scratchRoot, branch, parent, commits);
    const head = shas.at(-1) ?? parent;
    if (head === undefined) throw unprocessable('A new branch needs a commit, or "from"');
    if (shas.length === 0 && before === undefined) await git.run(['update-ref', branchRef(branch), head]);
    const change = { ref: branchRef(branch), before: before ?? ZERO_SHA, after: head };
    if (change.before !== change.after) await followRefChanges(context, session, [change], actor);
    return { branch, head, commits: shas };
  });
}

async function findOrCreate(
  context: ForgeContext,
  seed: z.output<typeof seedSchema>,
  actor: UserRecord,
): Promise<RepositoryRecord> {
  const [owner = '', name = ''] = seed.repository.split('/');
  const found = context.store.find(owner, name);
  if (found) return found;
  const { description, branch: defaultBranch, deleteBranchOnMerge: deletesBranchOnMerge } = seed;
  return createRepository(context, { owner, name, description, defaultBranch, deletesBranchOnMerge }, actor);
}

function toImport(
  context: ForgeContext,
  commit: z.output<typeof seedSchema>['commits'][number],
  actor: UserRecord,
): ImportedCommit {
  const now = signatureOf(actor, context.now());
  return {
    message: commit.message,
    author: { ...now, ...commit.author, date: commit.date ?? now.date },
    files: Object.entries(commit.files).map(([path, file]) => {
      if (!isTreePath(path)) throw unprocessable(`${path} is not a path`);
      if (file === null) return { path, content: null, mode: '100644' };
      const isPlain = typeof file === 'string' || 'base64' in file;
      const content = isPlain ? file : file.content;
      return { path, content: toBuffer(content), mode: isPlain ? '100644' : file.mode };
    }),
  };
}

function toBuffer(content: z.output<typeof fileContent>): Buffer {
  return typeof content === 'string' ? Buffer.from(content) : Buffer.from(content.base64, 'base64');
}
