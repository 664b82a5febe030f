import type { CandidateRef } from './refs.ts';

/** What is remembered of comparing the store with the engine (ADR 0013). */
export interface StoreComparison {
  /**
   * Whether what the store has of a migration was compared with the engine since the store was last started, restored or
   * emptied: what it does not know of has not happened.
   */
  isCompared(migrationId: string): Promise<boolean>;
  /** A token to end it with; undefined when it was compared, or nothing is known of the migration. */
  beginComparison(migrationId: string): Promise<string | undefined>;
  /** Does nothing when the store was started, restored or emptied since, or another comparison was begun. */
  endComparison(migrationId: string, token: string): Promise<void>;
  /**
   * It was compared as far as that could be told, and is to be compared again: how often in a row now. 0 where
   * `endComparison` would do nothing.
   */
  repeatComparison(migrationId: string, token: string): Promise<number>;
  /** It is to be compared again. */
  dropComparison(migrationId: string): Promise<void>;
  /** The engine has ended runs of a candidate that the store does not know: once it does, it is to be compared again. */
  awaitCandidate(ref: CandidateRef): Promise<void>;
}
