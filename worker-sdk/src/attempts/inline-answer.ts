import { pause } from '../timing.ts';
import type { StepResult } from './attempt-record.ts';

/** Gives the dispatch request what it is answered with; undefined stands for `will call back`. */
export type Answer = (result: StepResult | undefined) => void;

/** Lets a dispatch request wait for the result of its step. Whoever takes the answer has to give one. */
export class InlineAnswer {
  #answer: Answer | undefined;

  /** @returns the result, or undefined when it takes longer or somebody gave up. */
  async wait(ms: number): Promise<StepResult | undefined> {
    const answered = new AbortController();
    const result = new Promise<StepResult | undefined>((resolve) => {
      this.#answer = resolve;
    });
    await Promise.race([result, pause(ms, answered.signal)]);
    answered.abort();
    // When it was taken already, its result is about to come.
    this.take()?.(undefined);
    return result;
  }

  /** @returns what answers the waiting request, once; undefined when none waits. */
  take(): Answer | undefined {
    const answer = this.#answer;
    this.#answer = undefined;
    return answer;
  }
}
