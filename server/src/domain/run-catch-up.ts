/** A cancel waits until the run knows what the store knows of it. REPLAY-SENSITIVE, like `run.ts`. */
import type { AskedCancel, Moment, Run } from './run.ts';
import { isCurrent, mayHaveTaker } from './run-attempt.ts';
import { applyCancel } from './run-commands.ts';
import type { AttemptFence } from './run-messages.ts';

/**
 * No worker is known to have the attempt; whether one was ever given it is in the store, since who dialled may have died.
 * Of an attempt that is to be stopped first, everything is known that there is to know.
 */
export function mayBeUntaken({ current, mode, toCancel, ended }: Run): boolean {
  if (ended !== undefined || mode === 'cancelling' || toCancel !== undefined) return false;
  const isWithNobody =
    current?.stage === 'to_dispatch' || current?.stage === 'parked' || current?.stage === 'held';
  return isWithNobody && !mayHaveTaker(current) && current.isUntaken !== true;
}

/**
 * A workflow task that was lost is done again, and with it every step that was done within it. A cancel that comes then
 * would be applied to a run that knows of none of them, and nobody would undo them. So it waits until the reports that
 * the store has were taken over; only of runs whose canceller says so, since histories of before have none of this.
 */
export function askCancel(
  run: Run,
  { catchesUp, ...cancel }: AskedCancel & { readonly catchesUp: boolean },
  at: Moment,
): Run {
  const isNext = run.current?.stage === 'to_dispatch' && run.toCancel === undefined;
  const mayKnowLess =
    (isNext && run.mode !== 'cancelling') || (cancel.looksForDials === true && mayBeUntaken(run));
  const { looksForDials: _, ...request } = cancel;
  if (!catchesUp || !mayKnowLess || run.ended !== undefined) return applyCancel(run, request, at);
  // As while it undoes: one without compensation is stronger.
  const isStronger = run.asked?.compensate === true && !cancel.compensate;
  return run.asked === undefined || isStronger ? { ...run, asked: cancel } : run;
}

/** The attempt is looked up, as one that is about to be dialled. */
export function lookUp(run: Run): Run {
  const { current } = run;
  if (current === undefined) return run;
  return { ...run, current: { ...current, stage: 'to_dispatch', wakeAtMs: undefined } };
}

/** The run has caught up. `untaken` names the attempt that no worker was ever given, where that was found. */
export function cancelAsAsked({ asked, ...run }: Run, at: Moment, untaken?: AttemptFence): Run {
  if (asked === undefined) return run;
  const { looksForDials: _, ...cancel } = asked;
  const { current } = run;
  const isUntaken =
    current !== undefined && untaken !== undefined && isCurrent(run, untaken) && !mayHaveTaker(current);
  return applyCancel(isUntaken ? { ...run, current: { ...current, isUntaken } } : run, cancel, at);
}
