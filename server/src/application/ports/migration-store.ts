/**
 * Migrations, candidates and runs as they are kept. Every write to a candidate's status or run state goes through
 * `MigrationStore.project`, which only engine activities call (ADR 0006).
 */
import type { AttemptRecord } from '../../domain/attempt.ts';
import type { Actor, NewEvent } from '../../domain/event.ts';
import type { Inputs } from '../../domain/inputs.ts';
import type {
  Manifest,
  MigrationCounts,
  MigrationDefinition,
  RevisionBody,
  StoredMigration,
} from '../../domain/migration.ts';
import type { PullRequestName } from '../../domain/pr-url.ts';
import type { Reported } from '../../domain/run-messages.ts';
import type { ProjectOutcome, RunProjection } from '../../domain/run-projection.ts';
import type { CandidateStatus, RunOutcome, RunState } from '../../domain/run-state.ts';
import type { Admission, CallbackAdmission } from './callbacks.ts';
import type { CandidateStore } from './candidate-store.ts';
import type { MigrationAggregates } from './migration-aggregates.ts';
import type { AttemptRef, CandidateRef, Page, RunRef } from './refs.ts';
import type { StoreComparison } from './store-comparison.ts';

/** Migrations, candidates and runs. Every method throws `StoreUnavailable` when the store cannot answer. */
export interface MigrationStore extends CandidateStore, MigrationAggregates, StoreComparison {
  /** Keeps the newest definition and every revision. Same definition: only `announcedAt` moves. */
  announce(announcement: MigrationAnnouncement): Promise<AnnounceOutcome>;
  getMigration(migrationId: string): Promise<StoredMigration | undefined>;
  getRevision(migrationId: string, revision: string): Promise<RevisionBody | undefined>;
  countCandidates(migrationId: string): Promise<MigrationCounts>;
  /** By id. */
  listMigrations(query: {
    readonly limit: number;
    readonly cursor?: string | undefined;
    readonly q?: string | undefined;
  }): Promise<
    | {
        readonly kind: 'page';
        readonly items: readonly StoredMigration[];
        readonly nextCursor?: string | undefined;
        readonly total: number;
      }
    | { readonly kind: 'cursor-mismatch' }
  >;

  /**
   * The gate of a start: of any number at once, one is `claimed`. Writes manifest, run and inputs; run state `queued`.
   * The same claim again is `claimed`, since an answer can be lost; the id of a run that is over throws.
   */
  claimRun(claim: RunClaim): Promise<ClaimOutcome>;
  /**
   * Gives back a claim whose workflow could not be started, so that only its events remain; does nothing once the run
   * was projected, and says so by false.
   */
  releaseClaim(run: RunRef, event: NewEvent): Promise<boolean>;
  /** Keeps outputs for the skip of a step, until the run takes them over under this id or is over. */
  stageOutputs(run: RunRef, id: string, outputs: Readonly<Record<string, unknown>>): Promise<void>;
  /** Notes that a person asked to cancel, for the reconciler; `at` is shown only. Writes no state. */
  noteCancelRequest(run: RunRef, at: string): Promise<void>;
  /** Notes that a person asked to undo it: from now on a start says that it is being cancelled. Writes no state. */
  noteUndoRequest(run: RunRef): Promise<void>;
  /** The newest first, at most 50. */
  findRuns(by: RunSearch): Promise<readonly RunRef[]>;
  getManifest(run: RunRef): Promise<Manifest | undefined>;
  getRun(run: RunRef): Promise<StoredRun | undefined>;
  /** Every attempt of a run, by step, phase and number. */
  listAttempts(run: RunRef): Promise<readonly AttemptRecord[]>;
  /** Every version of a run's inputs that was written, by its number. */
  listInputs(run: RunRef): Promise<ReadonlyMap<number, Inputs>>;
  /** The newest first. */
  listRuns(
    ref: CandidateRef,
    query: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<
    | {
        readonly kind: 'page';
        readonly items: readonly StoredRun[];
        readonly nextCursor?: string | undefined;
        readonly total: number;
      }
    | { readonly kind: 'cursor-mismatch' }
  >;

  /** The only writer of status and run state: one atomic step with its attempts, inputs, outputs and events. */
  project(projection: RunProjection): Promise<ProjectOutcome>;
  /**
   * Of one attempt it is always the same, also after the run's inputs changed, but for who may have it. With a dial the
   * attempt counts as given to a worker from now on; see `takeBackDial`.
   */
  loadDispatch(attempt: AttemptRef, dial?: DialToCome): Promise<DispatchMaterial | undefined>;
  /** Both in one go: the write that precedes a dispatch, and what the dispatch then carries. */
  projectAndLoad(
    projection: RunProjection,
    attempt: AttemptRef,
    dial?: DialToCome,
  ): Promise<ProjectedDispatch>;
  /**
   * A dial that was counted gave the attempt to nobody. Says whether none is left, so that no worker can have it; of an
   * attempt whose dials are not known it says false.
   */
  takeBackDial(attempt: AttemptRef): Promise<boolean>;
  /** Both in one go: a write, and the end of the handing over, with what was reported until then. */
  projectAccepted(
    projection: RunProjection,
    attempt: AttemptRef,
  ): Promise<{ readonly projected: ProjectOutcome; readonly report?: Reported }>;

  /** Checks a callback against run and attempt record and stages its body; changes no state. */
  admitCallback(callback: CallbackAdmission): Promise<Admission>;
  /**
   * After the engine was told: from now on a repetition is a duplicate. Writes the events (operations) once. Of what was
   * not admitted nothing is written, so that both may be sent at once where nothing lies between.
   */
  confirmCallback(callback: CallbackAdmission, events: readonly NewEvent[]): Promise<void>;
  /** The same where its attempt has ended, so that the run need not be told; else nothing, and false. */
  confirmHandedOver(callback: CallbackAdmission, events: readonly NewEvent[]): Promise<boolean>;

  /** Claimed and open runs of a migration in pages, for the reconciler. */
  listOpenRuns(migrationId: string, cursor: string | undefined, limit: number): Promise<Page<OpenRun>>;
}

/** By what runs are found, whatever their migration. */
export type RunSearch =
  | { readonly kind: 'run'; readonly runId: string }
  /** Of the request that started them. */
  | { readonly kind: 'trace'; readonly traceId: string }
  /** One that an attempt of theirs named. */
  | ({ readonly kind: 'pull-request' } & PullRequestName);

/** The store cannot answer now; the caller says `unavailable` and changes nothing. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

export interface MigrationAnnouncement {
  readonly definition: MigrationDefinition;
  readonly revision: string;
  readonly at: string;
  readonly maxMigrations: number;
  /** Written in one atomic step with a definition that is new or changed. */
  readonly eventsOf: (change: 'new' | 'revised') => readonly NewEvent[];
}

