import { randomUUID } from 'node:crypto';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { expect, inject } from 'vitest';
import type {} from '../../../dev/stack/src/test-parts.ts';
import { checkCondition, evaluateCondition } from '../../src/adapters/cel/cel-condition.ts';
import { createMemoryConcurrencyKeys } from '../../src/adapters/memory/memory-concurrency-keys.ts';
import { createMemoryDeadLetterStore } from '../../src/adapters/memory/memory-dead-letter-store.ts';
import { createMemoryEventLog } from '../../src/adapters/memory/memory-event-log.ts';
import { createMemoryHandovers } from '../../src/adapters/memory/memory-handovers.ts';
import { createMemoryMigrationStore } from '../../src/adapters/memory/memory-migration-store.ts';
import { createMemoryPauseStore } from '../../src/adapters/memory/memory-pause-store.ts';
import { createMemoryState } from '../../src/adapters/memory/memory-state.ts';
import { createMemoryWorkerDirectory } from '../../src/adapters/memory/memory-worker-directory.ts';
import { re2Patterns } from '../../src/adapters/re2/re2-patterns.ts';
import { hashJson, newUuid, systemClock } from '../../src/adapters/system/system.ts';
import { createActivities } from '../../src/adapters/temporal/activities.ts';
import { createTemporalRunEngine } from '../../src/adapters/temporal/temporal-run-engine.ts';
import { createCallbackTokens } from '../../src/adapters/worker-http/callback-tokens.ts';
import { createCallbackPatience } from '../../src/application/callback-patience.ts';
import { approveStep, cancelRun, changeInputs, retryStep } from '../../src/application/command-run.ts';
import { compensateRun } from '../../src/application/compensate-run.ts';
import { completeStep } from '../../src/application/complete-step.ts';
import { createDialSlots } from '../../src/application/dial-slots.ts';
import { listSteps } from '../../src/application/list-steps.ts';
import { pauseRun, resumeRun } from '../../src/application/pause-run.ts';
import { type StepReport } from '../../src/application/ports/callbacks.ts';
import { type MigrationStore, StoreUnavailable } from '../../src/application/ports/migration-store.ts';
import { type CandidateRef, type RunRef } from '../../src/application/ports/refs.ts';
import type { Clock } from '../../src/application/ports/system.ts';
import { reconcilePage } from '../../src/application/reconcile-runs.ts';
import { skipStep } from '../../src/application/skip-step.ts';
import { startRun } from '../../src/application/start-run.ts';
import {
  redeliverAbandoned,
  wakeNextInQueue,
  wakeParked,
  wakeReleased,
} from '../../src/application/tend-workers.ts';
import { type Candidate, type CandidateFacts, workflowIdOf } from '../../src/domain/candidate.ts';
import type { Actor } from '../../src/domain/event.ts';
import type { Inputs, RequiredInput } from '../../src/domain/inputs.ts';
import { USUAL_LOOK_AGAIN } from '../../src/domain/look-again.ts';
import type { Outcome } from '../../src/domain/problem.ts';
import { USUAL_RETRY } from '../../src/domain/retry-policy.ts';
import type { Step } from '../../src/domain/step.ts';
import { ANN } from '../builders/build-run.ts';
import { createScriptedDispatcher } from '../builders/scripted-dispatcher.ts';
import { aCandidate, aDefinition, anAnnouncement, aStep } from '../contracts/builders.ts';
import { loadTestBundle } from './workflow-bundle.ts';

export const WORKER_APP = 'charts';
const WORKER_URL = 'http://worker.test';
const LEASE_SECONDS = 3_600;

/** A step that the scripted worker runs. */
export const step = (name: string, more: Partial<Step> = {}): Step =>
  aStep(name, { workerApp: WORKER_APP, timeoutMs: 600_000, ...more });
export const review = (name: string): Step => aStep(name, { kind: 'review' });

