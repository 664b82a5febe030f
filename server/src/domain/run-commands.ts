/** What people ask of a run. Every function ignores what does not fit. REPLAY-SENSITIVE, like `run.ts`. */

import type { Actor } from './event.ts';
import type { Inputs } from './inputs.ts';
import { type CancelRequest, type Moment, type Run, record, show } from './run.ts';
import {
  closeAttempt,
  end,
  isOpen,
  listRemaining,
  listUndoable,
  openAttempt,
  stepEvent,
  undoNext,
  withRemaining,
} from './run-attempt.ts';
import { toCancelOf } from './run-stopping.ts';

/** A sentence that says why the step cannot be retried now, or undefined. */
export function whyNotRetryable(run: Run, stepName: string): string | undefined {
  const waiting = run.current?.stage === 'failed' ? run.steps[run.index]?.name : undefined;
  if (run.ended !== undefined) return 'The run is over.';
  if (waiting === undefined) return `Step "${stepName}" does not wait for a retry.`;
  return waiting === stepName ? undefined : `Step "${waiting}" waits for a retry, not "${stepName}".`;
}

export function applyRetry(
  run: Run,
  retry: { readonly inputs?: Inputs | undefined; readonly actor: Actor },
  at: Moment,
): Run {
  if (run.current?.stage !== 'failed') return run;
  const changed = retry.inputs === undefined ? run : applyInputs(run, retry.inputs, retry.actor, at);
  return openAttempt(
    record(changed, stepEvent(changed, at, 'step.retry_requested', undefined, retry.actor)),
    at,
  );
}

/** A new version of the inputs, valid from the next attempt. */
export function applyInputs(run: Run, values: Inputs, actor: Actor, at: Moment): Run {
  if (run.ended !== undefined) return run;
  const version = run.inputsVersion + 1;
  const changed = { ...run, inputsVersion: version, outbox: { ...run.outbox, inputs: { version, values } } };
  return record(changed, {
    at: at.iso,
    type: 'inputs.changed',
    key: `inputs.changed:${version}`,
    actor,
    data: { version },
  });
}

/**
 * Cancel at any moment. While undoing, one without compensation abandons the undos that are left; one with it asks for
 * what is under way, as a message that is delivered twice does. What stays although it was to be undone is named.
 */
export function applyCancel(run: Run, cancel: CancelRequest, at: Moment): Run {
  if (run.ended !== undefined || run.mode === 'cancelling') return run;
  if (run.mode === 'compensating' && cancel.compensate) return run;
  const current = run.current;
  const isUntaken = current?.isUntaken === true;
  const stopping = isOpen(current) && run.steps[run.index]?.kind !== 'review' && !isUntaken;
  const { reason: message, actor } = cancel;
  const had = isUntaken ? { deliveries: 0 } : {};
  const closed = isOpen(current)
    ? closeAttempt(run, { outcome: 'cancelled', message, actor, ...had }, at)
    : run;
  const isUndoing = cancel.compensate && listUndoable(closed).length > 0;
  const wasToUndo = cancel.compensate || run.mode === 'compensating';
  const remaining = wasToUndo && !isUndoing ? listRemaining(closed) : [];
  const reason = withRemaining(cancel.reason, remaining);
  const told = record(
    {
      ...closed,
      isHeld: undefined,
      pause: undefined,
      cancel,
      ...(remaining.length === 0 ? {} : { remaining }),
      // While a worker is waited for to stop, nothing else was dialled since.
      ...(stopping && run.toCancel?.askAtMs === undefined
        ? { toCancel: toCancelOf(run, current.phase, current.attempt, at) }
        : {}),
    },
    {
      at: at.iso,
      type: 'run.cancel_requested',
      key: `run.cancel_requested:${run.mode}`,
      actor: cancel.actor,
      data: { compensate: cancel.compensate, ...(reason === undefined ? {} : { reason }) },
    },
  );
  if (isUndoing) return undoNext({ ...told, mode: 'compensating', current: undefined }, at);
  const shown = show({ ...told, mode: 'cancelling' }, { runState: 'cancelling', who: 'nobody', reason }, at);
  // No attempt is current any more, so that nothing that is still on its way can move the run.
  return { ...shown, current: undefined };
}

/** After the worker was told to stop, a cancelled run is over. */
export function finishCancel(run: Run, at: Moment): Run {
  return end(run, 'cancelled', run.cancel?.reason, at);
}
