import type { Client } from '@temporalio/client';

/** Workflow tasks of a run that failed or timed out: a stuck one is tried, and fails, again and again. */
export async function countFailedTasks(client: Client, workflowId: string): Promise<number> {
  const handle = client.workflow.getHandle(workflowId);
  const { raw } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const inHistory = (events ?? []).filter(
    ({ workflowTaskFailedEventAttributes: failed, workflowTaskTimedOutEventAttributes: timedOut }) =>
      failed || timedOut,
  );
  // Only the first failure of a task is in the history; the tries after it are counted here.
  return inHistory.length + Math.max(0, (raw.pendingWorkflowTask?.attempt ?? 1) - 1);
}
