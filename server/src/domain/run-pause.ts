/** Holding and releasing what is to be dialled. REPLAY-SENSITIVE, like `run.ts`. */
import type { Actor } from './event.ts';
import type { CurrentAttempt, Moment, PauseRequest, Run } from './run.ts';
import { record, show } from './run.ts';
import { holdOf, openAttempt, pausedView, runStateOr } from './run-attempt.ts';
import type { Hold } from './run-projection.ts';

export interface PauseChange {
  readonly actor: Actor;
  readonly reason?: string | undefined;
}

/** A sentence that says why the run cannot be paused now, or undefined. */
export function whyNotPausable(run: Run): string | undefined {
  if (run.ended !== undefined) return 'The run is over.';
  if (run.mode === 'cancelling') return 'The run is being cancelled.';
  return run.pause === undefined ? undefined : 'The run is paused already.';
}

export function whyNotResumable(run: Run): string | undefined {
  if (run.ended !== undefined) return 'The run is over.';
  return run.pause === undefined ? 'The run is not paused.' : undefined;
}

/** What a worker has goes on; what is to be dialled is held. */
export function applyPause(run: Run, { actor, reason }: PauseChange, at: Moment): Run {
  if (whyNotPausable(run) !== undefined) return run;
  const pause: PauseRequest = { actor, at: at.iso, ...(reason === undefined ? {} : { reason }) };
  const asked = record(
    { ...run, pause, view: { ...run.view, pauseRequested: true } },
    {
      at: at.iso,
      type: 'run.pause_requested',
      key: `run.pause_requested:${at.iso}`,
      actor,
      ...(reason === undefined ? {} : { data: { reason } }),
    },
  );
  if (run.current?.stage === 'held') return show(asked, pausedView(holdOf(run, pause)), at);
  return run.current?.stage === 'parked' ? hold(asked, holdOf(run, pause), at) : asked;
}

export function applyResume(run: Run, { actor, reason }: PauseChange, at: Moment): Run {
  if (whyNotResumable(run) !== undefined) return run;
  const { pauseRequested: _, ...view } = run.view;
  const resumed = record(
    { ...run, pause: undefined, view },
    {
      at: at.iso,
      type: 'run.resumed',
      key: `run.resumed:${at.iso}`,
      actor,
      ...(reason === undefined ? {} : { data: { reason } }),
    },
  );
  if (run.isHeld === true) return openAttempt({ ...resumed, isHeld: undefined }, at);
  if (run.current?.stage !== 'held') return resumed;
  return show(release(resumed, at), { runState: runStateOr(run, 'dispatching'), who: 'nobody' }, at);
}

/** The attempt is not dialled. Nobody works on it, so what is left of its deadline is kept. */
export function hold(run: Run, why: Hold, at: Moment, wakeAtMs?: number): Run {
  return keepFromDialling(run, pausedView(why), at, wakeAtMs);
}

/** The attempt waits for its turn. */
export function queue(run: Run, why: Hold, at: Moment, wakeAtMs: number): Run {
  return keepFromDialling(run, { runState: runStateOr(run, 'queued'), who: 'nobody', ...why }, at, wakeAtMs);
}

function keepFromDialling(
  run: Run,
  view: Parameters<typeof show>[1],
  at: Moment,
  wakeAtMs: number | undefined,
): Run {
  const { current } = run;
  if (current === undefined || (current.stage !== 'to_dispatch' && current.stage !== 'parked')) return run;
  const left =
    current.deadlineAtMs === undefined ? {} : { deadlineLeftMs: Math.max(1, current.deadlineAtMs - at.ms) };
  const held: CurrentAttempt = { ...current, stage: 'held', deadlineAtMs: undefined, wakeAtMs, ...left };
  return show({ ...run, current: held }, view, at);
}

/** Nothing holds the attempt any more, or it is to be found out whether something does. */
export function release(run: Run, at: Moment): Run {
  const { current } = run;
  if (current?.stage !== 'held') return run;
  const { deadlineLeftMs, ...rest } = current;
  const dialled: CurrentAttempt = {
    ...rest,
    stage: 'to_dispatch',
    wakeAtMs: undefined,
    isUntaken: undefined,
    ...(deadlineLeftMs === undefined ? {} : { deadlineAtMs: at.ms + deadlineLeftMs }),
  };
  return { ...run, current: dialled };
}
