/** How long a cancelled run waits for its worker to stop. REPLAY-SENSITIVE, like `run.ts`. */
import type { Phase } from './attempt.ts';
import { type Moment, type Run, show, type ToCancel } from './run.ts';
import { runStateOr } from './run-attempt.ts';
import { hasCancelGrace } from './step.ts';

/** What telling the worker gave: whether an instance still works on it, or may, since it did not answer. */
export interface StopAnswer {
  readonly isStopping: boolean;
}

/** A worker that stops at once is not waited for long, and one that takes minutes is not asked a hundred times. */
const ASK_MIN_MS = 500;
const ASK_MAX_MS = 5_000;

/** What of a cancelled attempt the worker is to be told. */
export function toCancelOf(run: Run, phase: Phase, attempt: number, at: Moment): ToCancel {
  const { index } = run;
  const step = run.steps[index];
  const grace =
    step !== undefined && hasCancelGrace(step) ? { untilMs: at.ms + step.cancelGraceSeconds * 1_000 } : {};
  return { index, phase, attempt, ...grace };
}

/** The worker was told to stop `told`: the run goes on, or waits and tells it again. */
export function applyStopAnswer(run: Run, told: ToCancel, { isStopping }: StopAnswer, at: Moment): Run {
  const { untilMs, askAtMs: _, ...attempt } = told;
  if (run.ended !== undefined || !isStopping || untilMs === undefined || at.ms >= untilMs) return run;
  const step = run.steps[told.index];
  if (step?.cancelGraceSeconds === undefined) return run;
  const sinceMs = at.ms - (untilMs - step.cancelGraceSeconds * 1_000);
  const pauseMs = Math.min(ASK_MAX_MS, Math.max(ASK_MIN_MS, sinceMs / 2));
  const waiting: Run = {
    ...run,
    toCancel: { ...attempt, untilMs, askAtMs: Math.min(untilMs, Math.ceil(at.ms + pauseMs)) },
  };
  const reason = `Waits until ${step.workerApp} has stopped step "${step.name}", at most ${step.cancelGraceSeconds} s.`;
  if (run.view.reason === reason) return waiting;
  return show(waiting, { runState: runStateOr(run, 'cancelling'), who: 'worker', reason }, at);
}

/** It is time to tell the worker again, or to go on without it. */
export function applyStopTimer(run: Run, toCancel: ToCancel, at: Moment): Run {
  const { untilMs, askAtMs, ...attempt } = toCancel;
  if (askAtMs === undefined || at.ms < askAtMs) return run;
  if (untilMs !== undefined && at.ms < untilMs) return { ...run, toCancel: { ...attempt, untilMs } };
  return { ...run, toCancel: undefined };
}
