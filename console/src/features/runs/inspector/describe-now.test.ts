import { describe, expect, it } from 'vitest';
import { anInspection, aTime } from '../../../testing/samples.ts';
import { describeNow, workflowLook } from './describe-now.ts';

const textsOf = (...over: Parameters<typeof anInspection>) =>
  describeNow(anInspection(...over)).map(({ text }) => text);

describe('what Temporal does now', () => {
  it('is waiting, until when and for what', () => {
    expect(describeNow(anInspection())).toEqual([
      { text: 'Waits for a callback or a person. Timer: time limit of the step', at: aTime },
    ]);
    expect(textsOf({ timers: [] })).toEqual(['Waits for a callback or a person; no timer is set']);
  });

  it('is a task of the engine, and why it cannot go on', () => {
    const timers = { timers: [] };
    expect(textsOf({ ...timers, pendingTask: { state: 'started', attempt: 1 } })).toEqual([
      'The engine is at it',
    ]);
    expect(textsOf({ ...timers, pendingTask: { state: 'scheduled', attempt: 1 } })).toEqual([
      'Waits for an engine to take it up',
    ]);
    const failing = { state: 'scheduled', attempt: 4, lastFailure: 'Its code does not fit.' } as const;
    expect(describeNow(anInspection({ ...timers, pendingTask: failing }))).toEqual([
      {
        text: 'The engine cannot go on, attempt 4: Its code does not fit.',
        at: undefined,
        isProblem: true,
      },
    ]);
    expect(textsOf({ ...timers, pendingTask: { state: 'scheduled', attempt: 2 } })).toEqual([
      'The engine cannot go on, attempt 2',
    ]);
  });

  it('is an activity with its attempt and its next try', () => {
    const activity = { name: 'sweep', state: 'scheduled', attempt: 2, nextTryAt: aTime } as const;
    expect(
      describeNow(
        anInspection({
          timers: [],
          pendingActivities: [
            { ...activity, maximumAttempts: 5, lastFailure: 'No.' },
            { name: 'dust', state: 'cancel_requested', attempt: 1 },
          ],
        }),
      ),
    ).toEqual([
      { text: 'The activity sweep is scheduled, attempt 2 of 5. It failed: No.', at: aTime, isProblem: true },
      { text: 'The activity dust is cancel requested, attempt 1', at: undefined, isProblem: false },
    ]);
  });

  it('is nothing once the workflow is over or gone', () => {
    expect(textsOf({ state: 'completed', closedAt: aTime })).toEqual(['The workflow is over']);
    expect(textsOf({ state: 'not_found', note: 'Removed.' })).toEqual(['Removed.']);
    expect(textsOf({ state: 'not_found' })).toEqual(['Temporal has nothing of this run.']);
    expect(workflowLook('not_found').word).toBe('Not found');
  });
});
