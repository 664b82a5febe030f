/** What workers say, and what dialling them gives. REPLAY-SENSITIVE, like `run.ts`. */

import { findAttempt } from './attempts-of-run.ts';
import { failed } from './fail-attempt.ts';
import { lookAgainMs } from './look-again.ts';
import { type CurrentAttempt, type Moment, putAttempt, type Run, record, show, type Waiting } from './run.ts';
import {
  advance,
  askForReview,
  closeAttempt,
  isCurrent,
  isOpen,
  mayHaveTaker,
  runStateOr,
  viewToAccept,
} from './run-attempt.ts';
import type { AttemptFence, Dialled, ReportSignal, WorkerAcceptance } from './run-messages.ts';
import { hold, queue, release } from './run-pause.ts';
import type { Hold, RunView } from './run-projection.ts';

interface Acceptance {
  readonly workerApp: string;
  readonly instanceId: string;
  /** This one included. */
  readonly deliveries: number;
}

/** A callback, or the body of a `200`. */
export function applyReport(run: Run, report: ReportSignal, at: Moment): Run {
  if (
    run.ended !== undefined ||
    !isCurrent(run, report) ||
    !isOpen(run.current) ||
    run.steps[run.index]?.kind === 'review'
  )
    return run;
  switch (report.status) {
    case 'pending': {
      const who = report.who ?? 'worker';
      // A run that parked is dialled again at once, since nobody is known to have accepted what a worker works on.
      const { stage: was } = run.current;
      const stage = was === 'delivered' || was === 'held' ? was : 'to_dispatch';
      const held: Run = {
        ...run,
        current: {
          ...withDeadline(run, run.current, at),
          stage,
          parkings: 0,
          wakeAtMs: undefined,
          isUntaken: undefined,
          pending: { who, reason: report.reason },
        },
      };
      const attempt = findAttempt(held, report);
      const put =
        attempt === undefined ? held : putAttempt(held, { ...attempt, reportEventId: report.eventId });
      return show(put, { runState: runStateOr(put, 'pending'), who, reason: report.reason }, at);
    }
    case 'succeeded':
    case 'merged': {
      const { status: outcome, eventId: reportEventId, hasOutputs } = report;
      return advance(closeAttempt(run, { outcome, reportEventId, hasOutputs }, at), at);
    }
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
      report.status satisfies never;
      return run;
  }
}

function withDeadline(run: Run, current: CurrentAttempt, at: Moment): CurrentAttempt {
  const { timeoutMs, remindAfterMs } = run.steps[run.index] ?? {};
  if (current.deadlineAtMs !== undefined || timeoutMs === undefined) return current;
  const { deadlineLeftMs, ...rest } = current;
  // What has a part of its deadline left was taken before.
  const isFirst = deadlineLeftMs === undefined;
  return {
    ...rest,
    ...(isFirst && remindAfterMs !== undefined ? { remindAtMs: at.ms + remindAfterMs } : {}),
    deadlineAtMs: at.ms + (deadlineLeftMs ?? timeoutMs),
  };
}

