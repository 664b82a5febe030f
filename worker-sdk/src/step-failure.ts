import type { FailureClass, JsonObject } from './step-context.ts';

/** What a {@link StepFailure} says beside its message. */
export interface StepFailureOptions {
  /** Who has to mend it; left out means not known. */
  readonly failureClass?: FailureClass;
  /** Whether trying again by itself makes sense. Default true, but false for `invalid` and `fatal`. */
  readonly retryable?: boolean;
  readonly metadata?: JsonObject;
  readonly cause?: unknown;
}

/** Thrown by a handler to fail its step with a reason that people read. The message goes to the server, the stack does not. */
export class StepFailure extends Error {
  readonly failureClass: FailureClass | undefined;
  readonly retryable: boolean;
  readonly metadata: JsonObject | undefined;

  constructor(message: string, options: StepFailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StepFailure';
    this.failureClass = options.failureClass;
    this.retryable =
      options.retryable ?? (options.failureClass !== 'invalid' && options.failureClass !== 'fatal');
    this.metadata = options.metadata;
  }
}
