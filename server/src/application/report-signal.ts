import type { Reported } from '../domain/run-messages.ts';
import type { WhoActs } from '../domain/run-state.ts';
import type { StepReport } from './ports/callbacks.ts';

const REASON_LENGTH = 300;
const WHO: ReadonlySet<unknown> = new Set<WhoActs>(['worker', 'reviewer', 'operator', 'nobody']);

/** What of a report travels to the run: `metadata.who` says who must act while the step is pending. */
export function reportSignal(report: StepReport): Reported {
  const who = report.metadata?.['who'];
  return {
    eventId: report.eventId,
    status: report.status,
    ...(report.failureClass === undefined ? {} : { failureClass: report.failureClass }),
    ...(report.retryable === undefined ? {} : { retryable: report.retryable }),
    ...(report.message === undefined ? {} : { reason: inShort(report.message) }),
    ...(WHO.has(who) ? { who: who as WhoActs } : {}),
    ...(report.status === 'succeeded' || report.status === 'merged'
      ? { hasOutputs: Object.keys(report.outputs ?? {}).length > 0 }
      : {}),
  };
}

/** What is left out is seen to be. */
function inShort(message: string): string {
  return message.length <= REASON_LENGTH ? message : `${message.slice(0, REASON_LENGTH - 1)}…`;
}
