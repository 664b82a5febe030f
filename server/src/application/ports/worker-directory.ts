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

/** An accepted attempt that nobody works on any more. */
export interface AbandonedAttempt extends AcceptedAttempt {
  /** Acceptances in a row, the last one included, each within 10 min of the one before. */
  readonly quickDeliveries: number;
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
   * the acceptance, no longer list them. Each is given at most once per `againAfterSeconds`, and not while its run is
   * parked: that dials by itself.
   */
  takeAbandoned(limit: number, againAfterSeconds: number): Promise<readonly AbandonedAttempt[]>;
}
