/** What follows a failure. REPLAY-SENSITIVE, like `run.ts`. */
import type { AttemptOutcome } from './attempt.ts';
import { automaticRetryDelayMs, isRetryable } from './retry-policy.ts';
import { type Moment, type Run, show } from './run.ts';
import { type Closing, closeAttempt, runStateOr } from './run-attempt.ts';

export function failed(
  run: Run,
  failure: Omit<Closing, 'outcome'> & {
    readonly retryable?: boolean | undefined;
    readonly reason?: string | undefined;
    readonly outcome?: AttemptOutcome;
  },
  at: Moment,
): Run {
  const { retryable, reason, ...closing } = failure;
  const closed = closeAttempt(run, { outcome: 'failed', ...closing }, at);
  const current = closed.current;
  if (current === undefined) return closed;
  const policy = closed.steps[closed.index]?.retry;
  const delay = isRetryable({ retryable, failureClass: failure.failureClass }, policy?.classes)
    ? automaticRetryDelayMs(policy, current.attempt)
    : undefined;
  const wakeAtMs = delay === undefined ? undefined : at.ms + delay;
  const waiting: Run = { ...closed, current: { ...current, stage: 'failed', wakeAtMs } };
  return show(
    waiting,
    {
      runState: runStateOr(waiting, 'awaiting_retry'),
      who: wakeAtMs === undefined ? 'operator' : 'nobody',
      reason: reason ?? failure.message ?? 'The step failed.',
    },
    at,
  );
}
