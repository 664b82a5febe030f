import type { StepView } from '../../shared/contract.ts';
import type { Fact } from '../../ui/facts.tsx';
import { formatCount, formatDuration } from '../../ui/format.ts';

const usualTimeoutMs = 7 * 24 * 3_600_000;

/** What holds for every attempt of a step. */
export function stepFacts(step: StepView): Fact[] {
  const {
    kind,
    timeoutMs,
    remindAfterMs,
    retry,
    compensable,
    cancelGraceSeconds = 0,
    concurrencyKey,
    when,
    review,
  } = step;
  const condition = when === undefined ? [] : [{ name: 'Only when', value: when }];
  if (kind === 'review') {
    const { approvals = 1, remindAfterMs, escalateAfterMs } = review ?? {};
    return [
      { name: 'Asks for', value: formatCount(approvals, 'approval') },
      {
        name: 'Reminds',
        value: remindAfterMs === undefined ? 'never' : `after ${formatDuration(remindAfterMs)}`,
      },
      {
        name: 'Goes to an operator',
        value: escalateAfterMs === undefined ? 'never' : `after ${formatDuration(escalateAfterMs)}`,
      },
      ...condition,
    ];
  }
  return [
    { name: 'Time limit', value: formatDuration(timeoutMs ?? usualTimeoutMs) },
    ...(remindAfterMs === undefined
      ? []
      : [{ name: 'Reminds', value: `after ${formatDuration(remindAfterMs)}` }]),
    ...retryFacts(retry),
    { name: 'Can be undone', value: compensable ? 'yes' : 'no' },
    ...(cancelGraceSeconds === 0
      ? []
      : [{ name: 'Time to stop', value: `${formatDuration(cancelGraceSeconds * 1_000)} after a cancel` }]),
    ...(concurrencyKey === undefined ? [] : [{ name: 'One at a time with', value: concurrencyKey }]),
    ...condition,
  ];
}

/** Who tries again after a failure, how often and when. */
function retryFacts(retry: StepView['retry']): Fact[] {
  if (retry === undefined || retry.maxAttempts === 1)
    return [{ name: 'Automatic retries', value: 'none: a person decides' }];
  const { maxAttempts, initialIntervalMs, maxIntervalMs, classes } = retry;
  const first = formatDuration(initialIntervalMs);
  const last = formatDuration(maxIntervalMs);
  return [
    {
      name: 'Automatic retries',
      value: `up to ${maxAttempts - 1}, after ${first === last ? first : `${first} to ${last}`}`,
    },
    ...(classes === undefined ? [] : [{ name: 'After failures of', value: classes.join(', ') }]),
  ];
}
