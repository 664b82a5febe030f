import type { Shape, Tone } from '../ui/tone.ts';
import type { AttemptOutcome, CandidateStatus, RunState, StepView, WhoActs } from './contract.ts';

export interface Look {
  readonly word: string;
  readonly tone: Tone;
  readonly shape: Shape;
}

const look = (word: string, tone: Tone, shape: Shape): Look => ({ word, tone, shape });

export const statusLook: Readonly<Record<CandidateStatus, Look>> = {
  not_started: look('Not started', 'idle', 'hollow'),
  running: look('Running', 'progress', 'half'),
  completed: look('Completed', 'done', 'check'),
};

export const runStateLook: Readonly<Record<RunState, Look>> = {
  queued: look('Queued', 'idle', 'dotted'),
  dispatching: look('Dispatching', 'progress', 'handing'),
  in_progress: look('In progress', 'progress', 'half'),
  pending: look('Pending', 'progress', 'outside'),
  awaiting_approval: look('Awaiting approval', 'person', 'diamond'),
  awaiting_retry: look('Awaiting retry', 'bad', 'cross'),
  awaiting_worker: look('Awaiting worker', 'person', 'square'),
  paused: look('Paused', 'person', 'bars'),
  compensating: look('Compensating', 'progress', 'back'),
  cancelling: look('Cancelling', 'idle', 'stop'),
  lost: look('Lost', 'bad', 'question'),
};

/** Nobody decided in time, so that an operator has to see to it. */
export const overdueLook = look('Approval overdue', 'bad', 'late');
/** It goes on when a person retries or skips it, like a step that failed. */
export const failedUndoLook = look('Undo awaiting retry', 'bad', 'back');

/** Where a run is, as far as its look goes. */
export interface RunPlace {
  readonly runState?: RunState | undefined;
  readonly who?: WhoActs | undefined;
}

/** A state of its own kind where an operator must act in one that else goes on, or waits for others. */
export function runLook({ runState, who }: RunPlace): Look | undefined {
  if (runState === undefined) return undefined;
  if (runState === 'awaiting_approval' && who === 'operator') return overdueLook;
  if (runState === 'compensating' && who === 'operator') return failedUndoLook;
  return runStateLook[runState];
}

/** The order in which run states are listed: what needs a person first. */
export const runStates = [
  'awaiting_approval',
  'awaiting_retry',
  'awaiting_worker',
  'lost',
  'paused',
  'pending',
  'in_progress',
  'dispatching',
  'queued',
  'compensating',
  'cancelling',
] as const satisfies readonly RunState[];

export const statuses = ['not_started', 'running', 'completed'] as const satisfies readonly CandidateStatus[];

const outcomeLooks: Readonly<Record<AttemptOutcome, Look>> = {
  succeeded: look('Succeeded', 'done', 'check'),
  merged: look('Merged', 'done', 'merge'),
  failed: look('Failed', 'bad', 'cross'),
  skipped: look('Skipped', 'idle', 'dash'),
  timed_out: look('Timed out', 'bad', 'cross'),
  cancelled: look('Cancelled', 'idle', 'stop'),
  superseded: look('Superseded', 'idle', 'dash'),
};

export function outcomeLook(outcome: AttemptOutcome | undefined): Look {
  return outcome === undefined ? look('Under way', 'progress', 'half') : outcomeLooks[outcome];
}

/** An active step looks like the run that is at it, and so does one whose turn is held. */
export function stepLook(
  { state, attempts }: Pick<StepView, 'state' | 'attempts'>,
  run: RunPlace,
  isHeld = false,
): Look {
  if (isHeld) return runStateLook.paused;
  if (state === 'to_come') return look('To come', 'idle', 'hollow');
  if (state === 'compensated') return look('Compensated', 'idle', 'back');
  if (state === 'active') return runLook(run) ?? look('Active', 'progress', 'half');
  const outcome = outcomeLooks[state];
  const last = attempts.at(-1);
  // A skipped undo leaves the step in the state of its execution.
  const isUndo = last?.phase === 'compensate' && last.outcome === state;
  return isUndo ? { ...outcome, word: `Undo ${outcome.word.toLowerCase()}` } : outcome;
}

export function candidateLook(candidate: RunPlace & { readonly status: CandidateStatus }): Look {
  return runLook(candidate) ?? statusLook[candidate.status];
}

export const whoWords: Readonly<Record<WhoActs, string>> = {
  worker: 'the worker',
  reviewer: 'a reviewer',
  operator: 'an operator',
  nobody: 'nobody',
};
