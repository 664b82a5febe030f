import type { FailureClass } from './attempt.ts';
import type { RetryPolicy, Step } from './step.ts';

/** What may be better the next time; the two others need a person. */
export const RETRYABLE_CLASSES: readonly FailureClass[] = ['transport', 'throttled', 'timeout', 'conflict'];

/** A failed step waits for a person, unless it says otherwise. */
export const USUAL_RETRY: RetryPolicy = {
  maxAttempts: 1,
  initialIntervalMs: 1_000,
  backoffCoefficient: 2,
  maxIntervalMs: 60_000,
  classes: RETRYABLE_CLASSES,
};

/** The step with the policy that holds for it: its own, and the usual one for what it leaves open. */
export function withUsualRetry(step: Step, usual: RetryPolicy): Step {
  if (step.kind === 'review') return step;
  const { classes = usual.classes, ...policy } = step.retry ?? usual;
  return { ...step, retry: { ...policy, classes } };
}

/** Whether a failure is worth trying again by itself. The worker's own word counts; else its class decides. */
export function isRetryable(
  failure: {
    readonly retryable?: boolean | undefined;
    readonly failureClass?: FailureClass | undefined;
  },
  classes: readonly FailureClass[] = RETRYABLE_CLASSES,
): boolean {
  return failure.retryable ?? classes.includes(failure.failureClass ?? 'transport');
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
