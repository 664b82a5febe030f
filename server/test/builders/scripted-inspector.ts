import type {
  EngineInspection,
  InspectionQuery,
  RunInspector,
} from '../../src/application/ports/run-inspector.ts';

export interface ScriptedInspector extends RunInspector {
  answer: Awaited<ReturnType<RunInspector['inspect']>>;
  readonly queries: InspectionQuery[];
}

export const AN_INSPECTION: EngineInspection = {
  state: 'running',
  startedAt: '2026-11-21T10:00:00.000Z',
  history: {
    events: 12,
    bytes: 3_400,
    continuesAt: { events: 4_096, bytes: 4_194_304 },
    continuedAsNew: 1,
  },
  pendingTask: {
    state: 'scheduled',
    attempt: 2,
    scheduledAt: '2026-11-21T10:00:02.000Z',
    lastFailure: 'Its code does not fit.',
  },
  pendingActivities: [
    { name: 'sweep', state: 'scheduled', attempt: 3, nextTryAt: '2026-11-21T10:00:09.000Z' },
  ],
  timers: [
    {
      startedAt: '2026-11-21T10:00:01.000Z',
      firesAt: '2026-11-21T10:10:01.000Z',
      text: 'time limit of the step',
    },
  ],
  entries: [
    {
      part: 2,
      eventId: 12,
      at: '2026-11-21T10:00:01.000Z',
      kind: 'timer',
      text: 'Waits for 10 min at most.',
      until: '2026-11-21T10:10:01.000Z',
    },
    {
      part: 2,
      eventId: 11,
      at: '2026-11-21T10:00:01.000Z',
      kind: 'step',
      text: 'A callback arrived.',
      bytes: 120,
    },
  ],
  nextCursor: 'older',
};

/** Gives what the test says; what Temporal itself gives is tested on it. */
export function createScriptedInspector(): ScriptedInspector {
  const inspector: ScriptedInspector = {
    answer: { kind: 'found', inspection: AN_INSPECTION },
    queries: [],
    placeOf: ({ migrationId, candidateId }) => ({
      workflowId: `${migrationId}__${candidateId}`,
      namespace: 'default',
      taskQueue: 'loom',
      link: 'http://temporal.test/',
    }),
    inspect: async (query) => {
      inspector.queries.push(query);
      return inspector.answer;
    },
  };
  return inspector;
}