export interface EngineOptions {
  /** Wraps the store that the engine writes to. */
  readonly store?: (real: MigrationStore) => MigrationStore;
  /** The engine goes away without waiting for what it is doing; the SDK's core complains of that on stderr. */
  readonly diesHard?: boolean;
  /** 0 makes every workflow task replay the whole history. */
  readonly cachedRuns?: number;
  /** Of another Temporal than that of all tests. */
  readonly address?: string;
  /** Where time is not that of the machine. */
  readonly clock?: Clock;
  /** Of an announced instance. Default: an hour. */
  readonly leaseSeconds?: number;
  /** How old a cancel has to be before a run that ignores it is ended from outside. Default: 0. */
  readonly cancelGraceMs?: number;
  /** A module of workflow interceptors. */
  readonly interceptor?: URL;
  /** Awaited before every activity. */
  readonly beforeActivity?: () => Promise<void>;
}

interface Prepared {
  readonly requiredInputs?: readonly RequiredInput[];
  readonly facts?: Partial<CandidateFacts>;
}

export type EngineHarness = Awaited<ReturnType<typeof startEngineHarness>>;

/** The real interpreter on a real Temporal, over memory adapters, with a scripted worker. */
export async function startEngineHarness(options: EngineOptions = {}) {
  quietTemporal();
  const address = options.address ?? inject('temporalAddress');
  const clock = options.clock ?? systemClock;
  const [connection, nativeConnection, workflowBundle] = await Promise.all([
    Connection.connect({ address }),
    NativeConnection.connect({ address }),
    loadTestBundle(options.interceptor),
  ]);
  const client = new Client({ connection });
  const taskQueue = `test-${randomUUID()}`;
  const state = createMemoryState();
  const memory = createMemoryMigrationStore({ clock, state });
  /** While `store` is set, every write of the engine is refused and counted. */
  const faults = { store: false, refused: 0 };
  const store = options.store?.(memory) ?? refuseWhile(memory, faults);
  const directory = createMemoryWorkerDirectory({ clock, state });
  const dispatcher = createScriptedDispatcher();
  const tokens = createCallbackTokens(['s'.repeat(32)]);
  /** One of its own has not yet kept the answer to a query. */
  const newEngine = () =>
    createTemporalRunEngine({
      client,
      taskQueue,
      hasSearchAttributes: async () => false,
      limits: { commandTimeoutMs: 10_000, queryTimeoutMs: 10_000 },
    });
  const engine = newEngine();
  const deps = {
    store,
    directory,
    dispatcher,
    engine,
    tokens,
    events: createMemoryEventLog({ state }),
    clock,
    newId: newUuid,
    hashJson,
    checkCondition,
    patterns: re2Patterns,
    usualRetry: USUAL_RETRY,
    lookAgain: USUAL_LOOK_AGAIN,
    chance: Math.random,
    evaluateCondition,
    pauses: createMemoryPauseStore({ events: createMemoryEventLog({ state }), clock }),
    deadLetters: createMemoryDeadLetterStore(),
    concurrency: createMemoryConcurrencyKeys({ clock }),
    slots: createDialSlots(50, 500),
    handovers: createMemoryHandovers(state),
    patience: createCallbackPatience({ usualMs: 50, quickMs: 250 }),
    onRunFault: (_run: RunRef, error: unknown) => {
      throw error;
    },
    limits: {
      startGraceMs: 0,
      cancelGraceMs: options.cancelGraceMs ?? 0,
      confirmAfterMs: 0,
      maxDeliveries: 10,
    },
  };
  const createWorker = () =>
    Worker.create({
      connection: nativeConnection,
      taskQueue,
      workflowBundle,
      activities: waitFirst(createActivities(deps), options.beforeActivity),
      ...(options.cachedRuns === undefined ? {} : { maxCachedWorkflows: options.cachedRuns }),
      shutdownGraceTime: 0,
      shutdownForceTime: options.diesHard === true ? 100 : '10s',
      stickyQueueScheduleToStartTimeout: '500ms',
    });
  let worker = await createWorker();
  let running = worker.run();
  let migrations = 0;

  /** A worker instance that lives as long as the test. */
  async function announce(instanceId = 'one', workerApp = WORKER_APP): Promise<void> {
    await directory.announce(
      {
        workerApp,
        instanceId,
        workerUrl: `${WORKER_URL}/${instanceId}`,
        migrationId: 'any',
        revision: 'any',
      },
      options.leaseSeconds ?? LEASE_SECONDS,
    );
  }
  await announce();

  /** A migration of its own with one candidate. */
  async function prepare(steps: readonly Step[], more: Prepared = {}) {
    migrations += 1;
    const migrationId = `m${migrations}-${taskQueue.slice(5, 13)}`;
    const candidateId = 'org/web';
    const requiredInputs = more.requiredInputs ?? [];
    await memory.announce(
      anAnnouncement({
        definition: aDefinition({ id: migrationId, steps, requiredInputs, workerApp: WORKER_APP }),
        at: clock.now().toISOString(),
        maxMigrations: 1_000,
      }),
    );
    await memory.submitCandidates({
      migrationId,
      discoveryId: 'd',
      candidates: [aCandidate(candidateId, more.facts)],
      final: false,
      at: clock.now().toISOString(),
    });
    return { migrationId, candidateId };
  }

  async function start(
    steps: readonly Step[],
    more: Prepared & { readonly inputs?: Inputs } = {},
  ): Promise<TestRun> {
    const ref = await prepare(steps, more);
    const { runId } = expectOk(await startRun(deps)({ ...ref, inputs: more.inputs ?? {}, actor: ANN }));
    return follow({ ...ref, runId });
  }

  /** Starts a run under a runId that the test already knows. */
  async function startAs({ runId, ...ref }: RunRef): Promise<void> {
    expectOk(await startRun({ ...deps, newId: () => runId })({ ...ref, inputs: {}, actor: ANN }));
  }

  const tryStart = ({ migrationId, candidateId }: CandidateRef) =>
    startRun(deps)({ migrationId, candidateId, inputs: {}, actor: ANN });

  /** What is left when the API dies between the claim and the start of the workflow. */
  async function claimOnly(ref: CandidateRef): Promise<TestRun> {
    const starting = startRun({
      ...deps,
      engine: { ...engine, start: () => Promise.reject(new Error('died')) },
    });
    await expect(starting({ ...ref, inputs: {}, actor: ANN })).rejects.toThrow('died');
    const candidate = await memory.getCandidate(ref);
    return follow({ ...ref, runId: candidate?.runId ?? '' });
  }

  function follow(ref: RunRef): TestRun {
    const { runId } = ref;
    const workflowId = workflowIdOf(ref.migrationId, ref.candidateId);
    const commanded = { ...ref, actor: ANN };
    const newCommand = () => ({ ...commanded, commandId: randomUUID() });
    let events = 0;
    const run: TestRun = {
      ref,
      handle: client.workflow.getHandle(workflowId),
      candidate: async () => {
        const candidate = await memory.getCandidate(ref);
        if (candidate === undefined) throw new Error('The candidate is gone.');
        return candidate;
      },
      shows: async (runState, more = {}) => {
        await expect
          .poll(() => run.candidate(), { interval: 10, timeout: 10_000 })
          .toMatchObject({ status: 'running', runState, ...more });
      },
      ends: async (status, timeout = 15_000) => {
        await expect
          .poll(() => run.candidate(), { interval: 10, timeout })
          .toSatisfy((now: Candidate) => now.status === status && now.runState === undefined);
        await run.handle.result();
      },
      callback: (stepName, status, more = {}) => {
        events += 1;
        const { phase = 'execute', attempt = 1, ...report } = more;
        return completeStep(deps)({
          workflowId,
          candidateId: ref.candidateId,
          runId,
          stepName,
          phase,
          attempt,
          token: tokens.sign({ runId, stepName, phase, attempt }),
          report: { eventId: `event-${events}`, status, ...report },
          operations: [],
        });
      },
      cancel: (more = {}) => cancelRun(deps)({ ...newCommand(), compensate: false, ...more }),
      retry: (stepName, more = {}) => retryStep(deps)({ ...newCommand(), stepName, ...more }),
      decide: (stepName, decision, comment, actor = ANN) =>
        approveStep(deps)({ ...newCommand(), stepName, decision, comment, actor }),
      skip: (stepName, reason, outputs) => skipStep(deps)({ ...newCommand(), stepName, reason, outputs }),
      pause: (reason) => pauseRun(deps)({ ...newCommand(), reason }),
      resume: () => resumeRun(deps)(newCommand()),
      rollBack: async (reason) => {
        const begun = await compensateRun(deps)({ ...newCommand(), reason });
        return follow({ ...ref, runId: expectOk(begun).runId });
      },
      changeInputs: (patch) => changeInputs(deps)({ ...newCommand(), patch }),
      again: async () => {
        const started = await startRun(deps)({ ...commanded, inputs: {} });
        return follow({ ...ref, runId: expectOk(started).runId });
      },
      steps: async () => expectOk(await listSteps(deps)(ref)),
      attempts: async () =>
        (await memory.listAttempts(ref)).map(
          ({ stepIndex, phase, attempt, outcome }) => `${stepIndex}:${phase}:${attempt}:${outcome ?? 'open'}`,
        ),
      stored: async () => {
        const kept = await memory.getRun(ref);
        if (kept === undefined) throw new Error('The run is not kept.');
        return kept;
      },
      dials: () => dispatcher.dials.filter((dial) => dial.runId === runId),
      eventTypes: async () => {
        const page = await deps.events.list({ runId, migrationId: ref.migrationId, limit: 200 });
        return page.kind === 'page' ? page.items.map((event) => event.type).reverse() : [];
      },
    };
    return run;
  }

  return {
    client,
    taskQueue,
    memory,
    faults,
    directory,
    dispatcher,
    engine,
    newEngine,
    deps,
    announce,
    prepare,
    start,
    startAs,
    tryStart,
    claimOnly,
    follow,
    wake: () => wakeParked(deps)(100),
    wakeNextInQueue: () => wakeNextInQueue(deps)(100),
    wakeReleased: () => wakeReleased(deps)(100),
    /** Of every Temporal run that the run has had, the first one first. */
    historiesOf: async (run: TestRun) => {
      const histories = [];
      let runId: string | undefined = (await run.handle.describe()).runId;
      while (runId !== undefined && runId !== '') {
        const history = await client.workflow.getHandle(run.handle.workflowId, runId).fetchHistory();
        histories.unshift(history);
        runId =
          history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? undefined;
      }
      return histories;
    },
    /** Lets the history grow until the run has continued as new: on the test server after 60 events. */
    continueAsNew: async (run: TestRun) => {
      const nudge = () => run.handle.signal('worker-back', { runId: 'nobody' });
      const executionOf = async () => (await run.handle.describe()).runId;
      const before = await executionOf();
      await Promise.all(Array.from({ length: 55 }, nudge));
      // One at a time: Temporal makes signals wait that come while a run closes.
      await expect.poll(() => nudge().then(executionOf), { interval: 100, timeout: 15_000 }).not.toBe(before);
    },
    redeliver: () => redeliverAbandoned(deps)(100, 0),
    reconcile: (migrationId: string) => reconcilePage(deps)({ migrationId }),
    /** The engine goes away, and another takes its place. */
    restart: async () => {
      worker.shutdown();
      await running.catch(() => undefined);
      worker = await createWorker();
      running = worker.run();
    },
    close: async () => {
      worker.shutdown();
      await running.catch(() => undefined);
      await Promise.all([connection.close(), nativeConnection.close()]);
    },
  };
}

