/** How a run moves. REPLAY-SENSITIVE, like `run.ts`. Every function is pure and ignores what does not fit. */
import { type AttemptOutcome, type FailureClass, hasSucceeded, type Phase } from './attempt.ts';
import type { Actor } from './event.ts';
import type { Inputs } from './inputs.ts';
import { automaticRetryDelayMs, isRetryable, parkDelayMs } from './retry-policy.ts';
import {
  type CancelRequest,
  type CurrentAttempt,
  countAttempts,
  findAttempt,
  lastAttempt,
  type Moment,
  putAttempt,
  type Run,
  record,
  show,
} from './run.ts';
import type { RunView } from './run-projection.ts';
import type { RunOutcome, WhoActs } from './run-state.ts';

export interface AttemptFence {
  readonly runId: string;
  readonly stepIndex: number;
  readonly phase: Phase;
  readonly attempt: number;
}

/** A callback as it travels to the run: its body stays in the store. */
export interface ReportSignal extends AttemptFence {
  readonly eventId: string;
  readonly status: 'succeeded' | 'merged' | 'failed' | 'pending';
  readonly failureClass?: FailureClass | undefined;
  readonly retryable?: boolean | undefined;
  /** The beginning of the message: why the run waits. */
  readonly reason?: string | undefined;
  readonly who?: WhoActs | undefined;
}

/** What came of dialling a worker. */
export type Dialled =
  | { readonly kind: 'accepted'; readonly at: Moment; readonly projected: boolean }
  | { readonly kind: 'reported'; readonly report: Omit<ReportSignal, keyof AttemptFence> }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'skipped'; readonly message: string }
  /** Nobody lives, or the breaker is open: a wake-up comes, and the timer is only a backstop. */
  | { readonly kind: 'away'; readonly reason: string }
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'busy'; readonly reason: string; readonly retryAfterMs: number };

const AWAY_BASE_MS = 60_000;
const AWAY_MAX_MS = 600_000;
const UNREACHABLE_BASE_MS = 1_000;
const UNREACHABLE_MAX_MS = 60_000;

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

function isOpen(current: CurrentAttempt | undefined): current is CurrentAttempt {
  return current !== undefined && current.stage !== 'failed';
}

/** Opens the next attempt of the step the run stands at. */
export function openAttempt(run: Run, at: Moment): Run {
  const step = run.steps[run.index];
  if (step === undefined) return run;
  const phase: Phase = run.mode === 'executing' ? 'execute' : 'compensate';
  const attempt = countAttempts(run, run.index, phase) + 1;
  const review = step.kind === 'review';
  const opened: Run = {
    ...run,
    current: { phase, attempt, stage: review ? 'review' : 'to_dispatch', deliveries: 0, parkings: 0 },
  };
  const put = putAttempt(opened, {
    stepIndex: run.index,
    phase,
    attempt,
    startedAt: at.iso,
    inputsVersion: run.inputsVersion,
  });
  const type = review ? 'review.requested' : 'step.dispatched';
  const recorded = record(put, stepEvent(put, at, type));
  if (review) {
    return show(
      recorded,
      { runState: 'awaiting_approval', who: 'reviewer', reason: 'Waits for a decision.' },
      at,
    );
  }
  return show(recorded, { runState: runStateOr(recorded, 'dispatching'), who: 'nobody' }, at);
}

/** While effects are undone, the run shows that and nothing finer. */
function runStateOr(
  run: Run,
  state: NonNullable<Run['view']['runState']>,
): NonNullable<Run['view']['runState']> {
  return run.mode === 'compensating' ? 'compensating' : state;
}

