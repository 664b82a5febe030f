import { type Client, isGrpcServiceError } from '@temporalio/client';
import type { RunRef } from '../../application/ports/refs.ts';
import type {
  EngineInspection,
  InspectedState,
  InspectionEntry,
  InspectionQuery,
  RunInspector,
} from '../../application/ports/run-inspector.ts';
import { workflowIdOf } from '../../domain/candidate.ts';
import { type HistoryEvent, numberOf, timeOf } from './history-event.ts';
import { describeHistory, findOpenTimers, idOf } from './history-words.ts';
import { decodePlace, encodePlace, type InspectionPlace } from './inspection-cursor.ts';
import { pendingActivitiesOf, pendingTaskOf } from './pending-work.ts';
import { filterOf, findExecutions, type RunExecutions } from './run-executions.ts';

export interface TemporalRunInspectorOptions {
  readonly client: Client;
  readonly taskQueue: string;
  /** Where people reach Temporal's own pages. */
  readonly uiUrl: string | undefined;
}

interface HistoryPage {
  /** The newest first. */
  readonly events: readonly HistoryEvent[];
  /** Of the page before. */
  readonly token: string | undefined;
}

type ReadPage = (runId: string, token: string | undefined) => Promise<HistoryPage>;

const DEADLINE_MS = 2_000;
const EVENTS_PER_READ = 200;
/** A filter that lets little through ends a page early. */
const MOST_READS = 8;
const MOST_READS_FOR_TIMER = 3;
/** What Temporal suggests continuing as new at, unless its operator says otherwise. */
const CONTINUES_AT = { events: 4_096, bytes: 4 * 1024 * 1024 };

/** `WorkflowExecutionStatus` of Temporal. The last history of a run has not continued as new. */
const STATES: Readonly<Record<number, InspectedState>> = {
  1: 'running',
  2: 'completed',
  3: 'failed',
  4: 'cancelled',
  5: 'terminated',
  6: 'running',
  7: 'timed_out',
  8: 'paused',
};
/** gRPC status codes. */
const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;

