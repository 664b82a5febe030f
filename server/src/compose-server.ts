import { fileURLToPath } from 'node:url';
import type { Express } from 'express';
import { checkCondition, evaluateCondition } from './adapters/cel/cel-condition.ts';
import { createApp, createProbeApp } from './adapters/http/app.ts';
import { re2Patterns } from './adapters/re2/re2-patterns.ts';
import type { RedisConnection } from './adapters/redis/connection.ts';
import { createRedisConcurrencyKeys } from './adapters/redis/redis-concurrency-keys.ts';
import { createRedisDeadLetterStore } from './adapters/redis/redis-dead-letter-store.ts';
import { createRedisDeliveryLog } from './adapters/redis/redis-delivery-log.ts';
import { createRedisDryRunStore } from './adapters/redis/redis-dry-run-store.ts';
import { createRedisEventLog } from './adapters/redis/redis-event-log.ts';
import { createRedisHandovers } from './adapters/redis/redis-handovers.ts';
import { createRedisIdempotencyStore } from './adapters/redis/redis-idempotency-store.ts';
import { createRedisMigrationStore } from './adapters/redis/redis-migration-store.ts';
import { createRedisPauseStore } from './adapters/redis/redis-pause-store.ts';
import { createRedisWorkerDirectory } from './adapters/redis/redis-worker-directory.ts';
import { hashJson, newUuid, systemClock } from './adapters/system/system.ts';
import type { TemporalConnection } from './adapters/temporal/connection.ts';
import { type Engine, startEngine } from './adapters/temporal/engine.ts';
import { createTemporalRunEngine } from './adapters/temporal/temporal-run-engine.ts';
import { createTemporalRunInspector } from './adapters/temporal/temporal-run-inspector.ts';
import { loadWorkflowBundle } from './adapters/temporal/workflow-bundle.ts';
import { createCallbackTokens } from './adapters/worker-http/callback-tokens.ts';
import { createHttpBaseReader } from './adapters/worker-http/http-base-reader.ts';
import { createHttpDryRunner } from './adapters/worker-http/http-dry-runner.ts';
import { createHttpStepDispatcher } from './adapters/worker-http/http-step-dispatcher.ts';
import { createWorkerClient, type WorkerClient } from './adapters/worker-http/worker-client.ts';
import { createWorkerGuard } from './adapters/worker-http/worker-guard.ts';
import { parseWorkerHosts } from './adapters/worker-http/worker-hosts.ts';
import { createCallbackPatience } from './application/callback-patience.ts';
import { createDialSlots } from './application/dial-slots.ts';
import { meterDials } from './application/meter-dials.ts';
import { createWorkerNamer } from './application/name-worker.ts';
import type { RunRef } from './application/ports/refs.ts';
import { type BackgroundWork, createBackgroundWork } from './background-work.ts';
import { composeUseCases } from './compose-use-cases.ts';
import type { Config } from './config.ts';
import { limitsOf } from './limits-of.ts';
import { readinessOf } from './readiness-of.ts';
import { retriesOf } from './retries-of.ts';
import { countEndedRuns } from './telemetry/count-ended-runs.ts';
import { createDeliveryRecorder } from './telemetry/delivery-recorder.ts';
import type { Logger } from './telemetry/logger.ts';
import { createMetrics } from './telemetry/metrics.ts';

export interface Parts {
  readonly config: Config;
  readonly logger: Logger;
  readonly version: string;
  readonly redis: RedisConnection;
  readonly temporal: TemporalConnection;
  /** Signs callback tokens; the first signs, all are accepted. */
  readonly secrets: readonly string[];
  /** Where workers reach the API; known once it listens. */
  readonly publicUrl: () => string;
  readonly isDraining: () => boolean;
}

export interface Server {
  readonly app: Express;
  /** In the roles `engine` and `all`. */
  readonly engine: Engine | undefined;
  readonly workerClient: WorkerClient;
  /** Previews that are still being made after their request was answered. */
  readonly background: BackgroundWork;
  /** Writes the deliveries that were recorded last. */
  readonly closeRecorder: () => Promise<void>;
  readonly closeHandovers: () => Promise<void>;
}

/** How long a step waits for a dial slot before its run tries again. */
const SLOT_PATIENCE_MS = 500;
/** How long a dispatch waits for its callback. */
const CALLBACK_PATIENCE = { usualMs: 50, quickMs: 250 };
const SECOND_MS = 1_000;
const NOTE_DIALS_MS = 5_000;

