import type { NewEvent } from '../../domain/event.ts';
import type { Pause } from '../../domain/migration.ts';
import type { Finding } from '../../domain/problem.ts';
import type { AttemptRef, RunRef } from './refs.ts';

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

/** An instance as people see it. */
export interface WorkerInstanceView extends WorkerInstance {
  readonly lastSeenAt: string;
  /** By whom and since when it is given nothing new. */
  readonly draining?: Pause | undefined;
  /** It drains and has nothing left; said only when no dial that began before can still be under way. */
  readonly isDrained: boolean;
  /** A moving mean of its dials. */
  readonly latencyMs?: number | undefined;
  readonly lastError?: { readonly at: string; readonly message: string } | undefined;
  /** Of its last announcement of each migration. */
  readonly findings: readonly InstanceFinding[];
}

export interface InstanceFinding extends Finding {
  readonly migrationId: string;
}

/** The instances of a worker app, told by what may be expected of them. */
export interface InstanceCounts {
  /** Those that can be given steps. */
  readonly live: number;
  /** Those that live and that somebody drains. */
  readonly draining: number;
  /** Those of them that have nothing left. */
  readonly drained: number;
}

export interface WorkerAppView {
  readonly workerApp: string;
  readonly instances: readonly WorkerInstanceView[];
  readonly migrations: readonly string[];
  readonly parked: number;
}

/** An attempt that an instance accepted and has not ended. */
export interface AcceptedAttempt extends AttemptRef {
  readonly workerApp: string;
  readonly instanceId: string;
  readonly idempotencyKey: string;
}

export interface InFlightAttempt extends AcceptedAttempt {
  readonly since: string;
}

/** An accepted attempt that nobody works on any more. */
export interface AbandonedAttempt extends AcceptedAttempt {
  /** Acceptances in a row, the last one included, each within 10 min of the one before. */
  readonly quickDeliveries: number;
}

export interface InFlightQuery {
  readonly workerApp: string;
  readonly instanceId?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Where a step may be dispatched now. */
export type Resolution =
  | { readonly kind: 'instance'; readonly instance: WorkerInstance; readonly probe: boolean }
  /** Nobody lives, or the breaker is open; do not dial. */
  | { readonly kind: 'away'; readonly reason: string };

/** When a worker counts as away, and when a step that nobody ends is given up. */
export interface DirectoryLimits {
  /** So many faults within the window open the breaker of a URL; one probe per interval is let through then. */
  readonly breakerFaults: number;
  readonly breakerWindowMs: number;
  readonly breakerProbeMs: number;
  /** Acceptances of one attempt that follow within this are in a row. */
  readonly quickDeliveryMs: number;
}

export const USUAL_DIRECTORY_LIMITS: DirectoryLimits = {
  breakerFaults: 3,
  breakerWindowMs: 30_000,
  breakerProbeMs: 5_000,
  quickDeliveryMs: 600_000,
};

/** Longer than an engine takes to be told; waking a run twice does no harm. */
export const WOKEN_AGAIN_MS = 15_000;

/** Worker apps, their instances and leases (Redis time), breakers, parked runs and accepted attempts. */
export interface WorkerDirectory {
  announce(instance: InstanceAnnouncement, leaseSeconds: number): Promise<void>;
  /** Undefined when the instance is not known, so that it announces again. */
  heartbeat(
    workerApp: string,
    instanceId: string,
    busyKeys: readonly string[],
    leaseSeconds: number,
  ): Promise<{ readonly isDraining: boolean } | undefined>;
  /** What the conformance report of an announcement found; replaces that of the one before. */
  keepFindings(
    workerApp: string,
    instanceId: string,
    migrationId: string,
    findings: readonly Finding[],
  ): Promise<void>;
  /**
   * From now on the instance is given nothing new. It finishes what it has, its lease goes on, and neither heartbeats
   * nor announcements end it. The event is written in the same step, and only where it was not draining before.
   * Undefined when the instance is not known or has withdrawn.
   */
  drain(
    workerApp: string,
    instanceId: string,
    drain: Pause,
    event: NewEvent,
  ): Promise<{ readonly held: Pause; readonly isNew: boolean } | undefined>;
  /** Ends the drain, with its event; undefined when the instance is not known or has withdrawn. */
  resume(
    workerApp: string,
    instanceId: string,
    event: NewEvent,
  ): Promise<{ readonly wasDraining: boolean } | undefined>;
  /** Also ends a drain. */
  withdraw(workerApp: string, instanceId: string): Promise<void>;
  isKnownApp(workerApp: string): Promise<boolean>;
  countInstances(workerApp: string): Promise<InstanceCounts>;
  list(): Promise<readonly WorkerAppView[]>;
  /** Prefers live instances that announced the revision; the least busy first; `avoid` only when there is no other. */
  resolve(workerApp: string, revision: string, avoid?: string): Promise<Resolution>;
  /**
   * Feeds the breaker of the app's URL: `breakerFaults` within `breakerWindowMs` open it; one
   * probe per `breakerProbeMs`; a success closes it, and so
   * does an announcement of an instance that was dead or had another URL. The app is away when all its URLs are.
   */
  recordDial(workerApp: string, workerUrl: string, ok: boolean): Promise<void>;
  /** After a probe that was let through and not made: the next who asks may make it. */
  giveBackProbe(workerApp: string, workerUrl: string): Promise<void>;
  /** What dials lately took, or why the last one failed; to be shown only. */
  noteDials(
    workerApp: string,
    workerUrl: string,
    note: { readonly latencyMs?: number | undefined; readonly error?: string | undefined },
  ): Promise<void>;
  /** A run waits for the app; woken by `takeParked`. */
  park(workerApp: string, run: RunRef): Promise<void>;
  unpark(workerApp: string, run: RunRef): Promise<void>;
  /**
   * Up to `limit` runs of apps that can be dialled again (one per probe where the breaker is open). Each is given once,
   * and again after `WOKEN_AGAIN_MS` unless it is told that it was woken: who took it may have died.
   */
  takeParked(limit: number): Promise<readonly (RunRef & { readonly workerApp: string })[]>;
  /** The run that was taken has been woken, or is over. It may be parked again already, and then stays so. */
  tellWoken(workerApp: string, run: RunRef): Promise<void>;
  /**
   * Remembers who accepted an attempt, until `settle`; a dial that was answered like any other.
   * @param ended key of the attempt before, of the same run and app: it is settled in the same write, and its run parked
   *              no more.
   */
  accept(attempt: AcceptedAttempt, workerUrl: string, ended?: string): Promise<void>;
  /** Accepted attempts that have not ended, the longest first. */
  listInFlight(query: InFlightQuery): Promise<
    | {
        readonly kind: 'page';
        readonly items: readonly InFlightAttempt[];
        readonly nextCursor?: string | undefined;
        readonly total: number;
      }
    | { readonly kind: 'cursor-mismatch' }
  >;
  /** With a run, that one does not wait for the app any more either. */
  settle(workerApp: string, idempotencyKey: string, unparked?: RunRef): Promise<void>;
  /**
   * Up to `limit` accepted attempts whose instance is dead or withdrawn, or whose instance's heartbeats, begun after
   * the acceptance, no longer list them. Each is given at most once per `againAfterSeconds`, and not while its run is
   * parked: that dials by itself.
   */
  takeAbandoned(limit: number, againAfterSeconds: number): Promise<readonly AbandonedAttempt[]>;
}
