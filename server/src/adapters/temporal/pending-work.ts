import type { temporal } from '@temporalio/proto';
import type { PendingActivity, PendingTask } from '../../application/ports/run-inspector.ts';
import { describeFailure, type HistoryEvent, numberOf, timeOf } from './history-event.ts';
import { whyTaskFailed } from './task-words.ts';

type Described = temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse;

/** `PendingActivityState` of Temporal. */
const ACTIVITY_STATES: Readonly<Record<number, PendingActivity['state']>> = {
  1: 'scheduled',
  2: 'started',
  3: 'cancel_requested',
  4: 'paused',
  5: 'paused',
};
/** `PendingWorkflowTaskState` of Temporal. */
const TASK_STARTED = 2;

export function pendingActivitiesOf({ pendingActivities }: Described): readonly PendingActivity[] {
  return (pendingActivities ?? []).map((activity) => {
    const state = ACTIVITY_STATES[activity.state ?? 0] ?? 'scheduled';
    return {
      name: activity.activityType?.name ?? 'unknown',
      state,
      attempt: activity.attempt ?? 1,
      // 0 of Temporal is no bound.
      maximumAttempts: activity.maximumAttempts || undefined,
      lastFailure: describeFailure(activity.lastFailure),
      nextTryAt: state === 'scheduled' ? timeOf(activity.scheduledTime) : undefined,
      lastStartedAt: timeOf(activity.lastStartedTime),
    };
  });
}

/** @param newest events; of several failures in a row only the first is in the history. */
export function pendingTaskOf(
  { pendingWorkflowTask: task }: Described,
  newest: readonly HistoryEvent[],
): PendingTask | undefined {
  if (task === null || task === undefined) return undefined;
  const attempt = task.attempt ?? 1;
  const lastFailed = newest.find(({ workflowTaskFailedEventAttributes: failed }) => failed != null);
  const failed = lastFailed?.workflowTaskFailedEventAttributes;
  const wentOnSince =
    lastFailed === undefined ||
    newest.some(
      ({ eventId, workflowTaskCompletedEventAttributes: completed }) =>
        completed != null && numberOf(eventId) > numberOf(lastFailed.eventId),
    );
  return {
    state: task.state === TASK_STARTED ? 'started' : 'scheduled',
    attempt,
    scheduledAt: timeOf(task.originalScheduledTime ?? task.scheduledTime),
    startedAt: timeOf(task.startedTime),
    lastFailure: failed == null || wentOnSince ? undefined : whyTaskFailed(failed),
  };
}