export interface TestRun {
  readonly ref: RunRef;
  readonly handle: WorkflowHandle;
  candidate(): Promise<Candidate>;
  /** Waits until the store shows the open run like this. */
  shows(runState: NonNullable<Candidate['runState']>, more?: Partial<Candidate>): Promise<void>;
  /** Waits until the run is over, in the store and in Temporal. */
  ends(status: 'completed' | 'not_started', timeoutMs?: number): Promise<void>;
  callback(
    stepName: string,
    status: StepReport['status'],
    more?: Partial<StepReport> & { readonly phase?: 'execute' | 'compensate'; readonly attempt?: number },
  ): Promise<Outcome<'accepted' | 'duplicate'>>;
  cancel(more?: {
    readonly compensate?: boolean;
    readonly reason?: string;
  }): Promise<Outcome<{ runId: string }>>;
  retry(
    stepName: string,
    more?: { readonly inputs?: Inputs; readonly commandId?: string },
  ): Promise<Outcome<{ runId: string }>>;
  decide(
    stepName: string,
    decision: 'approved' | 'rejected',
    comment?: string,
    actor?: Actor,
  ): Promise<Outcome<{ runId: string }>>;
  skip(
    stepName: string,
    reason: string,
    outputs?: Readonly<Record<string, unknown>>,
  ): Promise<Outcome<{ runId: string }>>;
  pause(reason?: string): Promise<Outcome<{ runId: string }>>;
  resume(): Promise<Outcome<{ runId: string }>>;
  /** Gives the run that undoes. */
  rollBack(reason?: string): Promise<TestRun>;
  changeInputs(patch: Inputs): Promise<Outcome<{ appliesTo: string }>>;
  /** Starts the candidate again. */
  again(): Promise<TestRun>;
  steps(): Promise<
    Awaited<ReturnType<ReturnType<typeof listSteps>>> extends Outcome<infer View> ? View : never
  >;
  /** From the store, as `step:phase:attempt:outcome`. */
  attempts(): Promise<readonly string[]>;
  stored(): Promise<NonNullable<Awaited<ReturnType<MigrationStore['getRun']>>>>;
  dials(): ReturnType<typeof createScriptedDispatcher>['dials'];
  eventTypes(): Promise<readonly string[]>;
}

