import type { InspectionEntry, OpenTimer } from '../../application/ports/run-inspector.ts';
import {
  type ActivityWords,
  completedAtMs,
  describeLocalActivity,
  LOCAL_ACTIVITY,
} from './activity-words.ts';
import { describeFailure, type HistoryEvent, msOf, numberOf, timeOf } from './history-event.ts';
import { countPayloadBytes, readFields } from './read-payload.ts';
import { createStepWords, describeCommand, describeSignal, type StepWords } from './step-words.ts';
import { describeTask } from './task-words.ts';
import { formatDuration, reasonOfTimer } from './timer-words.ts';

type Said = Pick<InspectionEntry, 'kind' | 'text' | 'isProblem' | 'until'>;

/** What is known of a page of history while one of its events is put into words. */
interface Context {
  readonly words: StepWords;
  readonly byId: ReadonlyMap<number, HistoryEvent>;
  /** Of markers, by event id. */
  readonly activities: ReadonlyMap<number, ActivityWords>;
}

/** Puts events of one history, in any order, into words. What lies outside of them is left out of the sentences. */
export function describeHistory(
  events: readonly HistoryEvent[],
  stepNames: readonly string[],
  part: number,
): readonly InspectionEntry[] {
  const context = createContext(events, stepNames);
  return events.map((event) => {
    const { kind, text, isProblem, until } = describeEvent(event, context);
    const bytes = countPayloadBytes(event);
    return {
      part,
      eventId: idOf(event),
      at: timeOf(event.eventTime) ?? '',
      kind,
      text,
      ...(isProblem === true ? { isProblem } : {}),
      ...(until === undefined ? {} : { until }),
      ...(bytes === 0 ? {} : { bytes }),
    };
  });
}

/**
 * The timer that the run waits for, if there is one: of those that have neither fired nor been cancelled the one that
 * was set last, since a run forgets those before. `events` reach back from the newest.
 */
export function findOpenTimers(
  events: readonly HistoryEvent[],
  stepNames: readonly string[],
): readonly OpenTimer[] {
  const ended = new Set(
    events.flatMap(({ timerFiredEventAttributes: fired, timerCanceledEventAttributes: canceled }) => {
      const startedId = fired?.startedEventId ?? canceled?.startedEventId;
      return startedId === undefined || startedId === null ? [] : [numberOf(startedId)];
    }),
  );
  const open = events
    .filter((event) => event.timerStartedEventAttributes != null && !ended.has(idOf(event)))
    .toSorted((one, other) => idOf(other) - idOf(one))[0];
  const startedAt = timeOf(open?.eventTime);
  const firesAt = open === undefined ? undefined : firesAtOf(open);
  if (open === undefined || startedAt === undefined || firesAt === undefined) return [];
  const context = createContext(events, stepNames);
  // It may have been set for a step before: a run looks at its deadlines when it fires, and sets the next.
  const wentOn = events.some((event) => idOf(event) > idOf(open) && hasMovedOn(event, context));
  const text = wentOn ? 'looks whether a deadline has come' : reasonOf(open, context);
  return [{ startedAt, firesAt, ...(text === undefined ? {} : { text }) }];
}

function hasMovedOn(event: HistoryEvent, { activities }: Context): boolean {
  const signal = event.workflowExecutionSignaledEventAttributes;
  const hasReport = signal?.signalName === 'step-completed';
  return (
    activities.get(idOf(event))?.dialled !== undefined ||
    (hasReport && readFields(signal?.input?.payloads?.[0])?.['status'] !== 'pending') ||
    event.workflowExecutionUpdateAcceptedEventAttributes != null
  );
}

export function idOf(event: HistoryEvent): number {
  return numberOf(event.eventId);
}

function createContext(events: readonly HistoryEvent[], stepNames: readonly string[]): Context {
  const words = createStepWords(stepNames);
  const byId = new Map(events.map((event) => [idOf(event), event]));
  const activities = new Map<number, ActivityWords>();
  for (const [id, { markerRecordedEventAttributes: marker }] of byId)
    if (marker?.markerName === LOCAL_ACTIVITY)
      activities.set(id, describeLocalActivity(marker, tookMs(id, byId), words));
  return { words, byId, activities };
}

/**
 * A run's own time stands still but for local activities: each begins when the one before it ended, and the first when
 * the workflow task was started.
 */
function tookMs(id: number, byId: Context['byId']): number | undefined {
  const marker = byId.get(id)?.markerRecordedEventAttributes;
  const taskId = numberOf(marker?.workflowTaskCompletedEventId);
  const endedAt = marker == null ? undefined : completedAtMs(marker);
  if (endedAt === undefined) return undefined;
  for (let before = id - 1; before > taskId; before -= 1) {
    const event = byId.get(before);
    if (event === undefined) return undefined;
    const earlier = event.markerRecordedEventAttributes;
    if (earlier?.markerName === LOCAL_ACTIVITY) return differenceOf(completedAtMs(earlier), endedAt);
  }
  const startedId = numberOf(byId.get(taskId)?.workflowTaskCompletedEventAttributes?.startedEventId);
  return differenceOf(msOf(byId.get(startedId)?.eventTime), endedAt);
}

