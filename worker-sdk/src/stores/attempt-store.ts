import type { AttemptName, AttemptRecord } from '../attempts/attempt-record.ts';

/** What became of a dispatch at the store. */
export type Admission =
  /** It is new, recorded, and this instance holds it. `superseded` is the key of an older attempt that it ended. */
  | { readonly kind: 'created'; readonly superseded: string | undefined }
  /**
   * Its key is known. `isHeld` says that this instance holds it now: it did before, or it took it over from an
   * instance whose lease ended. A closed record is held by nobody.
   */
  | {
      readonly kind: 'known';
      readonly record: AttemptRecord;
      readonly isOpen: boolean;
      readonly isHeld: boolean;
    }
  /** It was cancelled, or a newer attempt of the same run, step and phase is known. */
  | { readonly kind: 'refused'; readonly reason: 'cancelled' | 'superseded' };

/**
 * Keeps the attempts of a worker app, each under its idempotency key. An open record is leased to one instance; all
 * its moves are atomic. Every method rejects when the store cannot be reached, and then nothing has changed or the
 * change may be repeated.
 */
export interface AttemptStore {
  /** Only one instance may use it. */
  readonly singleInstance: boolean;
  /** Records an attempt before anything is done for it, unless its key is known or refused. */
  admit(record: AttemptRecord): Promise<Admission>;
  /**
   * Writes the new state of an attempt that this instance holds and renews its lease; a closed one is let go and
   * expires after 30 days.
   *
   * @returns false when this instance no longer holds it: it was cancelled, superseded or taken over. Nothing was written.
   */
  save(record: AttemptRecord): Promise<boolean>;
  /**
   * Opens a closed record again and takes its lease.
   *
   * @returns false when it is open by now, or refused.
   */
  reopen(record: AttemptRecord): Promise<boolean>;
  /** Renews the leases. @returns the keys that this instance no longer holds. */
  renew(keys: readonly string[]): Promise<readonly string[]>;
  /** Takes the leases of at most `limit` open attempts that no living instance holds. */
  claimOrphans(limit: number): Promise<readonly AttemptRecord[]>;
  /** Gives the leases back at once, so that another instance need not wait for their end. */
  release(keys: readonly string[]): Promise<void>;
  /**
   * Ends an attempt and refuses it and older ones from now on, also when it is not known yet.
   *
   * @returns whether it was known.
   */
  cancel(attempt: AttemptName): Promise<boolean>;
  close(): Promise<void>;
}

/** How long a closed attempt still answers redeliveries. */
export const closedForMs = 30 * 86_400_000;
