import type { FailureClass } from './attempt.ts';
import type { RetryPolicy } from './step.ts';

/** Whether a failure is worth trying again by itself. The worker's own word counts; else its class decides. */
export function isRetryable(failure: {
  readonly retryable?: boolean | undefined;
  readonly failureClass?: FailureClass | undefined;
}): boolean {
  if (failure.retryable !== undefined) return failure.retryable;
  return failure.failureClass !== 'invalid' && failure.failureClass !== 'fatal';
}

/** Milliseconds to wait before the attempt after `attempt`, or undefined when a person has to decide. */
export function automaticRetryDelayMs(policy: RetryPolicy | undefined, attempt: number): number | undefined {
  if (policy === undefined || attempt >= policy.maxAttempts) return undefined;
  const delay = policy.initialIntervalMs * policy.backoffCoefficient ** (attempt - 1);
  return Math.min(Math.round(delay), policy.maxIntervalMs);
}

/** Milliseconds until a parked run looks again by itself: doubling from 1 s, or from 1 min for a dead worker. */
export function parkDelayMs(tries: number, baseMs: number, maxMs: number): number {
  return Math.min(baseMs * 2 ** Math.min(tries, 30), maxMs);
}
