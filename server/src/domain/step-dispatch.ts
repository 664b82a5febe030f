/** What the interpreter gives to the activity that dials a worker, and what it gets back. REPLAY-SENSITIVE. */
import { findAttempt } from './attempts-of-run.ts';
import type { CurrentAttempt, Moment, Run, Waiting } from './run.ts';
import { viewToAccept } from './run-attempt.ts';
import type { AttemptFence, Dialled } from './run-messages.ts';
import type { ProjectOutcome, RunProjection, RunView } from './run-projection.ts';

export interface StepDispatch extends AttemptFence {
  readonly migrationId: string;
  readonly candidateId: string;
  /** Written before the worker is dialled, so that a callback may overtake the answer. */
  readonly projection: RunProjection | undefined;
  /** What is written when the worker accepts. */
  readonly accepted: {
    readonly seq: number;
    readonly view: RunView;
    readonly startedAt: string;
    readonly inputsVersion: number;
    readonly pending: Waiting | undefined;
  };
  readonly deliveries: number;
  readonly parkings: number;
  readonly deadlineAtMs: number | undefined;
  readonly timeoutMs: number | undefined;
  /** Nobody is dialled; `dialled` is what was reported, or nothing. */
  readonly onlyReported?: true;
  /** The run that dispatches, where the steps after this one may be dispatched in the same activity. */
  readonly onward?: { readonly run: Run };
}

/** A step that was dispatched in the activity of an earlier one. */
export interface DispatchedOnward extends Omit<AttemptFence, 'runId'> {
  readonly dialled: Dialled;
  /** When that was known. */
  readonly at: Moment;
}

export interface StepDispatched {
  readonly projected: ProjectOutcome;
  /** Which attempt, for those who read the run's history: its `attemptKey`. The run itself never looks at it. */
  readonly of?: string;
  readonly dialled?: Dialled;
  /** Where only what was reported was asked for: no worker was ever given the attempt. */
  readonly isUntaken?: true;
  /** When `dialled` was known; said where `onward` is. */
  readonly at?: Moment;
  /** The steps that followed, in order. */
  readonly onward?: readonly DispatchedOnward[];
  /**
   * The engine of this activity waits upon one timer (`Alarm`). Its result is in the history, so that
   * runs which an older engine dispatched go on as they began: what `patched` does, without two events more a run.
   */
  readonly hasOneAlarm?: true;
  /** In the same way: timers that are still to ring are used again (`Alarm.keepsTimers`). */
  readonly keepsTimers?: true;
}

/** `projection` holds what is still to be written; `seq` is the order of its write, and the one after it is free. */
export function stepDispatchOf(
  run: Run,
  current: CurrentAttempt,
  projection: RunProjection,
  seq: number,
): StepDispatch {
  const { runId, migrationId, candidateId, index } = run;
  const fence = { runId, stepIndex: index, phase: current.phase, attempt: current.attempt };
  const attempt = findAttempt(run, fence);
  const isNothingNew = projection.events.length + projection.attempts.length === 0;
  return {
    ...fence,
    migrationId,
    candidateId,
    projection: isNothingNew ? undefined : projection,
    accepted: {
      seq: seq + 1,
      view: viewToAccept(run),
      startedAt: attempt?.startedAt ?? projection.at,
      inputsVersion: attempt?.inputsVersion ?? 1,
      pending: current.pending,
    },
    deliveries: current.deliveries,
    parkings: current.parkings,
    deadlineAtMs: current.deadlineAtMs,
    timeoutMs: run.steps[index]?.timeoutMs,
  };
}