/** What came of dialling, unless the attempt was closed meanwhile, such as by a callback that overtook the answer. */
export function applyDialled(run: Run, fence: AttemptFence, dialled: Dialled, at: Moment): Run {
  if (run.ended !== undefined || !isCurrent(run, fence) || run.current?.stage !== 'to_dispatch') return run;
  const current = run.current;
  switch (dialled.kind) {
    case 'accepted': {
      const held = deliver(run, withDeadline(run, current, dialled.at));
      const shown = { ...held, view: acceptedView(viewToAccept(run), current.pending, dialled.at.iso) };
      return dialled.projected ? shown : recordAcceptance(shown, fence, dialled);
    }
    case 'reported': {
      const held = deliver(run, current);
      const { accepted, report } = dialled;
      const told = accepted === undefined ? held : recordAcceptance(held, fence, accepted);
      return applyReport(told, { ...fence, ...report }, at);
    }
    case 'refused': {
      const had = dialled.isUntaken === true && !mayHaveTaker(current) ? { deliveries: 0 } : {};
      return failed(run, { message: dialled.message, failureClass: 'invalid', retryable: false, ...had }, at);
    }
    case 'skipped':
      return advance(
        closeAttempt(run, { outcome: 'skipped', message: dialled.message, hasOutputs: false }, at),
        at,
      );
    case 'asked':
      return askForReview(run, current, at);
    case 'held':
      return hold(run, whyOf(dialled), at, at.ms + lookAgainMs(dialled, current));
    case 'queued': {
      const isUntaken = dialled.isUntaken === true && !mayHaveTaker(current);
      const waiting = isUntaken ? { ...run, current: { ...current, isUntaken } } : run;
      return queue(waiting, whyOf(dialled), at, at.ms + lookAgainMs(dialled, current));
    }
    case 'away':
      return park(run, current, dialled.reason, lookAgainMs(dialled, current), at);
    case 'unreachable':
      return park(
        run,
        dialled.mayHaveIt === true ? { ...current, mayBeThere: true } : current,
        dialled.reason,
        lookAgainMs(dialled, current),
        at,
      );
    case 'busy':
      return park(run, current, dialled.reason, dialled.retryAfterMs, at);
    default:
      return dialled satisfies never;
  }
}

function whyOf({ reason, heldBy }: Hold): Hold {
  return { reason, ...(heldBy === undefined ? {} : { heldBy }) };
}

function deliver(run: Run, current: CurrentAttempt): Run {
  return {
    ...run,
    current: { ...current, stage: 'delivered', deliveries: current.deliveries + 1, parkings: 0 },
  };
}

/** What the store should have been told when the worker accepted, and was not. */
function recordAcceptance(
  run: Run,
  fence: AttemptFence,
  { at, workerApp, instanceId }: WorkerAcceptance,
): Run {
  const attempt = findAttempt(run, fence);
  const acceptance = { workerApp, instanceId, deliveries: run.current?.deliveries ?? 1 };
  const { deliveries } = acceptance;
  const put = attempt === undefined ? run : putAttempt(run, { ...attempt, instanceId, deliveries });
  return record(put, acceptedEvent(fence, run.steps[run.index]?.name ?? '', acceptance, at.iso));
}

/** The same whoever writes it, under the same key. */
export function acceptedEvent(
  { stepIndex, phase, attempt }: Omit<AttemptFence, 'runId'>,
  stepName: string,
  { workerApp, instanceId, deliveries }: Acceptance,
  at: string,
) {
  return {
    key: `step.accepted:${stepIndex}:${phase}:${attempt}:${deliveries}`,
    at,
    type: 'step.accepted',
    actor: { kind: 'worker', id: `${workerApp}/${instanceId}` } as const,
    stepName,
    phase,
    attempt,
    data: { instanceId, deliveries },
  };
}

/** What a run shows once a worker has the step; the activity that dialled writes the same. */
export function acceptedView(view: RunView, pending: Waiting | undefined, at: string): RunView {
  const { reason: _, heldBy: __, ...rest } = view;
  const fine = pending === undefined ? 'in_progress' : 'pending';
  const runState = view.runState === 'compensating' ? 'compensating' : fine;
  const { who, reason } = pending ?? { who: 'worker' as const, reason: undefined };
  const same = view.runState === runState && view.who === who;
  return {
    ...rest,
    runState,
    who,
    since: same ? view.since : at,
    ...(reason === undefined ? {} : { reason }),
  };
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

/** A worker app came back, or what held the run was resumed. */
export function applyWake(run: Run, at: Moment): Run {
  if (run.ended !== undefined || run.pause !== undefined) return run;
  if (run.current?.stage === 'held') return release(run, at);
  if (run.current?.stage !== 'parked') return run;
  return { ...run, current: { ...run.current, stage: 'to_dispatch', wakeAtMs: undefined } };
}

/** The instance that had the attempt is gone, or forgot it: the same attempt goes to a live one. */
export function applyRedeliver(run: Run, fence: AttemptFence): Run {
  if (run.ended !== undefined || !isCurrent(run, fence) || run.current?.stage !== 'delivered') return run;
  return { ...run, current: { ...run.current, stage: 'to_dispatch' } };
}
