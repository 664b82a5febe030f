import type { LoggedEvent, NewEvent } from '../../domain/event.ts';

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
