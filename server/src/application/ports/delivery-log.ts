import type { Phase } from '../../domain/attempt.ts';

export type DeliveryDirection = 'in' | 'out';

/** What was asked: of a worker (`out`), or by one (`in`). */
export type DeliveryOperation =
  | 'dispatch-step'
  | 'cancel-step'
  | 'dry-run'
  | 'bases'
  | 'discover'
  | 'callback'
  | 'announce';

export type DeliveryOutcome =
  | 'accepted'
  /** The answer held the result. */
  | 'done'
  | 'duplicate'
  | 'refused'
  /** The worker has a newer attempt. */
  | 'superseded'
  | 'busy'
  /** Answered, but with a fault of whoever answered. */
  | 'failed'
  | 'unreachable';

/** One HTTP exchange between the server and a worker, without headers and bodies. */
export interface DeliverySummary {
  /** UUIDv7. */
  readonly id: string;
  readonly direction: DeliveryDirection;
  readonly operation: DeliveryOperation;
  readonly at: string;
  readonly durationMs: number;
  readonly url: string;
  readonly outcome: DeliveryOutcome;
  /** Absent when nothing was answered. */
  readonly status?: number | undefined;
  /** The word of the problem that the server answered with. */
  readonly problem?: string | undefined;
  /** Why it was not taken, in a sentence. */
  readonly detail?: string | undefined;
  /** Whether whoever sent it may speak for the attempt that it names; what the server sends always may. */
  readonly isVerified: boolean;
  readonly workerApp?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly migrationId?: string | undefined;
  readonly candidateId?: string | undefined;
  readonly runId?: string | undefined;
  readonly stepName?: string | undefined;
  readonly phase?: Phase | undefined;
  readonly attempt?: number | undefined;
  readonly traceId?: string | undefined;
}

/** One side of an exchange, without its secrets. */
export interface DeliveryMessage {
  readonly headers: Readonly<Record<string, string>>;
  /** At most 16 KB of it. */
  readonly body: string;
  /** Of the whole body. */
  readonly bytes: number;
  readonly isTruncated: boolean;
  /** Something of the body is left out because it is secret. */
  readonly isRedacted: boolean;
}

export interface Delivery extends DeliverySummary {
  readonly request: DeliveryMessage;
  readonly answer?: DeliveryMessage | undefined;
}

export interface DeliveryFilter {
  readonly direction?: DeliveryDirection | undefined;
  readonly operation?: DeliveryOperation | undefined;
  readonly outcome?: DeliveryOutcome | undefined;
  readonly workerApp?: string | undefined;
  readonly migrationId?: string | undefined;
  readonly candidateId?: string | undefined;
  readonly runId?: string | undefined;
  readonly traceId?: string | undefined;
}

export interface DeliveryQuery extends DeliveryFilter {
  readonly limit: number;
  /** Only those before it; for older ones. */
  readonly cursor?: string | undefined;
  /** The id of a delivery: only those that came after it, the ones right after it first to be given. */
  readonly after?: string | undefined;
}

/**
 * What was said to workers and by them, for people who look for a fault: kept for seven days and a bounded number for
 * each migration. Nothing that a run needs is in it.
 */
export interface DeliveryLog {
  /** In this order. Throws `StoreUnavailable` like every store. */
  append(deliveries: readonly Delivery[]): Promise<void>;
  /**
   * The newest first. A delivery of another migration that came in the same millisecond as `after` may be given again.
   */
  list(query: DeliveryQuery): Promise<
    | {
        readonly kind: 'page';
        readonly items: readonly DeliverySummary[];
        readonly nextCursor?: string | undefined;
      }
    /** Also for an `after` that is not kept any more. */
    | { readonly kind: 'cursor-mismatch' }
  >;
  get(id: string): Promise<Delivery | undefined>;
}

/** A message as it went over the wire. */
export interface RawMessage {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** JSON as text or parsed, or any other text. */
  readonly body?: unknown;
  /** Of the body, where it is known. */
  readonly bytes?: number | undefined;
}

/** An exchange as it was, with all that is secret in it. */
export interface Exchange extends Omit<DeliverySummary, 'id'> {
  readonly request: RawMessage;
  readonly answer?: RawMessage | undefined;
  /** Names of inputs whose values are not to be kept. */
  readonly secretInputs?: readonly string[] | undefined;
}

export interface DeliveryRecorder {
  /** Comes back at once and never throws; what is recorded is seen a moment later, or never. Gives its id. */
  record(exchange: Exchange): string;
}
