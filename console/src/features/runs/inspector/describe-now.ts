import type { RunInspection } from '../../../shared/contract.ts';
import type { Look } from '../../../shared/state-look.ts';

const looks: Readonly<Record<RunInspection['state'], Look>> = {
  running: { word: 'Running', tone: 'progress', shape: 'half' },
  completed: { word: 'Completed', tone: 'done', shape: 'check' },
  failed: { word: 'Failed', tone: 'bad', shape: 'cross' },
  cancelled: { word: 'Cancelled', tone: 'idle', shape: 'stop' },
  terminated: { word: 'Terminated', tone: 'bad', shape: 'stop' },
  timed_out: { word: 'Timed out', tone: 'bad', shape: 'cross' },
  paused: { word: 'Paused', tone: 'person', shape: 'bars' },
  not_found: { word: 'Not found', tone: 'idle', shape: 'question' },
};

export function workflowLook(state: RunInspection['state']): Look {
  return looks[state];
}

export interface Now {
  readonly text: string;
  /** Since or until when that is. */
  readonly at?: string | undefined;
  readonly isProblem?: boolean;
}

/** What Temporal does with the run at this moment, each in a sentence. */
export function describeNow(inspection: RunInspection): readonly Now[] {
  const { state, note, pendingTask, pendingActivities, timers, closedAt } = inspection;
  if (state === 'not_found') return [{ text: note ?? 'Temporal has nothing of this run.' }];
  if (closedAt !== undefined) return [{ text: 'The workflow is over', at: closedAt }];
  const now: Now[] = [];
  if (pendingTask !== undefined) now.push(describeTask(pendingTask));
  for (const { name, state: how, attempt, maximumAttempts, lastFailure, nextTryAt } of pendingActivities) {
    const of = maximumAttempts === undefined ? '' : ` of ${maximumAttempts}`;
    const why = lastFailure === undefined ? '' : `. It failed: ${lastFailure}`;
    const what = `The activity ${name} is ${how.replace('_', ' ')}, attempt ${attempt}${of}${why}`;
    now.push({ text: what, at: nextTryAt, isProblem: lastFailure !== undefined });
  }
  for (const { text, firesAt } of timers)
    now.push({ text: `Waits for a callback or a person. Timer: ${text}`, at: firesAt });
  if (now.length === 0) now.push({ text: 'Waits for a callback or a person; no timer is set' });
  return now;
}

function describeTask({
  state,
  attempt,
  scheduledAt,
  startedAt,
  lastFailure,
}: NonNullable<RunInspection['pendingTask']>): Now {
  if (lastFailure !== undefined || attempt > 1) {
    const why = lastFailure === undefined ? '' : `: ${lastFailure}`;
    return {
      text: `The engine cannot go on, attempt ${attempt}${why}`,
      at: scheduledAt,
      isProblem: true,
    };
  }
  return state === 'started'
    ? { text: 'The engine is at it', at: startedAt }
    : { text: 'Waits for an engine to take it up', at: scheduledAt };
}
