import type { ForgeContext } from '../forge-context.ts';
import { isAncestor } from '../git/history.ts';
import { branchTip } from '../git/refs.ts';
import { isoSeconds } from '../present/schema.ts';
import type { PullRecord } from '../store/records.ts';
import type { UserRecord } from '../users.ts';
import { emitPullEvent } from '../webhooks/payloads.ts';
import { refused, refuseSecondPull } from './open-pull.ts';
import { findPull, type RepositorySession } from './repository-session.ts';

export interface PullChanges {
  readonly title?: string | undefined;
  readonly body?: string | null | undefined;
  readonly state?: 'open' | 'closed' | undefined;
  readonly base?: string | undefined;
  readonly canMaintainerModify?: boolean | undefined;
}

export async function updatePull(
  context: ForgeContext,
  session: RepositorySession,
  number: number,
  changes: PullChanges,
  actor: UserRecord,
): Promise<PullRecord> {
  const before = findPull(session.record, number);
  const edited = await edit(session, before, changes);
  const after = await changeState(context, session, edited, changes.state, actor);
  if (after === before) return before;
  const updated = { ...after, updatedAt: isoSeconds(context.now()) };
  await session.savePull(updated);
  const edits = describeEdits(before, updated);
  if (Object.keys(edits).length > 0)
    await emitPullEvent(context, session.record, updated, 'edited', actor, { changes: edits });
  if (before.state !== updated.state) {
    const action = updated.state === 'closed' ? 'closed' : 'reopened';
    await emitPullEvent(context, session.record, updated, action, actor);
  }
  return updated;
}

async function edit(session: RepositorySession, pull: PullRecord, changes: PullChanges): Promise<PullRecord> {
  const next = {
    ...pull,
    title: changes.title ?? pull.title,
    body: changes.body === undefined ? pull.body : changes.body,
    canMaintainerModify: changes.canMaintainerModify ?? pull.canMaintainerModify,
  };
  if (changes.base !== undefined && changes.base !== pull.base) {
    const baseSha = await branchTip(session.git, changes.base);
    if (pull.state === 'closed' || baseSha === undefined) throw refused({ field: 'base', code: 'invalid' });
    refuseSecondPull(session.record, pull.head, changes.base);
    return { ...next, base: changes.base, baseSha };
  }
  const isSame =
    next.title === pull.title &&
    next.body === pull.body &&
    next.canMaintainerModify === pull.canMaintainerModify;
  return isSame ? pull : next;
}

async function changeState(
  context: ForgeContext,
  session: RepositorySession,
  pull: PullRecord,
  state: PullChanges['state'],
  actor: UserRecord,
): Promise<PullRecord> {
  if (state === undefined || state === pull.state) return pull;
  if (state === 'closed')
    return { ...pull, state, closedAt: isoSeconds(context.now()), closedBy: actor.login };
  if (pull.mergedAt !== null) throw refusedState('The pull request cannot be reopened.');
  const headSha = await branchTip(session.git, pull.head);
  const baseSha = await branchTip(session.git, pull.base);
  if (headSha === undefined) throw refusedState(`The ${pull.head} branch has been deleted.`);
  if (baseSha === undefined) throw refusedState(`The ${pull.base} branch has been deleted.`);
  if (!(await isAncestor(session.git, pull.headSha, headSha)))
    throw refusedState(`The ${pull.head} branch was force-pushed or recreated.`);
  refuseSecondPull(session.record, pull.head, pull.base);
  await session.git.run(['update-ref', `refs/pull/${pull.number}/head`, headSha]);
  return { ...pull, state, closedAt: null, closedBy: null, headSha, baseSha };
}

function refusedState(reason: string) {
  return refused({ field: 'state', code: 'invalid', message: `state cannot be changed. ${reason}` });
}

function describeEdits(before: PullRecord, after: PullRecord): Record<string, unknown> {
  return {
    ...(before.title === after.title ? {} : { title: { from: before.title } }),
    ...(before.body === after.body ? {} : { body: { from: before.body } }),
    ...(before.base === after.base
      ? {}
      : { base: { ref: { from: before.base }, sha: { from: before.baseSha } } }),
  };
}
