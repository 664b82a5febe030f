/**
 * What the application needs of the world. Every write to a candidate's status or run state goes through
 * `MigrationStore.project`, which only engine activities call (ADR 0006).
 */
import type { Attempt, AttemptRecord, FailureClass, Phase } from '../domain/attempt.ts';
import type { Candidate, CandidateFacts, CandidateSummary } from '../domain/candidate.ts';
import type { Actor, LoggedEvent, NewEvent } from '../domain/event.ts';
import type { Inputs } from '../domain/inputs.ts';
import type {
  Manifest,
  MigrationCounts,
  MigrationDefinition,
  RevisionBody,
  StoredMigration,
} from '../domain/migration.ts';
import { type ReportSignal } from '../domain/run-messages.ts';
import type { RunProjection, RunView } from '../domain/run-projection.ts';
import type { CandidateStatus, RunOutcome, RunState } from '../domain/run-state.ts';
import type { StepOutline } from '../domain/step.ts';

export interface CandidateRef {
  readonly migrationId: string;
  readonly candidateId: string;
}
export interface RunRef extends CandidateRef {
  readonly runId: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string | undefined;
  readonly total?: number | undefined;
}

export interface CandidateQuery {
  readonly migrationId: string;
  readonly status?: CandidateStatus | undefined;
  readonly runState?: RunState | undefined;
  /** `[key, value]`; all must hold. */
  readonly labels: readonly (readonly [string, string])[];
  readonly q?: string | undefined;
  readonly gone?: boolean | undefined;
  readonly sort: 'id' | '-id' | 'since' | '-since';
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export type CandidatePage =
  | {
      readonly kind: 'page';
      readonly items: readonly CandidateSummary[];
      readonly nextCursor?: string | undefined;
      readonly total: number;
      readonly version: number;
    }
  | { readonly kind: 'unknown-migration' }
  | { readonly kind: 'cursor-mismatch' }
  /** The key is not one of the label keys, or has too many values to be indexed. */
  | { readonly kind: 'unknown-filter'; readonly key: string };

export interface Submission {
  readonly migrationId: string;
  readonly discoveryId: string;
  readonly candidates: readonly CandidateFacts[];
  readonly final: boolean;
  readonly at: string;
}
export type SubmissionOutcome =
  | {
      readonly kind: 'merged';
      readonly added: number;
      readonly updated: number;
      readonly unchanged: number;
      readonly gone: number;
      /** Label keys with more than 500 values, which cannot be filtered by. */
      readonly overflowingLabelKeys: readonly string[];
    }
  | { readonly kind: 'unknown-migration' };

export interface RunClaim extends RunRef {
  readonly manifest: Manifest;
  /** Version 1 of the run's inputs; also the candidate's from now on. */
  readonly inputs: Inputs;
  readonly actor: Actor;
  readonly at: string;
  /** W3C traceparent of the request that starts the run. */
  readonly traceparent?: string | undefined;
  readonly event: NewEvent;
}
export type ClaimOutcome =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'run-open' | 'already-completed' | 'cancelling' | 'candidate-gone' | 'not-found' };

/** A run as it is kept. */
export interface StoredRun extends RunRef {
  readonly kind: 'run' | 'rollback';
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

/** A callback, or the body of a `200` to a dispatch. */
export interface StepReport {
  readonly eventId: string;
  readonly status: 'succeeded' | 'merged' | 'failed' | 'pending';
  readonly message?: string | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly outputs?: Readonly<Record<string, unknown>> | undefined;
  readonly failureClass?: FailureClass | undefined;
  readonly retryable?: boolean | undefined;
}

/** Which attempt a report is about. */
export interface AttemptRef extends RunRef {
  readonly stepIndex: number;
  readonly phase: Phase;
  readonly attempt: number;
}

/** What the store says of a callback before the engine is told. */
export type Admission =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'duplicate' }
  /** There was never such a run. */
  | { readonly kind: 'unknown-run' }
  | { readonly kind: 'not-dispatched' }
  | { readonly kind: 'over'; readonly why: string }
  | { readonly kind: 'too-soon'; readonly retryAfterSeconds: number };

export interface CallbackAdmission extends AttemptRef {
  readonly report: StepReport;
  /** SHA-256 of the report without its eventId, so that a repetition under a new eventId is seen. */
  readonly contentHash: string;
}

