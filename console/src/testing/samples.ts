import type {
  Attempt,
  Candidate,
  CandidateSummary,
  Instance,
  LoomEvent,
  Migration,
  Pause,
  RequiredInput,
  RunInspection,
  Step,
  StepView,
} from '../shared/contract.ts';

export const aTime = '2026-11-20T10:00:00.000Z';

export function aMigration(over: Partial<Migration> = {}): Migration {
  return {
    id: 'sample',
    name: 'Sample migration',
    workerApp: 'sample-worker',
    revision: 'a'.repeat(64),
    announcedAt: aTime,
    stepCount: 2,
    total: 3,
    gone: 0,
    counts: { status: { not_started: 2, running: 1, completed: 0 }, runState: { awaiting_retry: 1 } },
    failing: 1,
    trend: Array.from({ length: 14 }, () => 0),
    liveInstances: 1,
    drainingInstances: 0,
    drainedInstances: 0,
    steps: [aDefinition('first', { compensable: true }), aDefinition('second')],
    requiredInputs: [],
    labelKeys: ['team'],
    capabilities: { dryRun: true, compensate: true, cancel: true, discover: false },
    ...over,
  };
}

export function aDefinition(name: string, over: Partial<Step> = {}): Step {
  return { name, workerApp: 'sample-worker', kind: 'dispatch', compensable: false, ...over };
}

export function anInput(name: string, over: Partial<RequiredInput> = {}): RequiredInput {
  return { name, type: 'string', required: true, ...over };
}

export function aRow(id: string, over: Partial<CandidateSummary> = {}): CandidateSummary {
  return {
    id,
    kind: 'repository',
    labels: {},
    metadata: {},
    status: 'not_started',
    stepCount: 2,
    lastSeen: aTime,
    ...over,
  };
}

export function aCandidate(over: Partial<Candidate> = {}): Candidate {
  return { ...aRow('acme/billing'), inputs: {}, files: [], ...over };
}

export function aStep(name: string, over: Partial<StepView> = {}): StepView {
  return {
    name,
    kind: 'dispatch',
    workerApp: 'sample-worker',
    compensable: false,
    state: 'to_come',
    attempts: [],
    ...over,
  };
}

export function anAttempt(over: Partial<Attempt> = {}): Attempt {
  return {
    attempt: 1,
    phase: 'execute',
    startedAt: aTime,
    endedAt: aTime,
    outcome: 'succeeded',
    inputsVersion: 1,
    ...over,
  };
}

export function anEvent(id: string, over: Partial<LoomEvent> = {}): LoomEvent {
  return { id, at: aTime, type: 'step.succeeded', actor: { kind: 'system', id: 'engine' }, ...over };
}

export function anInspection(over: Partial<RunInspection> = {}): RunInspection {
  return {
    runId: '01931f6a-2c9b-7d53-9b3a-1f2f3a4b5c6d',
    workflowId: 'sample__acme/billing',
    namespace: 'default',
    taskQueue: 'loom',
    state: 'running',
    asOf: aTime,
    startedAt: aTime,
    stored: { status: 'running', runState: 'in_progress' },
    history: {
      events: 1_204,
      bytes: 480_000,
      continuesAt: { events: 4_096, bytes: 4_194_304 },
      continuedAsNew: 0,
    },
    pendingActivities: [],
    timers: [{ startedAt: aTime, firesAt: aTime, text: 'time limit of the step' }],
    entries: [],
    ...over,
  };
}

export function aPause(over: Partial<Pause> = {}): Pause {
  return { since: aTime, actor: { kind: 'person', id: 'local' }, ...over };
}

export function anInstance(over: Partial<Instance> = {}): Instance {
  return {
    instanceId: 'i-1',
    workerUrl: 'http://127.0.0.1:4001',
    state: 'ready',
    leaseExpiresAt: aTime,
    lastSeenAt: aTime,
    busy: 0,
    findings: [],
    ...over,
  };
}
