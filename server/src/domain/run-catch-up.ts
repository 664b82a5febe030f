/** A cancel waits until the run knows what the store knows of it. REPLAY-SENSITIVE, like `run.ts`. */
import type { CancelRequest, Moment, Run } from './run.ts';
import { applyCancel } from './run-commands.ts';

/**
 * A workflow task that was lost is done again, and with it every step that was done within it. A cancel that comes then
 * would be applied to a run that knows of none of them, and nobody would undo them. So it waits until the reports that
 * the store has were taken over; only of runs whose canceller says so, since histories of before have none of this.
 */
export function askCancel(
  run: Run,
  { catchesUp, ...cancel }: CancelRequest & { readonly catchesUp: boolean },
  at: Moment,
): Run {
  // Of an attempt that is to be stopped first, everything is known that there is to know.
  const isNext = run.current?.stage === 'to_dispatch' && run.toCancel === undefined;
  const mayKnowLess = isNext && run.mode !== 'cancelling';
  if (!catchesUp || !mayKnowLess || run.ended !== undefined) return applyCancel(run, cancel, at);
  // As while it undoes: one without compensation is stronger.
  const isStronger = run.asked?.compensate === true && !cancel.compensate;
  return run.asked === undefined || isStronger ? { ...run, asked: cancel } : run;
}

/** The run has caught up. */
export function cancelAsAsked({ asked, ...run }: Run, at: Moment): Run {
  return asked === undefined ? run : applyCancel(run, asked, at);
}
