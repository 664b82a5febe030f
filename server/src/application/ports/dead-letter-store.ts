import type { StepReport } from './callbacks.ts';
import type { AttemptRef, InstanceRef } from './refs.ts';

/** Something that was said and could not be used, or a step that nobody could be brought to end. */
export type DeadLetter = AttemptLetter | WebhookLetter;

interface Letter {
  /** The same for a repetition. */
  readonly id: string;
  readonly at: string;
  /** A sentence. */
  readonly why: string;
}

export interface AttemptLetter extends Letter, AttemptRef {
  readonly kind: 'callback' | 'step';
  readonly stepName: string;
  /** Of a callback. */
  readonly body?: { readonly report: StepReport; readonly operations: readonly unknown[] } | undefined;
}

/** What a forge told a worker. */
export interface WebhookLetter extends Letter, InstanceRef {
  readonly kind: 'webhook';
  /** The worker's own name of where it takes such webhooks. */
  readonly source: string;
  readonly webhookId: string;
  readonly body: {
    readonly headers: Readonly<Record<string, string>>;
    /** Unless it was too long to be kept. */
    readonly payload?: string | undefined;
  };
}

export interface DeadLetterQuery {
  readonly migrationId?: string | undefined;
  readonly kind?: DeadLetter['kind'] | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface DeadLetterLimits {
  readonly mostKept: number;
  /** Of all of them, as they are kept. */
  readonly mostBytes: number;
  /** How many a page looks at. */
  readonly mostScanned: number;
}

export const DEFAULT_DEAD_LETTER_LIMITS: DeadLetterLimits = {
  mostKept: 10_000,
  mostBytes: 64 * 1024 * 1024,
  mostScanned: 2_000,
};

/** The newest, as many and as many bytes as there is room for: 10,000 and 64 MB by default. */
export interface DeadLetterStore {
  /** A repetition replaces the first and becomes the newest. */
  add(letter: DeadLetter): Promise<void>;
  get(id: string): Promise<DeadLetter | undefined>;
  /**
   * The newest first; `total` is that of all, whatever the filter. A page looks at no more than 2,000, so that it may have
   * fewer than `limit` and a cursor all the same.
   */
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
  /**
   * For one at a time: whoever requeues it has it until it is given back, or so long where that one died. A repetition of
   * the letter changes nothing of that.
   */
  claim(id: string, holder: string, forMs: number): Promise<'claimed' | 'taken' | 'gone'>;
  /** Does nothing where another has it. */
  giveBack(id: string, holder: string): Promise<void>;
}
