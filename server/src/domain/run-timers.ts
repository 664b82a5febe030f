/** What a run does by itself when time passes. REPLAY-SENSITIVE, like `run.ts`. */

import { failed } from './fail-attempt.ts';
import { type CurrentAttempt, type Moment, type PauseRequest, type Run, record, show } from './run.ts';
import { holdOf, isOpen, openAttempt, pausedView, stepEvent } from './run-attempt.ts';
import { hold } from './run-pause.ts';
import { applyWake } from './run-reports.ts';
import { applyReviewTimer } from './run-review.ts';
import { applyStopTimer } from './run-stopping.ts';

/** When the run next does something by itself. */
export function nextTimerMs(run: Run): number | undefined {
  const { current, toCancel } = run;
  if (run.ended === undefined && toCancel?.askAtMs !== undefined) return toCancel.askAtMs;
  if (run.ended !== undefined || current === undefined) return undefined;
  const isReview = current.stage === 'review';
  const times = [
    current.wakeAtMs,
    isOpen(current) ? current.deadlineAtMs : undefined,
    isOpen(current) ? current.remindAtMs : undefined,
    isReview ? current.escalateAtMs : undefined,
  ].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** What falls due: a deadline, a backstop of a parked run, an automatic retry. */
export function applyTimer(run: Run, at: Moment): Run {
  const { current, toCancel } = run;
  if (run.ended !== undefined) return run;
  if (toCancel?.askAtMs !== undefined) return applyStopTimer(run, toCancel, at);
  if (current === undefined) return run;
  if (isOpen(current) && current.deadlineAtMs !== undefined && at.ms >= current.deadlineAtMs) {
    const stopped = {
      ...run,
      toCancel: { index: run.index, phase: current.phase, attempt: current.attempt },
    };
    return failed(
      stopped,
      { outcome: 'timed_out', failureClass: 'timeout', message: 'The step took longer than its timeout.' },
      at,
    );
  }
  if (current.stage === 'review') return applyReviewTimer(run, at);
  if (isOpen(current) && current.remindAtMs !== undefined && at.ms >= current.remindAtMs)
    return remind(run, current, at);
  if (current.wakeAtMs === undefined || at.ms < current.wakeAtMs) return run;
  if (current.stage === 'failed') return openAttempt(run, at);
  return run.pause === undefined ? applyWake(run, at) : waitForResume(run, run.pause, at);
}

/** A worker took it long ago. What it waits for stays to be read, and nothing is done about it. */
function remind(run: Run, current: CurrentAttempt, at: Moment): Run {
  const reminded: Run = { ...run, current: { ...current, remindAtMs: undefined } };
  const recorded = record(reminded, stepEvent(reminded, at, 'step.reminded'));
  if (current.stage !== 'delivered') return recorded;
  const { view } = run;
  const reason = `Takes longer than expected${view.reason === undefined ? '.' : `: ${view.reason}`}`;
  return { ...recorded, view: { ...view, reason } };
}

/** Nothing is dialled until then, so there is nothing to look for: without this the timer would fire for ever. */
function waitForResume(run: Run, pause: PauseRequest, at: Moment): Run {
  const { current } = run;
  if (current === undefined) return run;
  if (current.stage !== 'held') return hold(run, holdOf(run, pause), at);
  const waiting: Run = { ...run, current: { ...current, wakeAtMs: undefined } };
  // The dial that gave it a place in the queue may have been under way when the pause was asked for.
  return run.view.runState === 'paused' ? waiting : show(waiting, pausedView(holdOf(run, pause)), at);
}