/** What a dispatch carries, loaded in one go. */
export interface DispatchMaterial {
  readonly manifest: Manifest;
  readonly inputs: Inputs;
  readonly inputsVersion: number;
  /** Of steps that succeeded or were skipped with outputs, by step name. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly previousAttempt?: AttemptRecord | undefined;
  readonly traceparent?: string | undefined;
}

export type ProjectOutcome =
  | 'applied'
  /** A later write of this run is already there; the caller is a left-over and must not act on it. */
  | 'stale'
  /** The candidate belongs to another run now, or this run is over. */
  | 'not-claimed';

/** Migrations, candidates and runs. Every method throws `StoreUnavailable` when the store cannot answer. */
export interface MigrationStore {
  /** Keeps the newest definition and every revision. Same definition: only `announcedAt` moves. */
  announce(
    definition: MigrationDefinition,
    revision: string,
    at: string,
    maxMigrations: number,
  ): Promise<
    | {
        readonly kind: 'stored';
        readonly migration: StoredMigration;
        readonly change: 'new' | 'revised' | 'same';
      }
    | { readonly kind: 'owned-by'; readonly workerApp: string }
    | { readonly kind: 'too-many' }
  >;
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

  /** One atomic merge for at most 1,000 candidates. Never touches status, run or inputs of a known one. */
  submitCandidates(submission: Submission): Promise<SubmissionOutcome>;
  getCandidate(ref: CandidateRef): Promise<Candidate | undefined>;
  listCandidates(query: CandidateQuery): Promise<CandidatePage>;
  /** Replaces the stored inputs unless a run is open. */
  setInputs(ref: CandidateRef, inputs: Inputs, event: NewEvent): Promise<'stored' | 'run-open' | 'not-found'>;

  /**
   * The gate of a start: of any number at once, one is `claimed`. Writes manifest, run and inputs; run state `queued`.
   * The same claim again is `claimed`, since an answer can be lost; the id of a run that is over throws.
   */
  claimRun(claim: RunClaim): Promise<ClaimOutcome>;
  /**
   * Gives back a claim whose workflow could not be started, so that only its events remain; does nothing once the run
   * was projected.
   */
  releaseClaim(run: RunRef, event: NewEvent): Promise<void>;
  /** Notes when a person asked to cancel, for the reconciler; writes no state. */
  noteCancelRequest(run: RunRef, at: string): Promise<void>;
  getManifest(run: RunRef): Promise<Manifest | undefined>;
  getRun(run: RunRef): Promise<StoredRun | undefined>;
  /** Every attempt of a run, by step, phase and number. */
  listAttempts(run: RunRef): Promise<readonly AttemptRecord[]>;
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
  loadDispatch(attempt: AttemptRef): Promise<DispatchMaterial | undefined>;

  /** Checks a callback against run and attempt record and stages its body; changes no state. */
  admitCallback(callback: CallbackAdmission): Promise<Admission>;
  /** After the engine was told: from now on a repetition is a duplicate. Writes the events (operations) once. */
  confirmCallback(callback: CallbackAdmission, events: readonly NewEvent[]): Promise<void>;

