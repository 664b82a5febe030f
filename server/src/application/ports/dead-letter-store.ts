import type { StepReport } from './callbacks.ts';
import type { AttemptRef } from './refs.ts';

/** Something that was said and could not be used, or a step that nobody could be brought to end. */
export interface DeadLetter extends AttemptRef {
  /** The same for a repetition. */
  readonly id: string;
  readonly at: string;
  readonly kind: 'callback' | 'step';
  readonly stepName: string;
  /** A sentence. */
  readonly why: string;
  /** Of a callback. */
  readonly body?: { readonly report: StepReport; readonly operations: readonly unknown[] } | undefined;
}

export interface DeadLetterQuery {
  readonly migrationId?: string | undefined;
  readonly kind?: DeadLetter['kind'] | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The newest 10,000. */
export interface DeadLetterStore {
  /** A repetition replaces the first and becomes the newest. */
  add(letter: DeadLetter): Promise<void>;
  get(id: string): Promise<DeadLetter | undefined>;
  /** The newest first; `total` is that of all, whatever the filter. */
  list(query: DeadLetterQuery): Promise<
    | {
        readonly kind: 'page';
        readonly items: readonly DeadLetter[];
        readonly nextCursor?: string | undefined;
        readonly total: number;
      }
    | { readonly kind: 'cursor-mismatch' }
  >;
  /** False when it is not there. */
  remove(id: string): Promise<boolean>;
}
