import { checkCondition, evaluateCondition } from '../../src/adapters/cel/cel-condition.ts';
import { createManualClock } from '../../src/adapters/memory/manual-clock.ts';
import { createMemoryConcurrencyKeys } from '../../src/adapters/memory/memory-concurrency-keys.ts';
import { createMemoryDeadLetterStore } from '../../src/adapters/memory/memory-dead-letter-store.ts';
import { createMemoryDeliveryLog } from '../../src/adapters/memory/memory-delivery-log.ts';
import { createMemoryDryRunStore } from '../../src/adapters/memory/memory-dry-run-store.ts';
import { createMemoryEventLog } from '../../src/adapters/memory/memory-event-log.ts';
import { createMemoryHandovers } from '../../src/adapters/memory/memory-handovers.ts';
import { createMemoryMigrationStore } from '../../src/adapters/memory/memory-migration-store.ts';
import { createMemoryPauseStore } from '../../src/adapters/memory/memory-pause-store.ts';
import { createMemoryState } from '../../src/adapters/memory/memory-state.ts';
import { createMemoryWorkerDirectory } from '../../src/adapters/memory/memory-worker-directory.ts';
import { re2Patterns } from '../../src/adapters/re2/re2-patterns.ts';
import { hashJson } from '../../src/adapters/system/system.ts';
import { createCallbackTokens } from '../../src/adapters/worker-http/callback-tokens.ts';
import { createCallbackPatience } from '../../src/application/callback-patience.ts';
import { createDialSlots } from '../../src/application/dial-slots.ts';
import type { Exchange } from '../../src/application/ports/delivery-log.ts';
import type { MigrationStore } from '../../src/application/ports/migration-store.ts';
import type { CandidateRef, RunRef } from '../../src/application/ports/refs.ts';
import { startRun } from '../../src/application/start-run.ts';
import { NOTHING_BEHIND } from '../../src/application/write-behind.ts';
import type { CandidateFacts } from '../../src/domain/candidate.ts';
import type { Inputs } from '../../src/domain/inputs.ts';
import { USUAL_LOOK_AGAIN } from '../../src/domain/look-again.ts';
import type { MigrationDefinition } from '../../src/domain/migration.ts';
import { projectionOf, takeOutbox } from '../../src/domain/next-action.ts';
import type { Outcome, Problem } from '../../src/domain/problem.ts';
import { USUAL_RETRY } from '../../src/domain/retry-policy.ts';
import { createRun, type Moment, type Run } from '../../src/domain/run.ts';
import { openAttempt } from '../../src/domain/run-attempt.ts';
import { outlineOf } from '../../src/domain/step.ts';
import type { StepDispatch } from '../../src/domain/step-dispatch.ts';
import { aCandidate, aDefinition, anAnnouncement, MIGRATION } from '../contracts/builders.ts';
import { ANN } from './build-run.ts';
import { createEngineDouble } from './engine-double.ts';
import { createScriptedDispatcher } from './scripted-dispatcher.ts';

export const CANDIDATE = 'org/web';
export const REF: CandidateRef = { migrationId: MIGRATION, candidateId: CANDIDATE };
export const WORKER_APP = 'charts';
export const WORKER_URL = 'http://worker.test';

export type World = ReturnType<typeof createWorld>;

