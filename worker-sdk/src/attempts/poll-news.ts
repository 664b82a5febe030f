import { isDeepStrictEqual } from 'node:util';
import { isPassing } from '../describe-failure.ts';
import type { JsonObject, StepOutcome } from '../step-context.ts';
import type { AttemptState, StepResult } from './attempt-record.ts';

/** Polls of one attempt in a row that may throw what is not plainly passing, before the step fails. */
const failureLimit = 3;

/** Decides what the polls of one attempt leave to be told: each state once, and trouble while it lasts. */
export class PollNews {
  #failures = 0;
  #isTroubleTold = false;

  /**
   * Looking again later may find all well: in trouble on the way always, in other trouble a few times.
   *
   * @returns whether the failure passes by; it is then to be told as trouble.
   */
  passBy(failure: Extract<StepOutcome, { status: 'failed' }>): boolean {
    if (!isPassing(failure)) {
      this.#failures += 1;
      if (failure.retryable === false || this.#failures >= failureLimit) return false;
    }
    this.#isTroubleTold = true;
    return true;
  }

  /** A poll has ended well. */
  recover(): void {
    this.#failures = 0;
  }

  /** Whether a pending outcome says other than what was told last; it counts as told from then on. */
  isNews(known: AttemptState, pollState: JsonObject, { message, metadata }: StepResult): boolean {
    const isTroubleTold = this.#isTroubleTold;
    if (known.kind === 'pending' && !isTroubleTold) {
      const { result } = known;
      const before = { pollState: known.pollState, message: result.message, metadata: result.metadata };
      if (isDeepStrictEqual(before, { pollState, message, metadata })) return false;
    }
    this.#isTroubleTold = false;
    return true;
  }
}
