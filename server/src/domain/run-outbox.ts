/** What a run has yet to write. REPLAY-SENSITIVE, like `run.ts`. */
import { isSameAttempt } from './attempts-of-run.ts';
import type { NewEvent } from './event.ts';
import type { Inputs } from './inputs.ts';
import type { AttemptChange } from './run-projection.ts';

/** What changed since the last write to the store. */
export interface Outbox {
  readonly dirty: boolean;
  readonly attempts: readonly AttemptChange[];
  readonly events: readonly NewEvent[];
  readonly inputs?: { readonly version: number; readonly values: Inputs } | undefined;
}

export const EMPTY_OUTBOX: Outbox = { dirty: false, attempts: [], events: [] };

/**
 * Changes of one attempt become one, but for its reports: a write takes over one of them, so that what a pending step
 * said, such as its pull request, would be lost when its outcome comes before the write.
 */
export function addChange(
  changes: readonly AttemptChange[],
  change: AttemptChange,
): readonly AttemptChange[] {
  const others = changes.filter((one) => !isSameAttempt(one, change));
  const own = changes.filter((one) => isSameAttempt(one, change));
  const last = own.at(-1);
  if (last === undefined) return [...others, change];
  const both = { ...last, ...change };
  const isOtherReport = last.reportEventId !== undefined && change.reportEventId !== undefined;
  return isOtherReport ? [...others, last, both] : [...others, ...own.slice(0, -1), both];
}
