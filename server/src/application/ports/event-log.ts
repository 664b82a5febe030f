import type { LoggedEvent, NewEvent } from '../../domain/event.ts';

export interface EventFilter {
  readonly migrationId?: string | undefined;
  readonly candidateId?: string | undefined;
  readonly runId?: string | undefined;
  readonly type?: string | undefined;
  readonly actorId?: string | undefined;
  readonly traceId?: string | undefined;
  /** Those that happened at this time or later. */
  readonly since?: string | undefined;
  /** Those that happened before this time. What was written more than a day after that may be left out. */
  readonly until?: string | undefined;
  /** Part of a message, a reason or a comment; case does not matter. */
  readonly q?: string | undefined;
}

export interface EventQuery extends EventFilter {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** The id of an event: only those that came after it, the ones right after it first to be given. */
  readonly after?: string | undefined;
}

export interface EventLog {
  append(event: NewEvent): Promise<void>;
  /**
   * The newest first; unchanged events are never skipped or repeated over pages. With `after`, an event of another
   * migration that came in the same millisecond may be given again. `cursor-mismatch` also for an `after` that is none.
   */
  list(query: EventQuery): Promise<
    | {
        readonly kind: 'page';
        readonly items: readonly LoggedEvent[];
        readonly nextCursor?: string | undefined;
      }
    | { readonly kind: 'cursor-mismatch' }
  >;
}
