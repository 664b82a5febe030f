import type { components } from '@loom/api';
import type { RunInspection } from '../../application/inspect-run.ts';
import type { Sent } from './sent.ts';

type Shape = Sent<components['schemas']['RunInspection']>;

/** What the engine has of a run, in the shape of the contract. */
export function presentInspection(inspection: RunInspection) {
  return {
    runId: inspection.runId,
    workflowId: inspection.workflowId,
    namespace: inspection.namespace,
    taskQueue: inspection.taskQueue,
    state: inspection.state,
    note: inspection.note,
    asOf: inspection.asOf,
    startedAt: inspection.startedAt,
    closedAt: inspection.closedAt,
    link: inspection.link,
    stored: inspection.stored,
    history: inspection.history,
    pendingTask: inspection.pendingTask,
    pendingActivities: inspection.pendingActivities,
    timers: inspection.timers,
    entries: inspection.entries,
    nextCursor: inspection.nextCursor,
  } satisfies Shape;
}