export type AnnounceOutcome =
  | {
      readonly kind: 'stored';
      readonly migration: StoredMigration;
      readonly change: 'new' | 'revised' | 'same';
    }
  | { readonly kind: 'owned-by'; readonly workerApp: string }
  | { readonly kind: 'too-many' };

export interface RunClaim extends RunRef {
  readonly manifest: Manifest;
  /** Version 1 of the run's inputs; also the candidate's from now on. */
  readonly inputs: Inputs;
  readonly actor: Actor;
  readonly at: string;
  /** W3C traceparent of the request that starts the run. */
  readonly traceparent?: string | undefined;
  /** Of a rollback: the newest run of the candidate, which is over; a claim of another run in between wins. */
  readonly afterRunId?: string | undefined;
  readonly event: NewEvent;
}

export type ClaimOutcome =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'run-open' | 'already-completed' | 'cancelling' | 'candidate-gone' | 'not-found' };

export interface OpenRun extends RunRef {
  readonly status: CandidateStatus;
  readonly runState: RunState;
  /** Since the claim, both moments in the store's time: clocks of processes differ. */
  readonly ageMs: number;
  /** Since the first request to cancel, in the store's time. */
  readonly cancelAgeMs?: number | undefined;
}

/** A run as it is kept. */
export interface StoredRun extends RunRef {
  readonly kind: 'run' | 'rollback';
  /** Of a rollback: the run whose effects it undoes. */
  readonly undoes?: string | undefined;
  readonly startedAt: string;
  readonly endedAt?: string | undefined;
  readonly outcome?: RunOutcome | undefined;
  readonly reason?: string | undefined;
  readonly actor: Actor;
  readonly revision: string;
  readonly inputs: Inputs;
  readonly inputsVersion: number;
  readonly traceparent?: string | undefined;
  /** Time of the last projection, and its order. */
  readonly projectedAt?: string | undefined;
  readonly seq: number;
  readonly cancelRequestedAt?: string | undefined;
}

export type ProjectedDispatch =
  | { readonly projected: 'applied'; readonly material: DispatchMaterial }
  | { readonly projected: Exclude<ProjectOutcome, 'applied'> };

/** Somebody is about to dial a worker. */
export interface DialToCome {
  /** Unless its worker has reported already, callbacks are handed over to it from now on; see `Handovers`. */
  readonly listener?: string | undefined;
}

/** What a dispatch carries, loaded in one go. */
export interface DispatchMaterial {
  /** Of the attempt, the one to come included; see `AttemptRecord`. */
  readonly dials?: number | undefined;
  /** What the attempt's worker has reported already, where nothing was pending before: it is not to be dialled again. */
  readonly report?: Reported | undefined;
  readonly manifest: Manifest;
  /** Of the version that the attempt began with; the newest where there is no such attempt. */
  readonly inputs: Inputs;
  readonly inputsVersion: number;
  /** Of steps that succeeded or were skipped with outputs, by step name. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly previousAttempt?: AttemptRecord | undefined;
  readonly traceparent?: string | undefined;
}