export function createTemporalRunInspector({
  client,
  taskQueue,
  uiUrl,
}: TemporalRunInspectorOptions): RunInspector {
  const { namespace } = client.options;

  async function readPage(run: RunRef, runId: string, token: string | undefined): Promise<HistoryPage> {
    const workflowId = workflowIdOf(run.migrationId, run.candidateId);
    const { history, nextPageToken } = await client.workflowService.getWorkflowExecutionHistoryReverse({
      namespace,
      execution: { workflowId, runId },
      maximumPageSize: EVENTS_PER_READ,
      nextPageToken: token === undefined ? null : Buffer.from(token, 'base64url'),
    });
    const hasMore = nextPageToken !== null && nextPageToken !== undefined && nextPageToken.length > 0;
    return {
      events: history?.events ?? [],
      token: hasMore ? Buffer.from(nextPageToken).toString('base64url') : undefined,
    };
  }

  /** As many entries as are asked for, over as many reads and histories as that takes. */
  async function readEntries(
    query: InspectionQuery,
    { ids }: RunExecutions,
    from: InspectionPlace,
    read: ReadPage,
  ) {
    const entries: InspectionEntry[] = [];
    let place: InspectionPlace | undefined = from;
    for (let reads = 0; place !== undefined && reads < MOST_READS; reads += 1) {
      const at: InspectionPlace = place;
      const id = ids[ids.length - 1 - at.back];
      if (id === undefined) return { entries, next: undefined };
      const { events, token } = await read(id, at.token);
      const described = describeHistory(events, query.stepNames, ids.length - at.back);
      const fitting = described.filter(
        ({ eventId, kind }) =>
          (at.before === undefined || eventId < at.before) &&
          (query.kinds.length === 0 || query.kinds.includes(kind)),
      );
      const room = query.limit - entries.length;
      entries.push(...fitting.slice(0, room));
      if (fitting.length > room) return { entries, next: { ...at, before: entries.at(-1)?.eventId } };
      if (token !== undefined) place = { back: at.back, token };
      else place = at.back + 1 < ids.length ? { back: at.back + 1 } : undefined;
      if (entries.length === query.limit) break;
    }
    return { entries, next: place };
  }

  /** Far enough back to know which timer is open, but for those that were set thousands of events ago. */
  async function readNewest(id: string, read: ReadPage): Promise<readonly HistoryEvent[]> {
    const events: HistoryEvent[] = [];
    let token: string | undefined;
    for (let reads = 0; reads < MOST_READS_FOR_TIMER; reads += 1) {
      const page = await read(id, token);
      events.push(...page.events);
      token = page.token;
      if (token === undefined || findOpenTimers(events, []).length > 0) break;
    }
    return events;
  }

  async function inspect(query: InspectionQuery): ReturnType<RunInspector['inspect']> {
    const place = decodePlace(query);
    if (place === undefined) return { kind: 'cursor-mismatch' };
    const executions = await findExecutions(client, query.run);
    if (executions === undefined) return { kind: 'none' };
    const pages = new Map<string, Promise<HistoryPage>>();
    const read: ReadPage = (id, token) => {
      const key = `${id} ${token ?? ''}`;
      const page = pages.get(key) ?? readPage(query.run, id, token);
      pages.set(key, page);
      return page;
    };
    const newest = await readNewest(executions.ids.at(-1) ?? '', read);
    const { entries, next } = await readEntries(query, executions, place, read);
    const link = executions.isNewest
      ? undefined
      : linkTo(`?query=${encodeURIComponent(filterOf(query.run))}`);
    const inspection = {
      ...(link === undefined ? {} : { link }),
      ...describeNow(executions, newest, query.stepNames),
      entries,
      ...(next === undefined ? {} : { nextCursor: encodePlace(query, next) }),
    };
    return { kind: 'found', inspection };
  }

  function linkTo(path: string): string | undefined {
    if (uiUrl === undefined) return undefined;
    return `${uiUrl.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows${path}`;
  }

  return {
    placeOf({ migrationId, candidateId }) {
      const workflowId = workflowIdOf(migrationId, candidateId);
      const link = linkTo(`/${encodeURIComponent(workflowId)}`);
      return { workflowId, namespace, taskQueue, ...(link === undefined ? {} : { link }) };
    },
    inspect: async (query) => {
      try {
        return await client.connection.withDeadline(Date.now() + DEADLINE_MS, () => inspect(query));
      } catch (error) {
        if (!isGrpcServiceError(error)) throw error;
        if (error.code === INVALID_ARGUMENT && query.cursor !== undefined) return { kind: 'cursor-mismatch' };
        // A namespace that is not there is a Temporal that is not what Loom was told, not a run that is gone.
        const isGone = error.code === NOT_FOUND && !/namespace/i.test(error.details);
        return { kind: isGone ? 'none' : 'unavailable' };
      }
    },
  };
}

function describeNow(
  { ids, described, startedAt }: RunExecutions,
  newest: readonly HistoryEvent[],
  stepNames: readonly string[],
): Omit<EngineInspection, 'entries' | 'nextCursor'> {
  const info = described.workflowExecutionInfo;
  const state = STATES[info?.status ?? 0] ?? 'running';
  const isOpen = state === 'running' || state === 'paused';
  const newestId = newest[0] === undefined ? 0 : idOf(newest[0]);
  return {
    state,
    startedAt: timeOf(startedAt),
    closedAt: timeOf(info?.closeTime),
    history: {
      events: Math.max(numberOf(info?.historyLength), newestId),
      bytes: numberOf(info?.historySizeBytes),
      continuesAt: CONTINUES_AT,
      continuedAsNew: ids.length - 1,
    },
    pendingTask: pendingTaskOf(described, newest),
    pendingActivities: pendingActivitiesOf(described),
    timers: isOpen ? findOpenTimers(newest, stepNames) : [],
  };
}
