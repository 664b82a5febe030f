import type { RunRef } from './refs.ts';

/** An attempt that wants, or has, a concurrency key. */
export interface KeyHolder extends RunRef {
  readonly idempotencyKey: string;
}

export type KeyAnswer =
  | { readonly kind: 'held' }
  /** Others came first; `ahead` counts them, the one that has the key included. */
  | { readonly kind: 'queued'; readonly ahead: number };

/** Keys that one attempt at a time has, and the queues in front of them. */
export interface ConcurrencyKeys {
  /** Takes the key or a place in its queue; asking again keeps both. */
  acquire(key: string, holder: KeyHolder): Promise<KeyAnswer>;
  /** Gives up key and place; gives the run that is next. */
  release(key: string, idempotencyKey: string): Promise<RunRef | undefined>;
  /**
   * Up to `limit` runs that are next for a key that nobody has. One that does not take it within 5 s of being named, such
   * as a paused one, goes to the end of the queue, and the second time loses its place until it asks again.
   */
  takeNext(limit: number): Promise<readonly RunRef[]>;
  /** Who has the keys that others wait for. */
  listWaitedFor(): Promise<readonly { readonly key: string; readonly holder: KeyHolder }[]>;
}