export function expectOk<Value>(outcome: Outcome<Value>): Value {
  if (!outcome.ok) throw new Error(`${outcome.problem.word}: ${outcome.problem.detail}`);
  return outcome.value;
}

function refuseWhile(real: MigrationStore, faults: { store: boolean; refused: number }): MigrationStore {
  const refuse = () => {
    faults.refused += 1;
    return Promise.reject(new StoreUnavailable('Redis is away.'));
  };
  return {
    ...real,
    project: (projection) => (faults.store ? refuse() : real.project(projection)),
    projectAccepted: (...accepted) => (faults.store ? refuse() : real.projectAccepted(...accepted)),
    projectAndLoad: (projection, ...attempt) =>
      faults.store ? refuse() : real.projectAndLoad(projection, ...attempt),
  };
}

/** The same functions, each behind what it waits for. */
function waitFirst(activities: ReturnType<typeof createActivities>, wait: (() => Promise<void>) | undefined) {
  if (wait === undefined) return { ...activities };
  return Object.fromEntries(
    Object.entries(activities).map(([name, activity]) => [
      name,
      async (input: never) => {
        await wait();
        return activity(input);
      },
    ]),
  );
}

let isQuiet = false;

/** Once for all that is started in this process, before the first. */
export function quietTemporal(): void {
  if (isQuiet) return;
  isQuiet = true;
  Runtime.install({ shutdownSignals: [], logger: new DefaultLogger('ERROR') });
}
