/** What the interpreter does next. REPLAY-SENSITIVE, like `run.ts`. */

import type { CurrentAttempt, Moment, Run, ToCancel } from './run.ts';
import { holdOf } from './run-attempt.ts';
import { mayBeUntaken } from './run-catch-up.ts';
import { addChange, EMPTY_OUTBOX, type Outbox } from './run-outbox.ts';
import type { Hold, RunProjection } from './run-projection.ts';
import { nextTimerMs } from './run-timers.ts';

export type Action =
  /** Write what changed. */
  | { readonly kind: 'project' }
  /** Write what changed and dial the worker, in one activity. */
  | {
      readonly kind: 'dispatch';
      readonly current: CurrentAttempt;
      /** Nobody is dialled: what the store knows of the attempt is wanted, since the run is to be cancelled. */
      readonly onlyReported?: true;
    }
  /** Look the attempt up in the store before the cancel that was asked for. */
  | { readonly kind: 'look-up' }
  /** As was asked before the run had caught up. */
  | { readonly kind: 'cancel' }
  /** Keep the attempt from being dialled: the run is paused. */
  | { readonly kind: 'hold'; readonly why: Hold }
  /** Tell the worker to stop `toCancel`. */
  | { readonly kind: 'cancel-step'; readonly toCancel: ToCancel }
  | { readonly kind: 'finish-cancel' }
  /** For a signal, an update, or the timer. */
  | { readonly kind: 'wait'; readonly untilMs: number | undefined }
  | { readonly kind: 'end' };

export function nextAction(run: Run): Action {
  if (run.ended !== undefined) return run.outbox.dirty ? { kind: 'project' } : { kind: 'end' };
  if (run.toCancel !== undefined) {
    if (run.outbox.dirty) return { kind: 'project' };
    const isWaiting = run.toCancel.askAtMs !== undefined;
    return isWaiting
      ? { kind: 'wait', untilMs: nextTimerMs(run) }
      : { kind: 'cancel-step', toCancel: run.toCancel };
  }
  if (run.mode === 'cancelling') return run.outbox.dirty ? { kind: 'project' } : { kind: 'finish-cancel' };
  if (run.asked !== undefined) {
    if (run.current?.stage === 'to_dispatch')
      return { kind: 'dispatch', current: run.current, onlyReported: true };
    return run.asked.looksForDials === true && mayBeUntaken(run) ? { kind: 'look-up' } : { kind: 'cancel' };
  }
  if (run.current?.stage === 'to_dispatch')
    return run.pause === undefined
      ? { kind: 'dispatch', current: run.current }
      : { kind: 'hold', why: holdOf(run, run.pause) };
  if (run.outbox.dirty) return { kind: 'project' };
  return { kind: 'wait', untilMs: nextTimerMs(run) };
}

/** Takes out what is to be written; `putBack` returns it when the write failed. */
export function takeOutbox(run: Run): { readonly run: Run; readonly outbox: Outbox } {
  return { run: { ...run, outbox: EMPTY_OUTBOX }, outbox: run.outbox };
}

export function putBack(run: Run, older: Outbox): Run {
  const newer = run.outbox;
  const inputs = newer.inputs ?? older.inputs;
  return {
    ...run,
    outbox: {
      dirty: older.dirty || newer.dirty,
      attempts: newer.attempts.reduce(addChange, older.attempts),
      events: [...older.events, ...newer.events],
      ...(inputs === undefined ? {} : { inputs }),
    },
  };
}

export function projectionOf(run: Run, outbox: Outbox, seq: number, at: Moment): RunProjection {
  return {
    migrationId: run.migrationId,
    candidateId: run.candidateId,
    runId: run.runId,
    seq,
    at: at.iso,
    view: run.view,
    attempts: outbox.attempts,
    events: outbox.events,
    ...(outbox.inputs === undefined ? {} : { inputs: outbox.inputs }),
    ...(run.ended === undefined ? {} : { ended: run.ended }),
  };
}
