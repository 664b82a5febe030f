/** Going on without a step. REPLAY-SENSITIVE, like `run.ts`. */

import { countAttempts } from './attempts-of-run.ts';
import type { Actor } from './event.ts';
import { type Moment, putAttempt, type Run } from './run.ts';
import { advance, closeAttempt } from './run-attempt.ts';

export interface Skip {
  readonly reason: string;
  readonly actor: Actor;
  /** Under which the outputs are staged in the store, where some were given. */
  readonly outputsId?: string | undefined;
}

/** A sentence that says why the step cannot be skipped now, or undefined. */
export function whyNotSkippable(run: Run, stepName: string): string | undefined {
  if (run.ended !== undefined) return 'The run is over.';
  const stage = run.current?.stage;
  const waiting =
    stage === 'failed' || stage === 'parked' || stage === 'held' ? run.steps[run.index]?.name : undefined;
  if (waiting === undefined) return `Step "${stepName}" has not failed and does not wait for its worker.`;
  return waiting === stepName ? undefined : `Step "${waiting}" can be skipped now, not "${stepName}".`;
}

/** A failed attempt stays readable as it is: the skip is one of its own behind it. */
export function applySkip(run: Run, skip: Skip, at: Moment): Run {
  const { current } = run;
  if (current === undefined || run.ended !== undefined) return run;
  if (current.stage !== 'failed' && current.stage !== 'parked' && current.stage !== 'held') return run;
  const { reason, actor, outputsId } = skip;
  const hasOutputs = outputsId !== undefined;
  const closing = {
    outcome: 'skipped',
    message: reason,
    actor,
    reportEventId: outputsId,
    hasOutputs,
  } as const;
  if (current.stage !== 'failed') {
    const mayHaveIt =
      current.deliveries > 0 || current.mayBeThere === true
        ? { toCancel: { index: run.index, phase: current.phase, attempt: current.attempt } }
        : {};
    return advance(closeAttempt({ ...run, ...mayHaveIt }, closing, at), at);
  }
  const attempt = countAttempts(run, run.index, current.phase) + 1;
  const next: Run = { ...run, current: { ...current, attempt, wakeAtMs: undefined } };
  const opened = putAttempt(next, {
    stepIndex: run.index,
    phase: current.phase,
    attempt,
    startedAt: at.iso,
    inputsVersion: run.inputsVersion,
  });
  return advance(closeAttempt(opened, closing, at), at);
}
