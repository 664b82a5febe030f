import type { InspectionEntry } from '../../application/ports/run-inspector.ts';
import { describeFailure, type HistoryEvent } from './history-event.ts';

type Said = Pick<InspectionEntry, 'kind' | 'text' | 'isProblem'>;
type TaskFailed = NonNullable<HistoryEvent['workflowTaskFailedEventAttributes']>;

/** Causes of Temporal that are no failure of the engine (`WorkflowTaskFailedCause`). */
const UNHANDLED_COMMAND = 1;
const RESET_STICKY_TASK_QUEUE = 13;
const FORCE_CLOSE_COMMAND = 17;
const NON_DETERMINISTIC_ERROR = 24;
const HARMLESS: ReadonlySet<number | null | undefined> = new Set([
  UNHANDLED_COMMAND,
  RESET_STICKY_TASK_QUEUE,
  FORCE_CLOSE_COMMAND,
]);

/** The engine's own work: workflow tasks. */
export function describeTask(event: HistoryEvent): Said | undefined {
  const task = (text: string, isProblem = false): Said => ({ kind: 'task', text, isProblem });
  if (event.workflowTaskScheduledEventAttributes != null) return task('The engine was asked to go on.');
  if (event.workflowTaskStartedEventAttributes != null) return task('The engine took the run up.');
  if (event.workflowTaskCompletedEventAttributes != null) return task('The engine went on with the run.');
  if (event.workflowTaskTimedOutEventAttributes != null)
    return task('The engine did not answer in time; another may take the run up.', true);
  const failed = event.workflowTaskFailedEventAttributes;
  if (failed == null) return undefined;
  const why = whyTaskFailed(failed);
  return why === undefined
    ? task('The engine began anew, since something happened meanwhile.')
    : task(`The engine failed: ${why}`, true);
}

/** A sentence, or undefined when it is no failure. */
export function whyTaskFailed({ cause, failure }: TaskFailed): string | undefined {
  if (HARMLESS.has(cause)) return undefined;
  const said = describeFailure(failure) ?? 'no reason was given';
  return cause === NON_DETERMINISTIC_ERROR
    ? `its code does not fit the history that is there (nondeterminism). ${said}`
    : said;
}
