import type { StepView } from '../../shared/contract.ts';
import type { Fact } from '../../ui/facts.tsx';
import { formatCount, formatDuration } from '../../ui/format.ts';

const usualTimeoutMs = 7 * 24 * 3_600_000;

/** What holds for every attempt of a step. */
export function stepFacts({ kind, timeoutMs, retry, compensable, review }: StepView): Fact[] {
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
    ];
  }
  return [
    { name: 'Time limit', value: formatDuration(timeoutMs ?? usualTimeoutMs) },
    {
      name: 'Automatic retries',
      value: retry === undefined || retry.maxAttempts === 1 ? 'none' : `up to ${retry.maxAttempts - 1}`,
    },
    { name: 'Can be undone', value: compensable ? 'yes' : 'no' },
  ];
}
