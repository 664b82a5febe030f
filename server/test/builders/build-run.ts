import type { Phase } from '../../src/domain/attempt.ts';
import type { Actor } from '../../src/domain/event.ts';
import { createRun, type Moment, type Run } from '../../src/domain/run.ts';
import { openAttempt } from '../../src/domain/run-attempt.ts';
import type { AttemptFence, Dialled, ReportSignal } from '../../src/domain/run-messages.ts';
import { applyDialled, applyReport } from '../../src/domain/run-reports.ts';
import type { StepOutline } from '../../src/domain/step.ts';

export const ANN: Actor = { kind: 'person', id: 'ann' };

const EPOCH_MS = Date.UTC(2026, 0, 1);

/** A moment so many seconds after the run began. */
export function after(seconds: number): Moment {
  const ms = EPOCH_MS + seconds * 1_000;
  return { ms, iso: new Date(ms).toISOString() };
}

export function buildStep(name: string, step: Partial<StepOutline> = {}): StepOutline {
  return { name, workerApp: 'painter', kind: 'dispatch', timeoutMs: 60_000, compensable: true, ...step };
}

export const REVIEW = { kind: 'review', compensable: false, timeoutMs: undefined } as const;

/** A run at its first step, which is about to be dispatched. */
export function beginRun(steps: readonly StepOutline[] = [buildStep('one'), buildStep('two')]): Run {
  const start = { migrationId: 'paint', candidateId: 'shop/web', runId: 'run-1', steps };
  return openAttempt(createRun(start, after(0)), after(0));
}

/** The fence of the run's current attempt. */
export function fenceOf(run: Run): AttemptFence {
  const { phase, attempt } = run.current ?? { phase: 'execute' as Phase, attempt: 1 };
  return { runId: run.runId, stepIndex: run.index, phase, attempt };
}

export function acceptedAt(at: Moment, projected = true): Extract<Dialled, { kind: 'accepted' }> {
  return { kind: 'accepted', at, workerApp: 'painter', instanceId: 'p-1', projected };
}

/** A worker accepts the current attempt. */
export function accept(run: Run, at: Moment = after(1)): Run {
  return applyDialled(run, fenceOf(run), acceptedAt(at), at);
}

/** A worker calls back about the current attempt. */
export function report(
  run: Run,
  status: ReportSignal['status'],
  more: Partial<ReportSignal> = {},
  at: Moment = after(2),
): Run {
  return applyReport(run, { ...fenceOf(run), eventId: `event-${status}`, status, ...more }, at);
}

/** Outcomes as `step:phase:attempt:outcome`, in the order of the last change. */
export function outcomesOf(run: Run): readonly string[] {
  return run.attempts.map(
    ({ stepIndex, phase, attempt, outcome }) =>
      `${run.steps[stepIndex]?.name}:${phase}:${attempt}:${outcome ?? 'open'}`,
  );
}