  /** Claimed and open runs of a migration in pages, for the reconciler. */
  listOpenRuns(migrationId: string, cursor: string | undefined, limit: number): Promise<Page<OpenRun>>;
}

export interface OpenRun extends RunRef {
  readonly status: CandidateStatus;
  readonly runState: RunState;
  readonly claimedAt: string;
  readonly cancelRequestedAt?: string | undefined;
}

export interface EventQuery {
  readonly migrationId?: string | undefined;
  readonly candidateId?: string | undefined;
  readonly runId?: string | undefined;
  readonly type?: string | undefined;
  readonly actorId?: string | undefined;
  readonly traceId?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface EventLog {
  append(event: NewEvent): Promise<void>;
  /** The newest first; unchanged events are never skipped or repeated over pages. */
  list(query: EventQuery): Promise<
    | {
        readonly kind: 'page';
        readonly items: readonly LoggedEvent[];
        readonly nextCursor?: string | undefined;
      }
    | { readonly kind: 'cursor-mismatch' }
  >;
}

export interface InstanceAnnouncement {
  readonly workerApp: string;
  readonly instanceId: string;
  readonly workerUrl: string;
  readonly version?: string | undefined;
  readonly migrationId: string;
  readonly revision: string;
}
export type InstanceState = 'starting' | 'ready' | 'busy' | 'draining' | 'suspect' | 'dead';
export interface WorkerInstance {
  readonly workerApp: string;
  readonly instanceId: string;
  readonly workerUrl: string;
  readonly state: InstanceState;
  readonly leaseExpiresAt: string;
  readonly version?: string | undefined;
  readonly busy: number;
  /** Revisions that this instance announced. */
  readonly revisions: readonly string[];
}
export interface WorkerAppView {
  readonly workerApp: string;
  readonly instances: readonly WorkerInstance[];
  readonly migrations: readonly string[];
  readonly parked: number;
}

/** An attempt that an instance accepted and has not ended. */
export interface AcceptedAttempt extends AttemptRef {
  readonly workerApp: string;
  readonly instanceId: string;
  readonly idempotencyKey: string;
}

/** Where a step may be dispatched now. */
export type Resolution =
  | { readonly kind: 'instance'; readonly instance: WorkerInstance; readonly probe: boolean }
  /** Nobody lives, or the breaker is open; do not dial. */
  | { readonly kind: 'away'; readonly reason: string };

/** Worker apps, their instances and leases (Redis time), breakers, parked runs and accepted attempts. */
export interface WorkerDirectory {
  announce(instance: InstanceAnnouncement, leaseSeconds: number): Promise<void>;
  /** False when the instance is not known, so that it announces again. */
  heartbeat(
    workerApp: string,
    instanceId: string,
    busyKeys: readonly string[],
    leaseSeconds: number,
  ): Promise<boolean>;
  withdraw(workerApp: string, instanceId: string): Promise<void>;
  isKnownApp(workerApp: string): Promise<boolean>;
  countLive(workerApp: string): Promise<number>;
  list(): Promise<readonly WorkerAppView[]>;
  /** Prefers live instances that announced the revision; the least busy first; `avoid` only when there is no other. */
  resolve(workerApp: string, revision: string, avoid?: string): Promise<Resolution>;
  /**
   * Feeds the breaker of the app's URL: three faults in 30 s open it; one probe per 5 s; a success closes it, and so
   * does an announcement of an instance that was dead or had another URL. The app is away when all its URLs are.
   */
  recordDial(workerApp: string, workerUrl: string, ok: boolean): Promise<void>;
  /** A run waits for the app; woken by `takeParked`. */
  park(workerApp: string, run: RunRef): Promise<void>;
  unpark(workerApp: string, run: RunRef): Promise<void>;
  /** Up to `limit` runs of apps that can be dialled again (one per 5 s where the breaker is open); each is given once. */
  takeParked(limit: number): Promise<readonly (RunRef & { readonly workerApp: string })[]>;
  /** Remembers who accepted an attempt, until `settle`. */
  accept(attempt: AcceptedAttempt): Promise<void>;
  settle(workerApp: string, idempotencyKey: string): Promise<void>;
  /**
   * Up to `limit` accepted attempts whose instance is dead or withdrawn, or whose instance's heartbeats, begun after
   * the acceptance, no longer list them. Each is given at most once per `againAfterSeconds`.
   */
  takeAbandoned(limit: number, againAfterSeconds: number): Promise<readonly AcceptedAttempt[]>;
}

/** A dial of one attempt; never throws for what a worker or the network does. */
export interface StepDispatcher {
  dispatch(request: DispatchRequest): Promise<DialOutcome>;
  /** Best effort within 3 s. */
  cancelStep(workerUrl: string, cancellation: StepCancellation): Promise<void>;
  /** Asks the worker to discover; false when it does not take it. */
  discover(workerUrl: string, migrationId: string): Promise<boolean>;
  /** `GET {workerUrl}/healthz` within 2 s; a sentence when it does not answer well. */
  probe(workerUrl: string): Promise<string | undefined>;
}
export interface StepCancellation extends AttemptRef {
  readonly stepName: string;
  readonly idempotencyKey: string;
  readonly reason?: string | undefined;
}
export interface DispatchRequest {
  readonly workerUrl: string;
  readonly attempt: AttemptRef;
  readonly material: DispatchMaterial;
  readonly deadlineAt?: string | undefined;
  readonly timeoutMs: number;
}
export type DialOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'done'; readonly report: StepReport; readonly operations: readonly unknown[] }
  /** The step fails with this reason (400, 413, 422). */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'superseded' }
  /** A transport fault or a misconfigured worker; `fault` feeds the breaker. */
  | { readonly kind: 'unreachable'; readonly reason: string; readonly fault: boolean }
  | { readonly kind: 'busy'; readonly reason: string; readonly retryAfterSeconds: number };

/** Asks a worker what a run would change. Throws `DryRunFailed` with a sentence for people. */
export interface DryRunner {
  dryRun(workerUrl: string, request: DryRunRequest, signal: AbortSignal): Promise<readonly DryRunStep[]>;
}
export interface DryRunRequest {
  readonly migrationId: string;
  readonly revision: string;
  readonly candidate: Omit<CandidateFacts, 'steps'>;
  readonly steps: RevisionBody['steps'];
  readonly inputs: Inputs;
}
export interface FileChange {
  readonly repo: string;
  readonly baseCommit?: string | undefined;
  readonly path: string;
  readonly previousPath?: string | undefined;
  readonly status: 'new' | 'modified' | 'deleted' | 'renamed';
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly note?: string | undefined;
}
export interface DryRunStep {
  readonly name: string;
  readonly skipped?: boolean | undefined;
  readonly message?: string | undefined;
  readonly error?: string | undefined;
  readonly changes?: readonly FileChange[] | undefined;
}
export interface DryRun extends CandidateRef {
  readonly id: string;
  readonly state: 'running' | 'completed' | 'failed';
  readonly startedAt: string;
  readonly endedAt?: string | undefined;
  readonly inputs: Inputs;
  readonly revision: string;
  readonly error?: string | undefined;
  readonly steps?: readonly DryRunStep[] | undefined;
}
export interface DryRunStore {
  /** Kept for 7 days from the last save. */
  save(dryRun: DryRun): Promise<void>;
  get(id: string): Promise<DryRun | undefined>;
}

