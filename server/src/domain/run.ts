/**
 * A run as the interpreter holds it: plain data, so that it survives continue-as-new as it is.
 * REPLAY-SENSITIVE: a change of what the functions on a run decide changes the order of workflow commands;
 * see CONTRIBUTING, "Changing the workflow".
 */
import type { Attempt, Phase } from './attempt.ts';
import { isSameAttempt } from './attempts-of-run.ts';
import type { Actor, NewEvent } from './event.ts';
import { addChange, EMPTY_OUTBOX, type Outbox } from './run-outbox.ts';
import type { AttemptChange, RunView } from './run-projection.ts';
import type { RunOutcome, WhoActs } from './run-state.ts';
import type { StepOutline } from './step.ts';

/** Where the current attempt stands. */
export type Stage =
  /** The next thing to do is to dial the worker. */
  | 'to_dispatch'
  /** A worker has it and will call back. */
  | 'delivered'
  /** No worker could be reached; until `wakeAtMs` or a wake-up. */
  | 'parked'
  /** Not dialled while the run, its migration or the worker app is paused. */
  | 'held'
  /** A person decides. */
  | 'review'
  /** It failed; until `wakeAtMs` where the policy retries by itself, else until a person acts. */
  | 'failed';

export interface CurrentAttempt {
  readonly phase: Phase;
  readonly attempt: number;
  readonly stage: Stage;
  /** How often a worker accepted it. */
  readonly deliveries: number;
  /** What the worker last said it waits for; shown again when a redelivery is accepted. */
  readonly pending?: Waiting | undefined;
  /** Epoch ms, set when it is first accepted; absolute, so that it holds over continue-as-new. */
  readonly deadlineAtMs?: number | undefined;
  /** What was left until the deadline when the attempt was held. */
  readonly deadlineLeftMs?: number | undefined;
  readonly wakeAtMs?: number | undefined;
  /** Of a review, in the order in which they came. */
  readonly approvals?: readonly Approval[] | undefined;
  readonly remindAtMs?: number | undefined;
  readonly escalateAtMs?: number | undefined;
  /** How often in a row no worker could be reached. */
  readonly parkings: number;
  /** A worker was dialled and did not say whether it took the step. */
  readonly mayBeThere?: boolean | undefined;
  /** No worker was ever given it, as far as was known when it was last looked at; see `dials` of `AttemptRecord`. */
  readonly isUntaken?: boolean | undefined;
}

export interface Waiting {
  readonly who: WhoActs;
  readonly reason?: string | undefined;
}

export interface Approval {
  readonly actor: Actor;
  readonly at: string;
  readonly comment?: string | undefined;
}

export interface ToCancel {
  readonly index: number;
  readonly phase: Phase;
  readonly attempt: number;
  /** So long the run waits for the worker to stop it; not at all when undefined. */
  readonly untilMs?: number | undefined;
  /** The worker has not stopped it yet, and is asked again then. */
  readonly askAtMs?: number | undefined;
}

export interface PauseRequest {
  readonly actor: Actor;
  readonly at: string;
  readonly reason?: string | undefined;
}

export interface CancelRequest {
  readonly reason?: string | undefined;
  readonly compensate: boolean;
  readonly actor: Actor;
}

/** A cancel that waits until the run has caught up with the store. */
export interface AskedCancel extends CancelRequest {
  /** Also whether any worker was ever given an attempt that waits. Not asked by engines of before. */
  readonly looksForDials?: boolean | undefined;
}

export interface Run {
  readonly v: 1;
  readonly migrationId: string;
  readonly candidateId: string;
  readonly runId: string;
  readonly traceparent?: string | undefined;
  readonly steps: readonly StepOutline[];
  readonly mode: 'executing' | 'compensating' | 'cancelling';
  readonly index: number;
  readonly current?: CurrentAttempt | undefined;
  /** An attempt that the worker is to be told to stop; cleared once it was, and has stopped where that is waited for. */
  readonly toCancel?: ToCancel | undefined;
  readonly cancel?: CancelRequest | undefined;
  readonly asked?: AskedCancel | undefined;
  /** Until it is resumed, nothing is dialled. */
  readonly pause?: PauseRequest | undefined;
  /** The next attempt of the step the run stands at is opened when the run is resumed. */
  readonly isHeld?: boolean | undefined;
  /** Of a rollback: positions of the steps of the earlier run that it undoes. */
  readonly undo?: readonly number[] | undefined;
  /** Of a rollback: positions of the steps of the earlier run whose effects stay, since no worker can undo them. */
  readonly kept?: readonly number[] | undefined;
  /** Of a rollback: why a person asked for it. */
  readonly reason?: string | undefined;
  /** Steps whose effects are still there although the run was to be undone. */
  readonly remaining?: readonly string[] | undefined;
  readonly attempts: readonly Attempt[];
  readonly inputsVersion: number;
  /** Steps that are known to have ended without outputs: a store that lost its data has lost nothing of them. */
  readonly bareSteps?: readonly number[] | undefined;
  readonly view: RunView;
  readonly outbox: Outbox;
  readonly ended?: { readonly outcome: RunOutcome; readonly reason?: string | undefined } | undefined;
}

