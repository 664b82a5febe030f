/** How an attempt of a run is opened and closed, and what follows it. REPLAY-SENSITIVE, like `run.ts`. */
import { type AttemptOutcome, type FailureClass, hasSucceeded, type Phase } from './attempt.ts';
import { countAttempts, findAttempt, lastAttempt } from './attempts-of-run.ts';
import { hasEffect, hasUndoableEffect, isUndone } from './effects.ts';
import type { Actor } from './event.ts';
import {
  type CurrentAttempt,
  type Moment,
  type PauseRequest,
  putAttempt,
  type Run,
  record,
  show,
} from './run.ts';
import type { AttemptFence } from './run-messages.ts';
import type { Hold, RunView } from './run-projection.ts';
import type { RunOutcome } from './run-state.ts';
import type { StepOutline } from './step.ts';

function currentKey(run: Run): { stepIndex: number; phase: Phase; attempt: number } | undefined {
  if (run.current === undefined) return undefined;
  return { stepIndex: run.index, phase: run.current.phase, attempt: run.current.attempt };
}

export function isCurrent(run: Run, fence: AttemptFence): boolean {
  return (
    run.runId === fence.runId &&
    run.index === fence.stepIndex &&
    run.current?.phase === fence.phase &&
    run.current.attempt === fence.attempt
  );
}

export function isOpen(current: CurrentAttempt | undefined): current is CurrentAttempt {
  return current !== undefined && current.stage !== 'failed';
}

/** A worker took it, or was dialled and did not say. */
export function mayHaveTaker({ deliveries, mayBeThere, pending }: CurrentAttempt): boolean {
  return deliveries > 0 || mayBeThere === true || pending !== undefined;
}

/** Opens the next attempt of the step the run stands at; behind the last step the run is completed. */
export function openAttempt(run: Run, at: Moment): Run {
  const step = run.steps[run.index];
  if (step === undefined) return end(run, 'completed', undefined, at);
  const phase: Phase = run.mode === 'executing' ? 'execute' : 'compensate';
  const attempt = countAttempts(run, run.index, phase) + 1;
  const isReview = step.kind === 'review';
  const isAsked = isReview && step.isConditional !== true;
  if (run.pause !== undefined && !isAsked) return holdStep(run, run.pause, at);
  const current: CurrentAttempt = { phase, attempt, stage: 'to_dispatch', deliveries: 0, parkings: 0 };
  const put = putAttempt(
    { ...run, current },
    {
      stepIndex: run.index,
      phase,
      attempt,
      startedAt: at.iso,
      inputsVersion: run.inputsVersion,
      dials: 0,
    },
  );
  if (isAsked) return askForReview(put, current, at);
  const recorded = isReview ? put : record(put, stepEvent(put, at, 'step.dispatched'));
  return show(recorded, { runState: runStateOr(recorded, 'dispatching'), who: 'nobody' }, at);
}

/** From now on people decide. */
export function askForReview(run: Run, current: CurrentAttempt, at: Moment): Run {
  const times = reviewTimes(run.steps[run.index]?.review, at);
  const asked: Run = { ...run, current: { ...current, stage: 'review', ...times } };
  return show(
    record(asked, stepEvent(asked, at, 'review.requested')),
    { runState: 'awaiting_approval', who: 'reviewer', reason: 'Waits for a decision.' },
    at,
  );
}

function reviewTimes(review: StepOutline['review'], at: Moment): Partial<CurrentAttempt> {
  const { remindAfterMs, escalateAfterMs } = review ?? {};
  return {
    ...(remindAfterMs === undefined ? {} : { remindAtMs: at.ms + remindAfterMs }),
    ...(escalateAfterMs === undefined ? {} : { escalateAtMs: at.ms + escalateAfterMs }),
  };
}

/** The run is paused before its next attempt is opened, so that nobody can call back about it. */
function holdStep(run: Run, pause: PauseRequest, at: Moment): Run {
  return show({ ...run, current: undefined, isHeld: true }, pausedView(holdOf(run, pause)), at);
}

export function holdOf({ runId }: Pick<Run, 'runId'>, { actor, at, reason }: PauseRequest): Hold {
  const given = reason === undefined ? {} : { reason };
  return {
    reason: reason === undefined ? 'The run is paused.' : `The run is paused: ${reason}`,
    heldBy: { kind: 'run', id: runId, ...given, since: at, by: actor },
  };
}

export function pausedView(hold: Hold) {
  return { runState: 'paused', who: 'operator', ...hold } as const;
}

/** While effects are undone, the run shows that and nothing finer. */
export function runStateOr(
  run: Run,
  state: NonNullable<Run['view']['runState']>,
): NonNullable<Run['view']['runState']> {
  return run.mode === 'compensating' ? 'compensating' : state;
}