/** Remembers answers to operator requests for 24 h under their Idempotency-Key. */
export interface IdempotencyStore {
  /** `first`: act, then `finish` or `abandon`. `held`: another request with this key is being answered now. */
  begin(
    key: string,
    requestHash: string,
  ): Promise<
    | { readonly kind: 'first' }
    | { readonly kind: 'held' }
    | { readonly kind: 'mismatch' }
    | { readonly kind: 'answered'; readonly answer: KeptAnswer }
  >;
  finish(key: string, requestHash: string, answer: KeptAnswer): Promise<void>;
  /** Nothing was changed, so the key may be used again. */
  abandon(key: string): Promise<void>;
}
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What an operator asks of an open run. */
export type RunCommand =
  | {
      readonly kind: 'retry';
      readonly stepName: string;
      readonly inputs?: Inputs | undefined;
      readonly actor: Actor;
    }
  | {
      readonly kind: 'decide';
      readonly stepName: string;
      readonly decision: 'approved' | 'rejected';
      readonly comment?: string | undefined;
      readonly actor: Actor;
    }
  | { readonly kind: 'change-inputs'; readonly inputs: Inputs; readonly actor: Actor };

export type EngineAnswer =
  | { readonly kind: 'done' }
  /** The run's state does not allow it; `why` is a sentence. */
  | { readonly kind: 'rejected'; readonly why: string }
  | { readonly kind: 'no-run' }
  | { readonly kind: 'unavailable' };

/** What the interpreter says of a run: structure and times, no payloads. */
export interface RunProgress {
  readonly view: RunView;
  readonly attempts: readonly Attempt[];
}

/** The interpreter. Nothing of it is known here but runs. */
export interface RunEngine {
  /** `already`: a workflow of this candidate is still open. */
  start(
    run: RunRef,
    steps: readonly StepOutline[],
    traceparent: string | undefined,
  ): Promise<'started' | 'already' | 'unavailable'>;
  /** The report's body is in the store; only its fence, status and reason travel. */
  reportStep(candidate: CandidateRef, report: ReportSignal): Promise<EngineAnswer>;
  cancel(
    run: RunRef,
    cancel: { readonly reason?: string | undefined; readonly compensate: boolean; readonly actor: Actor },
  ): Promise<EngineAnswer>;
  /** Repeating it under the same `commandId` gives the first answer. */
  command(run: RunRef, command: RunCommand, commandId: string): Promise<EngineAnswer>;
  /** Undefined when the engine does not answer within 1 s or has no such run. */
  progress(run: RunRef): Promise<RunProgress | undefined>;
  /** What the engine knows of the workflow of a run; undefined when it does not answer. */
  describe(run: RunRef): Promise<'open' | 'closed' | 'none' | undefined>;
  /** For a run that ignores everything else; its candidate is reset by the caller. */
  terminate(run: RunRef, reason: string): Promise<void>;
  wake(run: RunRef): Promise<void>;
  /** `no-run` when nothing is there to be told. */
  redeliver(attempt: AttemptRef): Promise<EngineAnswer>;
}

/** Evaluates a step's `when`. Throws an Error with a sentence when the expression is wrong. */
export type EvaluateCondition = (expression: string, scope: ConditionScope) => boolean;
export interface ConditionScope {
  readonly inputs: Inputs;
  readonly candidate: Pick<CandidateFacts, 'id' | 'kind' | 'labels' | 'metadata'>;
  readonly outputs: DispatchMaterial['outputs'];
}

/** Signs and checks the token of one attempt's callbacks. */
export interface CallbackTokens {
  sign(attempt: {
    readonly runId: string;
    readonly stepName: string;
    readonly phase: Phase;
    readonly attempt: number;
  }): string;
  verify(
    token: string,
    attempt: {
      readonly runId: string;
      readonly stepName: string;
      readonly phase: Phase;
      readonly attempt: number;
    },
  ): boolean;
}

export interface Clock {
  now(): Date;
}
/** A new UUIDv7 (RFC 9562). */
export type NewId = () => string;
/** SHA-256 in hex of the canonical JSON (RFC 8785) of a value. */
export type HashJson = (value: unknown) => string;

/** The store cannot answer now; the caller says `unavailable` and changes nothing. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
/** A dry run that failed as a whole; the message is for people. */
export class DryRunFailed extends Error {
  override readonly name = 'DryRunFailed';
}