/** Puts the adapters together; nothing else knows them all. */
export async function composeServer(parts: Parts): Promise<Server> {
  const { config, logger, temporal } = parts;
  const options = { redis: parts.redis.redis, namespace: config.namespace };
  const guard = createWorkerGuard(parseWorkerHosts(config.workerHosts));
  const workerClient = createWorkerClient({ guard, connectMs: config.dispatchConnectMs });
  const metrics = createMetrics({ version: parts.version, role: config.role });
  const tokens = createCallbackTokens(parts.secrets);
  const background = createBackgroundWork((err) => logger.error({ err }, 'work after an answer failed'));
  const limits = limitsOf(config);
  const store = countEndedRuns(createRedisMigrationStore(options), metrics);
  const deliveries = createRedisDeliveryLog({ ...options, mostKept: config.deliveriesKept });
  const recorder = createDeliveryRecorder({
    log: deliveries,
    newId: newUuid,
    nameWorker: createWorkerNamer(store),
    onDropped: (count, err) => {
      metrics.countDroppedDeliveries(count);
      logger.debug({ err, count }, 'deliveries were not kept');
    },
  });
  const { usualRetry, lookAgain, directoryLimits } = retriesOf(config);
  const directory = createRedisWorkerDirectory({ ...options, directoryLimits });
  const shared = {
    store,
    deliveries,
    recorder,
    directory,
    events: createRedisEventLog(options),
    pauses: createRedisPauseStore(options),
    deadLetters: createRedisDeadLetterStore(options),
    concurrency: createRedisConcurrencyKeys(options),
    dryRuns: createRedisDryRunStore(options),
    dryRunner: createHttpDryRunner({ client: workerClient, limits, recorder }),
    baseReader: createHttpBaseReader({ client: workerClient, recorder }),
    dispatcher: meterDials({
      directory,
      everyMs: NOTE_DIALS_MS,
      now: () => performance.now(),
      dispatcher: createHttpStepDispatcher({
        client: workerClient,
        tokens,
        publicUrl: parts.publicUrl,
        limits,
        recorder,
        onDial: (app, outcome, ms) => metrics.observeDispatch(app, outcome, ms / SECOND_MS),
      }),
    }),
    engine: createTemporalRunEngine({
      client: temporal.client,
      taskQueue: config.namespace,
      hasSearchAttributes: temporal.hasSearchAttributes,
      limits,
    }),
    inspector: createTemporalRunInspector({
      client: temporal.client,
      taskQueue: config.namespace,
      uiUrl: config.temporalUiUrl,
    }),
    tokens,
    hashJson,
    checkCondition,
    patterns: re2Patterns,
    evaluateCondition,
    clock: systemClock,
    newId: newUuid,
    limits,
    usualRetry,
    lookAgain,
    chance: Math.random,
    slots: createDialSlots(config.dialsPerApp, SLOT_PATIENCE_MS),
    background: background.add,
    onRunFault: (run: RunRef, err: unknown) =>
      logger.error({ err, ...run }, 'a run could not be reconciled; it is looked at again'),
  };
  const handovers = config.role === 'api' ? undefined : createRedisHandovers(options);
  const engine =
    handovers === undefined
      ? undefined
      : startEngine({
          address: config.temporalAddress,
          namespace: config.namespace,
          taskQueue: config.namespace,
          client: temporal.client,
          workflowBundle: await loadWorkflowBundle(),
          deps: { ...shared, handovers, patience: createCallbackPatience(CALLBACK_PATIENCE) },
          logger,
          limits,
        });
  const web = {
    metrics,
    readiness: readinessOf(parts, engine),
    isDraining: parts.isDraining,
    recorder,
    testCallbacks: limits.testCallbacks,
    version: parts.version,
    idempotency: createRedisIdempotencyStore(options),
    hashJson,
    logger,
    limits: config,
  };
  const app =
    config.role === 'engine'
      ? createProbeApp(web)
      : createApp({
          ...web,
          useCases: composeUseCases(shared),
          whyForbiddenWorkerUrl: guard.whyForbidden,
          consoleDir: config.consoleDir ?? fileURLToPath(new URL('../../console/dist', import.meta.url)),
        });
  const closeHandovers = async () => handovers?.close();
  return { app, engine, workerClient, background, closeRecorder: recorder.close, closeHandovers };
}
