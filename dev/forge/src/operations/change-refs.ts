import type { ForgeContext } from '../forge-context.ts';
import type { GitRepository } from '../git/git-repository.ts';
import { branchTip, listRefs, moveRef, type RefChange, type RefUpdateOutcome, setHead } from '../git/refs.ts';
import { branchOf, branchRef, ZERO_SHA } from '../names.ts';
import { isoSeconds } from '../present/schema.ts';
import type { PullRecord, RepositoryRecord } from '../store/records.ts';
import type { UserRecord } from '../users.ts';
import { emitPullEvent, emitPushEvent } from '../webhooks/payloads.ts';
import { inRepository, type RepositorySession } from './repository-session.ts';

/** Moves one ref and lets the pull requests and webhooks follow. */
export async function changeRef(
  context: ForgeContext,
  session: RepositorySession,
  change: RefChange,
  actor: UserRecord,
): Promise<RefUpdateOutcome> {
  const outcome = await moveRef(session.git, change);
  if (outcome.ok) await followRefChanges(context, session, [change], actor);
  return outcome;
}

interface PullFollowUp {
  readonly pull: PullRecord;
  readonly action: 'synchronize' | 'closed' | undefined;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What must be true again after refs moved, by a push, by the API or by a merge. */
export async function followRefChanges(
  context: ForgeContext,
  session: RepositorySession,
  changes: readonly RefChange[],
  actor: UserRecord,
): Promise<void> {
  if (changes.length === 0) return;
  const { git } = session;
  const now = isoSeconds(context.now());
  const byRef = new Map(changes.map((change) => [change.ref, change]));
  const arrivals = await arrivedCommits(git, session.record, changes);
  const followUps = session.record.pulls.map((pull) => followPull(pull, byRef, arrivals, actor, now));
  for (const { pull, action } of followUps) {
    if (action === 'synchronize')
      await git.run(['update-ref', `refs/pull/${pull.number}/head`, pull.headSha]);
  }
  await session.save({
    pulls: followUps.map(({ pull }) => pull),
    defaultBranch: await followDefaultBranch(git, session.record, changes),
    pushedAt: now,
    updatedAt: now,
    sizeKb: await sizeInKb(git),
  });
  for (const change of changes) await emitPushEvent(context, session.record, change, actor);
  for (const { pull, action, details } of followUps) {
    if (action) await emitPullEvent(context, session.record, pull, action, actor, details);
  }
}

/** Of each base branch that moved, the commits that it holds now and did not hold before. */
async function arrivedCommits(
  git: GitRepository,
  record: RepositoryRecord,
  changes: readonly RefChange[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const bases = new Set(
    record.pulls.flatMap((pull) => (pull.state === 'open' ? [branchRef(pull.base)] : [])),
  );
  const arrivals = new Map<string, ReadonlySet<string>>();
  for (const { ref, before, after } of changes) {
    if (!bases.has(ref) || after === ZERO_SHA) continue;
    const known = before === ZERO_SHA ? [] : [`^${before}`];
    const commits = await git.text(['rev-list', after, ...known]);
    arrivals.set(ref, new Set(commits.split('\n')));
  }
  return arrivals;
}

function followPull(
  pull: PullRecord,
  changes: ReadonlyMap<string, RefChange>,
  arrivals: ReadonlyMap<string, ReadonlySet<string>>,
  actor: UserRecord,
  now: string,
): PullFollowUp {
  const unchanged = { pull, action: undefined, details: {} };
  if (pull.state === 'closed') return unchanged;
  const headChange = changes.get(branchRef(pull.head));
  const baseChange = changes.get(branchRef(pull.base));
  const closed = {
    ...pull,
    state: 'closed' as const,
    closedAt: now,
    closedBy: actor.login,
    updatedAt: now,
    pendingMerge: null,
  };
  if (baseChange && baseChange.after !== ZERO_SHA) {
    const merge = findMerge(pull, baseChange.after, arrivals.get(baseChange.ref), actor);
    if (merge) {
      const merged = { ...closed, mergedAt: now, mergedBy: merge.by, mergeCommitSha: merge.sha };
      return { pull: merged, action: 'closed', details: {} };
    }
  }
  // GitHub closes what has lost its head or its base.
  if (headChange?.after === ZERO_SHA || baseChange?.after === ZERO_SHA)
    return { pull: closed, action: 'closed', details: {} };
  const moved = baseChange ? { ...pull, baseSha: baseChange.after, pendingMerge: null } : pull;
  if (!headChange) return { ...unchanged, pull: moved };
  return {
    pull: { ...moved, headSha: headChange.after, updatedAt: now },
    action: 'synchronize',
    details: { before: headChange.before, after: headChange.after },
  };
}

/** Merged by the forge itself, or by somebody who pushed the base branch with the head in it. */
function findMerge(
  pull: PullRecord,
  newBase: string,
  arrived: ReadonlySet<string> | undefined,
  actor: UserRecord,
): { sha: string; by: string } | undefined {
  if (pull.pendingMerge && arrived?.has(pull.pendingMerge.sha)) return pull.pendingMerge;
  return arrived?.has(pull.headSha) ? { sha: newBase, by: actor.login } : undefined;
}

/** The first branch that is pushed to an empty repository becomes its default. */
async function followDefaultBranch(
  git: GitRepository,
  record: RepositoryRecord,
  changes: readonly RefChange[],
): Promise<string> {
  const created = changes.flatMap(({ ref, before }) => (before === ZERO_SHA ? (branchOf(ref) ?? []) : []));
  const [first] = created;
  if (first === undefined || (await branchTip(git, record.defaultBranch)) !== undefined)
    return record.defaultBranch;
  await setHead(git, first);
  return first;
}

async function sizeInKb(git: GitRepository): Promise<number> {
  const output = await git.text(['count-objects', '-v']);
  const sizes = output.matchAll(/^size(?:-pack)?: (\d+)$/gm);
  return [...sizes].reduce((sum, [, kb]) => sum + Number(kb), 0);
}

/** Finds at start what moved in git while the forge could not write it down, because it was killed. */
export async function catchUp(
  context: ForgeContext,
  record: RepositoryRecord,
  actor: UserRecord,
): Promise<void> {
  const open = record.pulls.filter((pull) => pull.state === 'open');
  if (open.length === 0) return;
  await inRepository(context, record, async (session) => {
    const refs = new Map((await listRefs(session.git, 'refs/heads/')).map(({ ref, sha }) => [ref, sha]));
    const changes = new Map<string, RefChange>();
    const compare = (branch: string, before: string) => {
      const ref = branchRef(branch);
      const after = refs.get(ref) ?? ZERO_SHA;
      if (after !== before) changes.set(ref, { ref, before, after });
    };
    for (const pull of open) {
      compare(pull.head, pull.headSha);
      compare(pull.base, pull.baseSha);
    }
    await followRefChanges(context, session, [...changes.values()], actor);
  });
}