/** A time of the workflow in both forms, as the domain has no Date. */
export interface Moment {
  /** Epoch milliseconds. */
  readonly ms: number;
  /** The same, RFC 3339 UTC with milliseconds. */
  readonly iso: string;
}

export interface RunStart {
  readonly migrationId: string;
  readonly candidateId: string;
  readonly runId: string;
  readonly traceparent?: string | undefined;
  readonly steps: readonly StepOutline[];
  /** Given for a rollback: positions of the steps of the earlier run that are to be undone. */
  readonly undo?: readonly number[] | undefined;
  /** Given for a rollback: positions of those that cannot be undone. Not said by servers of before. */
  readonly kept?: readonly number[] | undefined;
  /** Of a rollback: why a person asked for it. */
  readonly reason?: string | undefined;
}

export function createRun(start: RunStart, at: Moment): Run {
  const run: Run = {
    v: 1,
    ...start,
    mode: start.undo === undefined ? 'executing' : 'compensating',
    index: 0,
    attempts: [],
    inputsVersion: 1,
    view: {
      status: 'running',
      runState: start.undo === undefined ? 'dispatching' : 'compensating',
      since: at.iso,
    },
    outbox: EMPTY_OUTBOX,
  };
  return record(run, { at: at.iso, type: 'run.started', key: 'run.started' });
}

/** Adds an event to what is to be written. */
export function record(
  run: Run,
  event: Omit<NewEvent, 'actor' | 'migrationId' | 'candidateId' | 'runId' | 'traceId'> & {
    readonly actor?: Actor;
  },
): Run {
  const whole: NewEvent = {
    actor: { kind: 'system', id: 'engine' },
    ...event,
    migrationId: run.migrationId,
    candidateId: run.candidateId,
    runId: run.runId,
    ...(run.traceparent === undefined ? {} : { traceId: run.traceparent.split('-')[1] }),
  };
  return { ...run, outbox: { ...run.outbox, dirty: true, events: [...run.outbox.events, whole] } };
}

/** Shows something new; `since` moves only when the state, its step or who must act does. */
export function show(
  run: Run,
  view: Omit<RunView, 'status' | 'since' | 'step' | 'stepIndex' | 'attempt'>,
  at: Moment,
): Run {
  const step = run.steps[run.index];
  const attempt = run.current === undefined ? {} : { attempt: run.current.attempt };
  const isThere = step !== undefined && (run.current !== undefined || run.isHeld === true);
  const where = isThere ? { step: step.name, stepIndex: run.index, ...attempt } : {};
  const isPausing = run.pause !== undefined && view.runState !== 'paused';
  const same =
    run.view.runState === view.runState &&
    run.view.stepIndex === ('stepIndex' in where ? where.stepIndex : undefined) &&
    run.view.who === view.who;
  return {
    ...run,
    view: {
      status: 'running',
      ...view,
      ...where,
      ...(isPausing ? { pauseRequested: true } : {}),
      since: same ? run.view.since : at.iso,
    },
    outbox: { ...run.outbox, dirty: true },
  };
}

/** Puts a changed attempt into the run and into what is to be written. */
export function putAttempt(run: Run, change: AttemptChange): Run {
  const { stepIndex, phase, attempt, startedAt, endedAt, outcome, inputsVersion, deliveries } = change;
  const slim: Attempt = {
    stepIndex,
    phase,
    attempt,
    startedAt,
    inputsVersion,
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(deliveries === 0 ? { deliveries } : {}),
  };
  const others = run.attempts.filter((one) => !isSameAttempt(one, change));
  return {
    ...run,
    attempts: [...others, slim],
    outbox: {
      ...run.outbox,
      dirty: true,
      attempts: addChange(run.outbox.attempts, change),
    },
  };
}
