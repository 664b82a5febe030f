import type { Candidate, Migration, Pause } from '../../shared/contract.ts';

/** What holds a run, or will. */
export interface RunHold {
  readonly by: 'run' | 'migration' | 'worker';
  readonly headline: string;
  readonly reason: string | undefined;
  /** What goes on and what is held. */
  readonly meaning: string;
  readonly pause?: Pick<Pause, 'since'> & Partial<Pick<Pause, 'actor'>>;
}

const holders = [
  { by: 'run', opening: /^The run is paused(?::\s*|\.$)/ },
  { by: 'migration', opening: /^The migration is paused(?::\s*|\.$)/ },
  { by: 'worker', opening: /^The worker app \S+ is paused(?::\s*|\.$)/ },
] as const;

/** What holds a paused run; the contract says so in the opening of the reason alone. */
export function heldBy({ reason = '' }: Pick<Candidate, 'reason'>): RunHold['by'] {
  return holders.find(({ opening }) => opening.test(reason))?.by ?? 'run';
}

/** The reason that a person gave for the pause. */
export function pauseReason({ reason = '' }: Pick<Candidate, 'reason'>): string | undefined {
  const opening = holders.find((holder) => holder.opening.test(reason))?.opening;
  return (opening === undefined ? reason : reason.replace(opening, '')) || undefined;
}

/** What is held and why, where something is or will be. */
export function holdOf(candidate: Candidate, migration: Migration | undefined): RunHold | undefined {
  const { runState, since } = candidate;
  if (runState === 'paused') {
    const by = heldBy(candidate);
    const pause = by === 'migration' ? migration?.paused : undefined;
    return {
      by,
      headline: headlines[by],
      reason: pauseReason(candidate),
      meaning: `${nextOf(candidate)} is not dispatched before that ends. Reviews, reminders and cancel work as before.`,
      ...(pause !== undefined ? { pause } : since === undefined ? {} : { pause: { since } }),
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

const headlines = {
  run: 'This run is paused',
  migration: 'The migration is paused',
  worker: 'The worker app is paused',
} as const;

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