/** The ports of the application over memory adapters, with an engine that only keeps what it was told. */
export function createWorld(wrap: (store: MigrationStore) => MigrationStore = (store) => store) {
  const clock = createManualClock();
  const state = createMemoryState();
  const store = wrap(createMemoryMigrationStore({ clock, state }));
  const directory = createMemoryWorkerDirectory({ clock, state });
  const engine = createEngineDouble();
  const events = createMemoryEventLog({ state });
  /** Runs that could not be looked at, with why. */
  const runFaults: { readonly run: RunRef; readonly error: unknown }[] = [];
  const recorded: Exchange[] = [];
  let ids = 0;
  let seq = 0;

  const world = {
    clock,
    store,
    directory,
    engine,
    events,
    pauses: createMemoryPauseStore({ events, clock }),
    deadLetters: createMemoryDeadLetterStore(),
    deliveries: createMemoryDeliveryLog(),
    recorded,
    recorder: { record: (exchange: Exchange) => `recorded-${recorded.push(exchange)}` },
    concurrency: createMemoryConcurrencyKeys({ clock }),
    dispatcher: createScriptedDispatcher(),
    dryRuns: createMemoryDryRunStore({ clock }),
    tokens: createCallbackTokens(['s'.repeat(32)]),
    slots: createDialSlots(8, 20),
    handovers: createMemoryHandovers(state),
    behind: NOTHING_BEHIND,
    patience: createCallbackPatience({ usualMs: 50, quickMs: 250 }),
    runFaults,
    onRunFault: (run: RunRef, error: unknown) => void runFaults.push({ run, error }),
    hashJson,
    checkCondition,
    patterns: re2Patterns,
    evaluateCondition,
    usualRetry: USUAL_RETRY,
    lookAgain: USUAL_LOOK_AGAIN,
    chance: () => 0,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    limits: {
      testCallbacks: true,
      maxMigrations: 3,
      leaseSeconds: 30,
      heartbeatSeconds: 10,
      waitMs: 50,
      dryRunTimeoutMs: 5_000,
      dryRunLeaseMs: 15_000,
      startGraceMs: 10_000,
      cancelGraceMs: 15_000,
      confirmAfterMs: 1,
      maxDeliveries: 3,
    },

    /** Keeps a definition and one candidate, and nothing of it is to be compared with the engine. */
    async announce(
      definition: Partial<MigrationDefinition> = {},
      facts: Partial<CandidateFacts> = {},
    ): Promise<void> {
      const at = clock.now().toISOString();
      await store.announce(
        anAnnouncement({
          ...{ definition: aDefinition({ workerApp: WORKER_APP, ...definition }), at, maxMigrations: 1_000 },
        }),
      );
      const id = definition.id ?? MIGRATION;
      const token = await store.beginComparison(id);
      if (token !== undefined) await store.endComparison(id, token);
      await store.submitCandidates({
        migrationId: id,
        discoveryId: 'd-1',
        candidates: [aCandidate(CANDIDATE, facts)],
        final: false,
        at,
      });
    },

    /** A worker instance with a lease of 30 s. */
    async enlist(instanceId = 'one', workerApp = WORKER_APP): Promise<void> {
      await directory.announce(
        {
          workerApp,
          instanceId,
          workerUrl: `${WORKER_URL}/${instanceId}`,
          migrationId: MIGRATION,
          revision: 'rev-1',
        },
        30,
      );
    },

    async start(inputs: Inputs = {}): Promise<RunRef> {
      const started = await startRun(world)({ ...REF, inputs, actor: ANN });
      if (!started.ok) throw new Error(started.problem.detail);
      return { ...REF, runId: started.value.runId };
    },

    now(): Moment {
      const now = clock.now();
      return { ms: now.getTime(), iso: now.toISOString() };
    },

    /** The run as the interpreter begins it. */
    async begin(ref: RunRef): Promise<Run> {
      const manifest = await store.getManifest(ref);
      const steps = (manifest?.steps ?? []).map(outlineOf);
      return openAttempt(createRun({ ...ref, steps }, world.now()), world.now());
    },

    /** Writes what changed, as the interpreter does; gives the run with nothing left to write. */
    async write(run: Run): Promise<Run> {
      const taken = takeOutbox(run);
      seq += 2;
      await store.project(projectionOf(taken.run, taken.outbox, seq, world.now()));
      return taken.run;
    },

    /** What the interpreter hands to a dispatch of the current attempt. */
    dispatchOf(run: Run, more: Partial<StepDispatch> = {}): StepDispatch {
      const { current, index, runId, migrationId, candidateId } = run;
      if (current === undefined) throw new Error('Nothing is to be dispatched.');
      seq += 2;
      const projection = projectionOf(run, run.outbox, seq, world.now());
      return {
        migrationId,
        candidateId,
        runId,
        stepIndex: index,
        phase: current.phase,
        attempt: current.attempt,
        projection: run.outbox.dirty ? projection : undefined,
        accepted: {
          seq: seq + 1,
          view: run.view,
          startedAt: projection.at,
          inputsVersion: 1,
          pending: current.pending,
        },
        deliveries: current.deliveries,
        parkings: current.parkings,
        deadlineAtMs: current.deadlineAtMs,
        timeoutMs: run.steps[index]?.timeoutMs,
        ...more,
      };
    },

    async eventTypes(): Promise<readonly string[]> {
      const page = await events.list({ limit: 200 });
      return page.kind === 'page' ? page.items.map((event) => event.type).reverse() : [];
    },
  };
  return world;
}

/** The word of a refusal, or `ok`. */
export function wordOf(outcome: Outcome<unknown>): Problem['word'] | 'ok' {
  return outcome.ok ? 'ok' : outcome.problem.word;
}