function stepEvent(
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

interface Closing {
  readonly outcome: AttemptOutcome;
  readonly message?: string | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly failureClass?: FailureClass | undefined;
  readonly reportEventId?: string | undefined;
  readonly actor?: Actor | undefined;
}

function closeAttempt(run: Run, closing: Closing, at: Moment): Run {
  const key = currentKey(run);
  const attempt = key === undefined ? undefined : findAttempt(run, key);
  if (attempt === undefined) return run;
  const { actor, ...change } = closing;
  const put = putAttempt(run, { ...attempt, ...change, endedAt: at.iso });
  const data = closing.message === undefined ? undefined : { message: closing.message };
  return record(put, stepEvent(put, at, `step.${closing.outcome}`, data, actor));
}

/** Goes on to the next step, or ends the run. */
function advance(run: Run, at: Moment): Run {
  if (run.mode === 'compensating') return undoNext(run, at);
  const next = { ...run, index: run.index + 1, current: undefined };
  return next.index >= next.steps.length ? end(next, 'completed', undefined, at) : openAttempt(next, at);
}

/** Starts with the last finished step that can be undone and is not yet. */
function undoNext(run: Run, at: Moment): Run {
  for (let index = run.steps.length - 1; index >= 0; index -= 1) {
    if (isUndoable(run, index)) return openAttempt({ ...run, index, current: undefined }, at);
  }
  return end(run, 'rolled_back', run.cancel?.reason, at);
}

/** A step that was dispatched may have effects, finished or not; a skipped one has none. */
function isUndoable(run: Run, index: number): boolean {
  const step = run.steps[index];
  if (step === undefined || !step.compensable || step.kind === 'review') return false;
  const done = run.attempts.some(
    (one) =>
      one.stepIndex === index &&
      one.phase === 'execute' &&
      one.outcome !== 'skipped' &&
      one.outcome !== undefined,
  );
  return done && !hasSucceeded(lastAttempt(run, index, 'compensate')?.outcome);
}

/** Names of the steps that a cancel with compensation would undo, in the order of undoing. */
export function listUndoable(run: Run): readonly string[] {
  return run.steps.flatMap((step, index) => (isUndoable(run, index) ? [step.name] : [])).toReversed();
}

function end(run: Run, outcome: RunOutcome, reason: string | undefined, at: Moment): Run {
  const ended: Run = {
    ...run,
    current: undefined,
    ended: { outcome, ...(reason === undefined ? {} : { reason }) },
    view: { status: outcome === 'completed' ? 'completed' : 'not_started', since: at.iso },
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

function failed(
  run: Run,
  failure: Omit<Closing, 'outcome'> & {
    readonly retryable?: boolean | undefined;
    readonly reason?: string | undefined;
    readonly outcome?: AttemptOutcome;
  },
  at: Moment,
): Run {
  const { retryable, reason, ...closing } = failure;
  const closed = closeAttempt(run, { outcome: 'failed', ...closing }, at);
  const current = closed.current;
  if (current === undefined) return closed;
  const delay = isRetryable({ retryable, failureClass: failure.failureClass })
    ? automaticRetryDelayMs(closed.steps[closed.index]?.retry, current.attempt)
    : undefined;
  const wakeAtMs = delay === undefined ? undefined : at.ms + delay;
  const waiting: Run = { ...closed, current: { ...current, stage: 'failed', wakeAtMs } };
  return show(
    waiting,
    {
      runState: runStateOr(waiting, 'awaiting_retry'),
      who: wakeAtMs === undefined ? 'operator' : 'nobody',
      reason: reason ?? failure.message ?? 'The step failed.',
    },
    at,
  );
}

/** A callback, or the body of a `200`. */
export function applyReport(run: Run, report: ReportSignal, at: Moment): Run {
  if (
    run.ended !== undefined ||
    !isCurrent(run, report) ||
    !isOpen(run.current) ||
    run.current.stage === 'review'
  )
    return run;
  switch (report.status) {
    case 'pending': {
      const held: Run = {
        ...run,
        current: {
          ...withDeadline(run, run.current, at),
          stage: 'delivered',
          parkings: 0,
          wakeAtMs: undefined,
        },
      };
      const attempt = findAttempt(held, report);
      const put =
        attempt === undefined ? held : putAttempt(held, { ...attempt, reportEventId: report.eventId });
      return show(
        put,
        { runState: runStateOr(put, 'pending'), who: report.who ?? 'worker', reason: report.reason },
        at,
      );
    }
    case 'succeeded':
    case 'merged':
      return advance(closeAttempt(run, { outcome: report.status, reportEventId: report.eventId }, at), at);
    case 'failed':
      return failed(
        run,
        {
          reportEventId: report.eventId,
          failureClass: report.failureClass,
          retryable: report.retryable,
          reason: report.reason,
        },
        at,
      );
    default:
      return report.status satisfies never;
  }
}

function withDeadline(run: Run, current: CurrentAttempt, at: Moment): CurrentAttempt {
  const timeoutMs = run.steps[run.index]?.timeoutMs;
  if (current.deadlineAtMs !== undefined || timeoutMs === undefined) return current;
  return { ...current, deadlineAtMs: at.ms + timeoutMs };
}

/** What came of dialling, unless the attempt was closed meanwhile, such as by a callback that overtook the answer. */
export function applyDialled(run: Run, fence: AttemptFence, dialled: Dialled, at: Moment): Run {
  if (run.ended !== undefined || !isCurrent(run, fence) || run.current?.stage !== 'to_dispatch') return run;
  const current = run.current;
  switch (dialled.kind) {
    case 'accepted': {
      const timed = withDeadline(run, current, dialled.at);
      const held: Run = {
        ...run,
        current: { ...timed, stage: 'delivered', deliveries: current.deliveries + 1, parkings: 0 },
      };
      const shown = { ...held, view: acceptedView(run.view, dialled.at.iso) };
      return dialled.projected ? shown : { ...shown, outbox: { ...run.outbox, dirty: true } };
    }
    case 'reported':
      return applyReport(run, { ...fence, ...dialled.report }, at);
    case 'refused':
      return failed(run, { message: dialled.message, failureClass: 'invalid', retryable: false }, at);
    case 'skipped':
      return advance(closeAttempt(run, { outcome: 'skipped', message: dialled.message }, at), at);
    case 'away':
      return park(run, current, dialled.reason, parkDelayMs(current.parkings, AWAY_BASE_MS, AWAY_MAX_MS), at);
    case 'unreachable':
      return park(
        run,
        current,
        dialled.reason,
        parkDelayMs(current.parkings, UNREACHABLE_BASE_MS, UNREACHABLE_MAX_MS),
        at,
      );
    case 'busy':
      return park(run, current, dialled.reason, dialled.retryAfterMs, at);
    default:
      return dialled satisfies never;
  }
}

/** What a run shows once a worker has the step; the activity that dialled writes the same. */
export function acceptedView(view: RunView, at: string): RunView {
  const { reason: _, ...rest } = view;
  const runState = view.runState === 'compensating' ? 'compensating' : 'in_progress';
  return { ...rest, runState, who: 'worker', since: view.runState === runState ? view.since : at };
}

function park(run: Run, current: CurrentAttempt, reason: string, delayMs: number, at: Moment): Run {
  const parked: Run = {
    ...run,
    current: { ...current, stage: 'parked', parkings: current.parkings + 1, wakeAtMs: at.ms + delayMs },
  };
  const view = { runState: runStateOr(parked, 'awaiting_worker'), who: 'worker', reason } as const;
  const unchanged = run.view.runState === view.runState && run.view.reason === reason;
  return unchanged ? parked : show(parked, view, at);
}

/** A worker app came back. */
export function applyWake(run: Run): Run {
  if (run.ended !== undefined || run.current?.stage !== 'parked') return run;
  return { ...run, current: { ...run.current, stage: 'to_dispatch', wakeAtMs: undefined } };
}

/** The instance that had the attempt is gone, or forgot it: the same attempt goes to a live one. */
export function applyRedeliver(run: Run, fence: AttemptFence): Run {
  if (run.ended !== undefined || !isCurrent(run, fence) || run.current?.stage !== 'delivered') return run;
  return { ...run, current: { ...run.current, stage: 'to_dispatch' } };
}

/** When the run next does something by itself. */
export function nextTimerMs(run: Run): number | undefined {
  const current = run.current;
  if (run.ended !== undefined || current === undefined) return undefined;
  const times = [current.wakeAtMs, isOpen(current) ? current.deadlineAtMs : undefined].filter(
    (time) => time !== undefined,
  );
  return times.length === 0 ? undefined : Math.min(...times);
}

/** What falls due: a deadline, a backstop of a parked run, an automatic retry. */
export function applyTimer(run: Run, at: Moment): Run {
  const current = run.current;
  if (run.ended !== undefined || current === undefined) return run;
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
  if (current.wakeAtMs === undefined || at.ms < current.wakeAtMs) return run;
  return current.stage === 'failed' ? openAttempt(run, at) : applyWake(run);
}

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
  const changed = retry.inputs === undefined ? run : applyInputs(run, retry.inputs, retry.actor, at);
  return openAttempt(
    record(changed, stepEvent(changed, at, 'step.retry_requested', undefined, retry.actor)),
    at,
  );
}

export function whyNotDecidable(run: Run, stepName: string): string | undefined {
  const waiting = run.current?.stage === 'review' ? run.steps[run.index]?.name : undefined;
  if (run.ended !== undefined) return 'The run is over.';
  if (waiting === undefined) return `Step "${stepName}" does not wait for a decision.`;
  return waiting === stepName ? undefined : `Step "${waiting}" waits for a decision, not "${stepName}".`;
}

export interface Decision {
  readonly decision: 'approved' | 'rejected';
  readonly comment?: string | undefined;
  readonly actor: Actor;
}

export function applyDecision(run: Run, { decision, comment, actor }: Decision, at: Moment): Run {
  const metadata = { decision, actor, ...(comment === undefined ? {} : { comment }) };
  if (decision === 'approved') {
    return advance(closeAttempt(run, { outcome: 'succeeded', message: comment, metadata, actor }, at), at);
  }
  const message = comment === undefined ? 'Rejected.' : `Rejected: ${comment}`;
  return failed(run, { message, metadata, actor, failureClass: 'invalid', retryable: false }, at);
}

/** A new version of the inputs, valid from the next attempt. */
export function applyInputs(run: Run, values: Inputs, actor: Actor, at: Moment): Run {
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

/** Cancel at any moment; a second one, while undoing, abandons the undos that are left. */
export function applyCancel(run: Run, cancel: CancelRequest, at: Moment): Run {
  if (run.ended !== undefined || run.mode === 'cancelling') return run;
  const current = run.current;
  const stopping = isOpen(current) && current.stage !== 'review';
  const closed = isOpen(current)
    ? closeAttempt(run, { outcome: 'cancelled', message: cancel.reason, actor: cancel.actor }, at)
    : run;
  const left = run.mode === 'compensating' ? listUndoable(run) : [];
  const reason = left.length === 0 ? cancel.reason : abandonReason(cancel.reason, left);
  const request: CancelRequest = { ...cancel, reason };
  const told = record(
    {
      ...closed,
      cancel: request,
      ...(stopping ? { toCancel: { index: run.index, phase: current.phase, attempt: current.attempt } } : {}),
    },
    {
      at: at.iso,
      type: 'run.cancel_requested',
      key: `run.cancel_requested:${run.mode}`,
      actor: cancel.actor,
      data: { compensate: cancel.compensate, ...(reason === undefined ? {} : { reason }) },
    },
  );
  if (cancel.compensate && run.mode === 'executing') {
    return undoNext({ ...told, mode: 'compensating', current: undefined }, at);
  }
  return show({ ...told, mode: 'cancelling' }, { runState: 'cancelling', who: 'nobody', reason }, at);
}

function abandonReason(reason: string | undefined, left: readonly string[]): string {
  const abandoned = `Not undone: ${left.join(', ')}.`;
  return reason === undefined ? abandoned : `${reason} ${abandoned}`;
}

/** After the worker was told to stop, a cancelled run is over. */
export function finishCancel(run: Run, at: Moment): Run {
  return end(run, 'cancelled', run.cancel?.reason, at);
}
