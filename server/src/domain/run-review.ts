/** What people decide on a review step. REPLAY-SENSITIVE, like `run.ts`. */

import { findAttempt } from './attempts-of-run.ts';
import type { Actor } from './event.ts';
import { failed } from './fail-attempt.ts';
import { type Approval, type Moment, putAttempt, type Run, record, show } from './run.ts';
import { advance, closeAttempt, stepEvent } from './run-attempt.ts';

export interface Decision {
  readonly decision: 'approved' | 'rejected';
  readonly comment?: string | undefined;
  readonly actor: Actor;
}

/** A sentence that says why this cannot be decided now, or undefined. */
export function whyNotDecidable(
  run: Run,
  { stepName, decision, actor }: Decision & { readonly stepName: string },
): string | undefined {
  const waiting = run.current?.stage === 'review' ? run.steps[run.index]?.name : undefined;
  if (run.ended !== undefined) return 'The run is over.';
  if (waiting === undefined) return `Step "${stepName}" does not wait for a decision.`;
  if (waiting !== stepName) return `Step "${waiting}" waits for a decision, not "${stepName}".`;
  return decision === 'approved' && approvalsOf(run).some((one) => isSamePerson(one.actor, actor))
    ? `${actor.id} has approved "${stepName}" already; somebody else has to.`
    : undefined;
}

export function applyDecision(run: Run, { decision, comment, actor }: Decision, at: Moment): Run {
  if (run.current?.stage !== 'review') return run;
  if (decision === 'approved' && hasApproved(run, actor)) return run;
  const said = comment === undefined ? {} : { comment };
  if (decision === 'rejected') {
    const message = comment === undefined ? 'Rejected.' : `Rejected: ${comment}`;
    const metadata = { decision, actor, ...said, ...withApprovals(approvalsOf(run)) };
    return failed(run, { message, metadata, actor, failureClass: 'invalid', retryable: false }, at);
  }
  const approvals = [...approvalsOf(run), { actor, at: at.iso, ...said }];
  const needed = run.steps[run.index]?.review?.approvals ?? 1;
  if (approvals.length < needed) return keepApproval(run, approvals, needed, at);
  const metadata = { decision, actor, ...said, ...(needed === 1 ? {} : withApprovals(approvals)) };
  return advance(closeAttempt(run, { outcome: 'succeeded', message: comment, metadata, actor }, at), at);
}

function keepApproval(run: Run, approvals: readonly Approval[], needed: number, at: Moment): Run {
  if (run.current === undefined) return run;
  const kept: Run = { ...run, current: { ...run.current, approvals } };
  const { phase, attempt } = run.current;
  const open = findAttempt(kept, { stepIndex: run.index, phase, attempt });
  const put = open === undefined ? kept : putAttempt(kept, { ...open, metadata: withApprovals(approvals) });
  const last = approvals.at(-1);
  const event = stepEvent(put, at, 'review.approved', { count: approvals.length, needed }, last?.actor);
  const recorded = record(put, { ...event, key: `${event.key}:${approvals.length}` });
  const reason = `${approvals.length} of ${needed} approvals; waits for ${needed - approvals.length} more.`;
  return show(recorded, { runState: 'awaiting_approval', who: run.view.who, reason }, at);
}

/** Nobody has decided for the time that the step names. Never a decision. */
export function applyReviewTimer(run: Run, at: Moment): Run {
  const { current } = run;
  if (current?.stage !== 'review') return run;
  if (current.escalateAtMs !== undefined && at.ms >= current.escalateAtMs) {
    const escalated: Run = {
      ...run,
      current: { ...current, remindAtMs: undefined, escalateAtMs: undefined },
    };
    const recorded = record(escalated, stepEvent(escalated, at, 'review.escalated'));
    const reason = `Nobody decided in time, so an operator has to see to it. ${progressOf(run)}`.trim();
    return show(recorded, { runState: 'awaiting_approval', who: 'operator', reason }, at);
  }
  if (current.remindAtMs === undefined || at.ms < current.remindAtMs) return run;
  const reminded: Run = { ...run, current: { ...current, remindAtMs: undefined } };
  const recorded = record(reminded, stepEvent(reminded, at, 'review.reminded'));
  const reason = `Still waits for a decision. ${progressOf(run)}`.trim();
  return show(recorded, { runState: 'awaiting_approval', who: run.view.who, reason }, at);
}

function progressOf(run: Run): string {
  const given = approvalsOf(run).length;
  return given === 0 ? '' : `${given} of ${run.steps[run.index]?.review?.approvals ?? 1} approvals.`;
}

function approvalsOf(run: Run): readonly Approval[] {
  return run.current?.approvals ?? [];
}

function withApprovals(approvals: readonly Approval[]) {
  return approvals.length === 0 ? {} : { approvals };
}

/** Who types a name in capitals is nobody else. Of decisions that were taken before, only equal names were the same. */
function isSamePerson(one: Actor, other: Actor): boolean {
  return one.kind === other.kind && folded(one.id) === folded(other.id);
}

function folded(id: string): string {
  return id.normalize('NFKC').toLowerCase();
}

function hasApproved(run: Run, { kind, id }: Actor): boolean {
  return approvalsOf(run).some(({ actor }) => actor.kind === kind && actor.id === id);
}