/** What acceptance is shown upon: an undo that was held shows `paused` until then. */
export function viewToAccept({ mode, view }: Pick<Run, 'mode' | 'view'>): RunView {
  return mode === 'compensating' ? { ...view, runState: 'compensating' } : view;
}

export function stepEvent(
  run: Run,
  at: Moment,
  type: string,
  data?: Readonly<Record<string, unknown>>,
  actor?: Actor,
) {
  const key = currentKey(run);
  return {
    at: at.iso,
    type,
    ...(key === undefined
      ? {}
      : {
          key: `${type}:${key.stepIndex}:${key.phase}:${key.attempt}`,
          stepName: run.steps[key.stepIndex]?.name,
          phase: key.phase,
          attempt: key.attempt,
        }),
    ...(data === undefined ? {} : { data }),
    ...(actor === undefined ? {} : { actor }),
  };
}

export interface Closing {
  readonly outcome: AttemptOutcome;
  /** 0 of one that no worker can have had. */
  readonly deliveries?: number | undefined;
  readonly message?: string | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly failureClass?: FailureClass | undefined;
  readonly reportEventId?: string | undefined;
  readonly actor?: Actor | undefined;
  /** Of a step that succeeded or was skipped, where it is known. */
  readonly hasOutputs?: boolean | undefined;
}

export function closeAttempt(run: Run, closing: Closing, at: Moment): Run {
  const key = currentKey(run);
  const attempt = key === undefined ? undefined : findAttempt(run, key);
  if (attempt === undefined) return run;
  const { actor, hasOutputs, ...change } = closing;
  const isBare = hasOutputs === false && attempt.phase === 'execute';
  const known = isBare ? { ...run, bareSteps: [...(run.bareSteps ?? []), attempt.stepIndex] } : run;
  const put = putAttempt(known, { ...attempt, ...change, endedAt: at.iso });
  const data = closing.message === undefined ? undefined : { message: closing.message };
  return record(put, stepEvent(put, at, `step.${closing.outcome}`, data, actor));
}

/** Goes on to the next step, or ends the run. */
export function advance(run: Run, at: Moment): Run {
  if (run.mode === 'compensating') return undoNext(run, at);
  return openAttempt({ ...run, index: run.index + 1, current: undefined }, at);
}

/** Starts with the last finished step that can be undone and is not yet. */
export function undoNext(run: Run, at: Moment): Run {
  for (let index = run.steps.length - 1; index >= 0; index -= 1) {
    if (isUndoable(run, index)) return openAttempt({ ...run, index, current: undefined }, at);
  }
  const remaining = listRemaining(run);
  const left = remaining.length === 0 ? {} : { remaining };
  return end({ ...run, ...left }, 'rolled_back', run.cancel?.reason ?? run.reason, at);
}

function isUndoable(run: Run, index: number): boolean {
  const last = lastAttempt(run, index, 'compensate')?.outcome;
  if (hasSucceeded(last) || last === 'skipped') return false;
  return run.undo === undefined ? hasUndoableEffect(run, index) : run.undo.includes(index);
}

/** Names of the steps that a cancel with compensation would undo, in the order of undoing. */
export function listUndoable(run: Run): readonly string[] {
  return run.steps.flatMap((step, index) => (isUndoable(run, index) ? [step.name] : [])).toReversed();
}

/** Names of the steps whose effects are still there, also of those that no worker can undo, in the order of undoing. */
export function listRemaining(run: Run): readonly string[] {
  return run.steps.flatMap((step, index) => (isRemaining(run, index) ? [step.name] : [])).toReversed();
}

function isRemaining(run: Run, index: number): boolean {
  if (isUndone(run, index)) return false;
  if (run.undo === undefined) return hasEffect(run, index);
  return run.undo.includes(index) || run.kept?.includes(index) === true;
}

/** What a person asked for, and the steps whose effects are still there. */
export function withRemaining(
  reason: string | undefined,
  remaining: readonly string[] = [],
): string | undefined {
  if (remaining.length === 0) return reason;
  const left = `Not undone: ${remaining.join(', ')}.`;
  return reason === undefined ? left : `${reason} ${left}`;
}

export function end(run: Run, outcome: RunOutcome, why: string | undefined, at: Moment): Run {
  const reason = withRemaining(why, run.remaining);
  const left = withRemaining(undefined, run.remaining);
  const ended: Run = {
    ...run,
    current: undefined,
    isHeld: undefined,
    pause: undefined,
    asked: undefined,
    ended: { outcome, ...(reason === undefined ? {} : { reason }) },
    view: {
      status: outcome === 'completed' ? 'completed' : 'not_started',
      since: at.iso,
      ...(left === undefined ? {} : { reason: left }),
    },
  };
  const actor = run.cancel?.actor;
  return record(ended, {
    at: at.iso,
    type: `run.${outcome}`,
    key: `run.${outcome}`,
    ...(reason === undefined ? {} : { data: { reason } }),
    ...(actor === undefined ? {} : { actor }),
  });
}
