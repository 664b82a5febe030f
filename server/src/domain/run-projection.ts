import type { AttemptRecord } from './attempt.ts';
import type { Actor, NewEvent } from './event.ts';
import type { Inputs } from './inputs.ts';
import type { CandidateStatus, RunOutcome, RunState, WhoActs } from './run-state.ts';

/** What keeps an attempt from being dialled. */
export interface HeldBy {
  readonly kind: 'run' | 'migration' | 'worker-app' | 'concurrency-key';
  /** The runId, the id of the migration or worker app, or the key. */
  readonly id: string;
  /** The reason that a person gave, or how many have the key before it. */
  readonly reason?: string | undefined;
  readonly since?: string | undefined;
  readonly by?: Actor | undefined;
}

/** Why an attempt is not dialled: for people, and as data. */
export interface Hold {
  readonly reason: string;
  /** Missing in runs that were held before it was recorded. */
  readonly heldBy?: HeldBy | undefined;
}

/** What a run shows of itself at one moment. */
export interface RunView {
  readonly status: CandidateStatus;
  readonly runState?: RunState | undefined;
  /** Name and position of the current step. */
  readonly step?: string | undefined;
  readonly stepIndex?: number | undefined;
  readonly attempt?: number | undefined;
  /** When this state began. */
  readonly since: string;
  readonly who?: WhoActs | undefined;
  readonly reason?: string | undefined;
  readonly pauseRequested?: boolean | undefined;
  readonly heldBy?: HeldBy | undefined;
}

/** An attempt as it changed; fields that are not given keep what the store has. */
export interface AttemptChange extends AttemptRecord {
  /** Message, metadata, outputs and failureClass are taken from the staged report of this eventId. */
  readonly reportEventId?: string | undefined;
}

/**
 * One write of a run to the store: the whole view, and what changed since the last write.
 * A lower `seq` than the stored one is ignored; an equal one is written again, since a local activity may be
 * repeated with other content after a crash (ADR 0006).
 */
export interface RunProjection {
  readonly migrationId: string;
  readonly candidateId: string;
  readonly runId: string;
  readonly seq: number;
  readonly at: string;
  readonly view: RunView;
  readonly attempts: readonly AttemptChange[];
  /** A new version of the run's inputs, which become the candidate's too. */
  readonly inputs?: { readonly version: number; readonly values: Inputs } | undefined;
  readonly events: readonly NewEvent[];
  /** The run is over: from now on it accepts no write. */
  readonly ended?: { readonly outcome: RunOutcome; readonly reason?: string | undefined } | undefined;
}

/** What became of a write. */
export type ProjectOutcome =
  | 'applied'
  /** A later write of this run is already there; the caller is a left-over and must not act on it. */
  | 'stale'
  /** The candidate belongs to another run now, or this run is over. */
  | 'not-claimed';
