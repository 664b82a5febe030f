import type { Candidate, HeldBy, Migration, Pause } from '../../shared/contract.ts';

/** What holds a run, or will. */
export interface RunHold {
  readonly by: HeldBy['kind'];
  readonly headline: string;
  readonly reason: string | undefined;
  /** What goes on and what is held. */
  readonly meaning: string;
  readonly pause?: Pick<Pause, 'since'> & Partial<Pick<Pause, 'actor'>>;
}

/** What is held and why, where something is or will be. */
export function holdOf(candidate: Candidate, migration: Migration | undefined): RunHold | undefined {
  const { runState, since, heldBy } = candidate;
  if (heldBy?.kind === 'concurrency-key') return waitsForKey(candidate, heldBy);
  if (runState === 'paused') {
    const { kind = 'run', reason, by, since: from = since } = heldBy ?? {};
    return {
      by: kind,
      headline: heldBy?.kind === 'worker-app' ? `The worker app ${heldBy.id} is paused` : headlines[kind],
      reason,
      meaning: `${nextOf(candidate)} is not dispatched before that ends. Reviews, reminders and cancel work as before.`,
      ...(from !== undefined && { pause: { since: from, ...(by !== undefined && { actor: by }) } }),
    };
  }
  if (candidate.pauseRequested === true) {
    return {
      by: 'run',
      headline: 'A pause is asked for',
      reason: undefined,
      meaning: `${goingOn(candidate)} What comes next is held.`,
    };
  }
  const paused = migration?.paused;
  if (paused === undefined || runState === 'cancelling') return undefined;
  const isAtRest = runState === undefined || runState === 'lost';
  if (isAtRest && candidate.status === 'completed') return undefined;
  return {
    by: 'migration',
    headline: headlines.migration,
    reason: paused.reason,
    meaning: isAtRest
      ? 'A start is accepted, and held until the migration is resumed.'
      : `${goingOn(candidate)} The next dispatch is held.`,
    pause: paused,
  };
}

/** Nobody paused anything; others came first. */
function waitsForKey(candidate: Candidate, { id, reason }: HeldBy): RunHold {
  return {
    by: 'concurrency-key',
    headline: `${nextOf(candidate)} waits for its turn on “${id}”`,
    reason: reason === undefined ? undefined : `${reason}.`,
    meaning: 'Steps with the same key run one at a time, in the order in which they came.',
  };
}

const headlines = {
  run: 'This run is paused',
  migration: 'The migration is paused',
  'worker-app': 'The worker app is paused',
  'concurrency-key': 'The run waits for its turn',
} as const satisfies Record<HeldBy['kind'], string>;

function nextOf({ step }: Candidate): string {
  return step === undefined ? 'The next step' : `Step ${step}`;
}

function goingOn({ runState, step }: Candidate): string {
  switch (runState) {
    case 'in_progress':
    case 'pending':
      return `The worker goes on with ${step ?? 'its step'}, and its answer counts.`;
    case 'awaiting_approval':
      return 'The decision can still be made.';
    case 'awaiting_retry':
      return 'A retry is accepted, and held.';
    default:
      return 'What a worker has already goes on.';
  }
}
