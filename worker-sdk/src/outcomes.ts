import type { FailureClass, JsonObject, StepOutcome } from './step-context.ts';

interface Done {
  /** What happened, in words for people; at most 2 KB. */
  readonly message?: string;
  /** Given to later steps as `outputs[stepName]`; 64 KB together with `metadata`. */
  readonly outputs?: JsonObject;
  /** Shown with the attempt. A `prUrl` becomes the pull request of the candidate. */
  readonly metadata?: JsonObject;
}

/** The step did what it is for. */
export function succeeded(done: Done = {}): StepOutcome {
  return { status: 'succeeded', ...done };
}

/** The step is done because its pull request was merged. */
export function merged(done: Done = {}): StepOutcome {
  return { status: 'merged', ...done };
}

/**
 * The step could not do what it is for.
 *
 * @param message - What is wrong and how to mend it, for the person who decides about a retry.
 * @param why - `retryable` defaults to true, but to false for the classes `invalid` and `fatal`.
 */
export function failed(
  message: string,
  why: {
    readonly failureClass?: FailureClass;
    readonly retryable?: boolean;
    readonly metadata?: JsonObject;
  } = {},
): StepOutcome {
  return { status: 'failed', message, ...why };
}

/**
 * The step waits for something outside, such as a merge. Its `poll` handler is called with `state` until it ends.
 *
 * @param message - What is waited for, for people.
 * @param state - What `poll` needs to look again; kept in the attempt store, so it survives a restart.
 */
export function pending(message: string, state: JsonObject, metadata?: JsonObject): StepOutcome {
  return { status: 'pending', message, state, ...(metadata === undefined ? {} : { metadata }) };
}
