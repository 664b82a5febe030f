import type { Actor, Attempt, StepView } from './contract.ts';

export interface ReviewDecision {
  readonly decision: 'approved' | 'rejected';
  readonly actor: Actor;
  readonly at?: string;
  readonly comment?: string;
}

/** Who approved or rejected an attempt of a review, the first first; metadata is free, so only what can be read. */
export function decisionsOf({ metadata = {}, endedAt }: Attempt): readonly ReviewDecision[] {
  const given = Array.isArray(metadata['approvals']) ? metadata['approvals'] : [];
  const approvals = given.flatMap((one) => readDecision(one, 'approved') ?? []);
  const last =
    metadata['decision'] === 'rejected' || metadata['decision'] === 'approved'
      ? readDecision(metadata, metadata['decision'], endedAt)
      : undefined;
  const isKnown = approvals.some(({ actor }) => actor.id === last?.actor.id && last.decision === 'approved');
  return last === undefined || isKnown ? approvals : [...approvals, last];
}

/** Whether the message of an attempt only repeats the comment of a decision. */
export function isSaidBy(decisions: readonly ReviewDecision[], message: string): boolean {
  return decisions.some(({ decision, comment }) => {
    if (decision === 'approved') return comment === message;
    return message === (comment === undefined ? 'Rejected.' : `Rejected: ${comment}`);
  });
}

/** What is left of the metadata when the decisions are shown by themselves. */
export function withoutDecisions(metadata: Attempt['metadata'] = {}): Record<string, unknown> {
  const { approvals: _, decision: __, actor: ___, comment: ____, ...rest } = metadata;
  return rest;
}

export function neededApprovals({ review }: Pick<StepView, 'review'>): number {
  return review?.approvals ?? 1;
}

function readDecision(
  value: unknown,
  decision: ReviewDecision['decision'],
  endedAt?: string,
): ReviewDecision | undefined {
  const actor = isRecord(value) ? readActor(value['actor']) : undefined;
  if (actor === undefined || !isRecord(value)) return undefined;
  const at = typeof value['at'] === 'string' ? value['at'] : endedAt;
  const { comment } = value;
  return {
    decision,
    actor,
    ...(at !== undefined && { at }),
    ...(typeof comment === 'string' && comment !== '' && { comment }),
  };
}

const kinds = ['person', 'token', 'worker', 'rollout', 'system'] as const satisfies readonly Actor['kind'][];

function readActor(value: unknown): Actor | undefined {
  if (!isRecord(value) || typeof value['id'] !== 'string') return undefined;
  const kind = kinds.find((known) => known === value['kind']);
  return kind === undefined ? undefined : { kind, id: value['id'] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
