/** When a run that no worker has looks by itself. REPLAY-SENSITIVE, like `run.ts`. */
import { parkDelayMs } from './retry-policy.ts';
import type { Dialled } from './run-messages.ts';

/** It is woken before, as a rule; these are for a wake-up that was lost, and for a worker that was not announced again. */
export interface LookAgain {
  /** While nobody lives, or the breaker is open: doubling from the first to the second. */
  readonly awayMs: number;
  readonly awayMaxMs: number;
  /** After a dial that failed, likewise. */
  readonly unreachableMs: number;
  readonly unreachableMaxMs: number;
  /** While the migration or the worker app is paused. */
  readonly heldMs: number;
  /** While another has the concurrency key. */
  readonly queuedMs: number;
}

export const USUAL_LOOK_AGAIN: LookAgain = {
  awayMs: 60_000,
  awayMaxMs: 600_000,
  unreachableMs: 1_000,
  unreachableMaxMs: 60_000,
  heldMs: 600_000,
  queuedMs: 60_000,
};

type Waiting = Extract<Dialled, { kind: 'away' | 'unreachable' | 'held' | 'queued' }>;

/** What whoever dialled said, else by what is given. */
export function lookAgainMs(
  { kind, retryAfterMs }: Waiting,
  { parkings }: { readonly parkings: number },
  times: LookAgain = USUAL_LOOK_AGAIN,
): number {
  if (retryAfterMs !== undefined) return retryAfterMs;
  switch (kind) {
    case 'held':
      return times.heldMs;
    case 'queued':
      return times.queuedMs;
    case 'away':
      return parkDelayMs(parkings, times.awayMs, times.awayMaxMs);
    case 'unreachable':
      return parkDelayMs(parkings, times.unreachableMs, times.unreachableMaxMs);
    default:
      return kind satisfies never;
  }
}

/**
 * Says when to look again, by the settings of whoever dials: a run knows none. `chance`, from 0 up to 1, takes up to a
 * half off, so that runs which began to wait together do not all come at once.
 */
export function withLookAgain(
  dialled: Dialled,
  attempt: { readonly parkings: number },
  times: LookAgain,
  chance: number,
): Dialled {
  switch (dialled.kind) {
    case 'held':
    case 'queued':
    case 'away':
    case 'unreachable':
      return {
        ...dialled,
        retryAfterMs: Math.round(lookAgainMs(dialled, attempt, times) * (1 - chance / 2)),
      };
    default:
      return dialled;
  }
}