/** One that began in a workflow task before would come out too short; such are longer than any heartbeat of a task. */
function differenceOf(from: number | undefined, to: number): number | undefined {
  return from === undefined || to < from ? undefined : to - from;
}

function describeEvent(event: HistoryEvent, context: Context): Said {
  const marker = event.markerRecordedEventAttributes;
  if (marker != null) {
    const activity = context.activities.get(idOf(event));
    if (activity !== undefined) return activity;
    return { kind: 'task', text: 'The engine noted which version of its code the run goes by.' };
  }
  if (event.upsertWorkflowSearchAttributesEventAttributes != null)
    return { kind: 'task', text: 'Temporal lists the run by that version from now on.' };
  return (
    describeMessage(event, context) ??
    describeTimer(event, context) ??
    describeTask(event) ??
    describeExecution(event) ?? { kind: 'task', text: 'An event that this Loom has no words for.' }
  );
}

function describeMessage(event: HistoryEvent, { words }: Context): Said | undefined {
  const signal = event.workflowExecutionSignaledEventAttributes;
  if (signal != null)
    return describeSignal(signal.signalName ?? '', readFields(signal.input?.payloads?.[0]), words);
  const accepted = event.workflowExecutionUpdateAcceptedEventAttributes;
  if (accepted != null) {
    const input = accepted.acceptedRequest?.input;
    const text = describeCommand(input?.name ?? '', readFields(input?.args?.payloads?.[0]));
    return { kind: 'command', text };
  }
  const completed = event.workflowExecutionUpdateCompletedEventAttributes;
  if (completed == null) return undefined;
  const failure = describeFailure(completed.outcome?.failure);
  return failure === undefined
    ? { kind: 'command', text: 'The command was taken over.' }
    : { kind: 'command', text: `The command failed: ${failure}`, isProblem: true };
}

function describeTimer(event: HistoryEvent, context: Context): Said | undefined {
  const started = event.timerStartedEventAttributes;
  if (started != null) {
    const reason = reasonOf(event, context);
    const ms = msOf(started.startToFireTimeout) ?? 0;
    const text =
      ms <= 1
        ? 'Waits a moment, so that the answer to a command leaves before the worker is dialled.'
        : `Waits for ${formatDuration(ms)} at most${reason === undefined ? '' : ` (${reason})`}.`;
    return { kind: 'timer', text, until: firesAtOf(event) };
  }
  const fired = event.timerFiredEventAttributes;
  if (fired != null) {
    const begun = context.byId.get(numberOf(fired.startedEventId));
    const reason = begun === undefined ? undefined : reasonOf(begun, context);
    return { kind: 'timer', text: `The wait is over${reason === undefined ? '' : ` (${reason})`}.` };
  }
  if (event.timerCanceledEventAttributes == null) return undefined;
  return { kind: 'timer', text: 'The wait was cut short: something happened before.' };
}

/** What was done just before in the same workflow task tells what the timer is for. */
function reasonOf(event: HistoryEvent, { byId, activities }: Context): string | undefined {
  const taskId = numberOf(event.timerStartedEventAttributes?.workflowTaskCompletedEventId);
  for (let before = idOf(event) - 1; before > taskId && byId.has(before); before -= 1) {
    const activity = activities.get(before);
    // What came of a dispatch is written to the store in between.
    if (activity !== undefined && (activity.dialled !== undefined || activity.isProblem))
      return reasonOfTimer(activity);
  }
  return undefined;
}

function firesAtOf(event: HistoryEvent): string | undefined {
  const from = msOf(event.eventTime);
  const ms = msOf(event.timerStartedEventAttributes?.startToFireTimeout);
  return from === undefined || ms === undefined ? undefined : new Date(from + ms).toISOString();
}

function describeExecution(event: HistoryEvent): Said | undefined {
  const run = (text: string, isProblem = false): Said => ({ kind: 'run', text, isProblem });
  const started = event.workflowExecutionStartedEventAttributes;
  if (started != null)
    return run(
      (started.continuedExecutionRunId ?? '') === ''
        ? 'The run began.'
        : 'The run goes on here, with what it knew at the end of the history before.',
    );
  if (event.workflowExecutionContinuedAsNewEventAttributes != null)
    return run('This history had become long, so the run goes on in a new one.');
  if (event.workflowExecutionCompletedEventAttributes != null) return run('The run is over.');
  const failed = event.workflowExecutionFailedEventAttributes;
  if (failed != null)
    return run(`The workflow failed: ${describeFailure(failed.failure) ?? 'no reason was given'}`, true);
  const terminated = event.workflowExecutionTerminatedEventAttributes;
  if (terminated != null) {
    const reason = describeFailure({ message: terminated.reason ?? '' });
    return run(`The workflow was terminated${reason === undefined ? '.' : `: ${reason}`}`, true);
  }
  if (event.workflowExecutionTimedOutEventAttributes != null) return run('The workflow timed out.', true);
  if (event.workflowExecutionCanceledEventAttributes != null) return run('The workflow was cancelled.');
  if (event.workflowExecutionCancelRequestedEventAttributes != null)
    return { kind: 'command', text: 'Cancel was asked in Temporal itself.' };
  return undefined;
}
