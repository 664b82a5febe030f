import { mkdtempSync, rmSync } from 'node:fs';
import { request as sendRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkCondition } from '../../src/adapters/cel/cel-condition.ts';
import { createApp } from '../../src/adapters/http/app.ts';
import { listenHttp } from '../../src/adapters/http/listen.ts';
import type { ReadinessCheck } from '../../src/adapters/http/readiness.ts';
import { createManualClock, type ManualClock } from '../../src/adapters/memory/manual-clock.ts';
import { createMemoryDeadLetterStore } from '../../src/adapters/memory/memory-dead-letter-store.ts';
import { createMemoryDeliveryLog } from '../../src/adapters/memory/memory-delivery-log.ts';
import { createMemoryDryRunStore } from '../../src/adapters/memory/memory-dry-run-store.ts';
import { createMemoryEventLog } from '../../src/adapters/memory/memory-event-log.ts';
import { createMemoryIdempotencyStore } from '../../src/adapters/memory/memory-idempotency-store.ts';
import { createMemoryMigrationStore } from '../../src/adapters/memory/memory-migration-store.ts';
import { createMemoryPauseStore } from '../../src/adapters/memory/memory-pause-store.ts';
import { createMemoryState } from '../../src/adapters/memory/memory-state.ts';
import { createMemoryWorkerDirectory } from '../../src/adapters/memory/memory-worker-directory.ts';
import { re2Patterns } from '../../src/adapters/re2/re2-patterns.ts';
import { hashJson, newUuid } from '../../src/adapters/system/system.ts';
import { createCallbackTokens } from '../../src/adapters/worker-http/callback-tokens.ts';
import { createHttpBaseReader } from '../../src/adapters/worker-http/http-base-reader.ts';
import { createHttpDryRunner } from '../../src/adapters/worker-http/http-dry-runner.ts';
import { createHttpStepDispatcher } from '../../src/adapters/worker-http/http-step-dispatcher.ts';
import { createWorkerClient } from '../../src/adapters/worker-http/worker-client.ts';
import { createWorkerGuard } from '../../src/adapters/worker-http/worker-guard.ts';
import { parseWorkerHosts } from '../../src/adapters/worker-http/worker-hosts.ts';
import { createWorkerNamer } from '../../src/application/name-worker.ts';
import type { CallbackTokens } from '../../src/application/ports/callbacks.ts';
import type { DeadLetterStore } from '../../src/application/ports/dead-letter-store.ts';
import type { DeliveryLog } from '../../src/application/ports/delivery-log.ts';
import type { IdempotencyStore } from '../../src/application/ports/idempotency-store.ts';
import type { MigrationStore } from '../../src/application/ports/migration-store.ts';
import { createBackgroundWork } from '../../src/background-work.ts';
import { composeUseCases } from '../../src/compose-use-cases.ts';
import { USUAL_RETRY } from '../../src/domain/retry-policy.ts';
import { createDeliveryRecorder } from '../../src/telemetry/delivery-recorder.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { createScriptedInspector, type ScriptedInspector } from '../builders/scripted-inspector.ts';
import { createObedientEngine, type ObedientEngine } from './obedient-engine.ts';
import { startTestWorker, type TestWorker } from './test-worker.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Of a JSON answer. */
  readonly body: Record<string, unknown>;
}

export interface Harness {
  readonly store: MigrationStore;
  readonly engine: ObedientEngine;
  readonly inspector: ScriptedInspector;
  readonly worker: TestWorker;
  /** What was said so far, written; the newest first. */
  readonly deliveries: DeliveryLog;
  readonly clock: ManualClock;
  readonly tokens: CallbackTokens;
  /** Lines of the log that are warnings or worse. */
  readonly logged: readonly Record<string, unknown>[];
  readonly consoleDir: string;
  readonly url: string;
  drain(): void;
  /** The path goes over the wire as it is. A body that is no text is sent as JSON. */
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Reply>;
  /** Throws when an answer did not fit the contract. */
  close(): Promise<void>;
}

export interface HarnessOptions {
  readonly store?: (real: MigrationStore) => MigrationStore;
  readonly idempotency?: IdempotencyStore;
  readonly deadLetters?: DeadLetterStore;
  readonly readiness?: readonly ReadinessCheck[];
  readonly limits?: Partial<typeof LIMITS>;
}

const LIMITS = {
  announcementMaxBytes: 1024 * 1024,
  candidatesMaxBytes: 8 * 1024 * 1024,
  bodyMaxBytes: 64 * 1024,
  idempotencyWaitMs: 5_000,
  testCallbacks: true,
  maxMigrations: 5,
  leaseSeconds: 30,
  heartbeatSeconds: 10,
  waitMs: 5_000,
  dryRunTimeoutMs: 10_000,
  dryRunLeaseMs: 15_000,
  dryRunMaxBytes: 1024 * 1024,
  cancelGraceMs: 15_000,
  dispatchTimeoutMs: 3_000,
  dispatchMaxBytes: 4 * 1024 * 1024,
};

/** The real app on a real socket, over memory adapters, with a real worker to call; every answer is held against the contract. */
export async function createHarness(options: HarnessOptions = {}): Promise<Harness> {
  const clock = createManualClock();
  const state = createMemoryState();
  const memory = createMemoryMigrationStore({ clock, state });
  const store = options.store?.(memory) ?? memory;
  const engine = createObedientEngine(memory, clock);
  const inspector = createScriptedInspector();
  const worker = await startTestWorker();
  const tokens = createCallbackTokens(['s'.repeat(32)]);
  const guard = createWorkerGuard(parseWorkerHosts(['loopback', 'private']));
  const client = createWorkerClient({ guard, connectMs: 1_000 });
  const limits = { ...LIMITS, ...options.limits };
  const breaches: string[] = [];
  const logged: Record<string, unknown>[] = [];
  const logger = createLogger({
    level: 'warn',
    destination: { write: (line) => logged.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const background = createBackgroundWork((err) => logger.error({ err }, 'work after an answer failed'));
  const consoleDir = mkdtempSync(join(tmpdir(), 'loom-console-'));
  let isDraining = false;
  const deliveries = createMemoryDeliveryLog();
  const recorder = createDeliveryRecorder({
    log: deliveries,
    newId: newUuid,
    nameWorker: createWorkerNamer(memory),
    flushMs: 1,
    onDropped: (count) => breaches.push(`${count} deliveries were dropped`),
  });
  const useCases = composeUseCases({
    store,
    deliveries,
    recorder,
    engine,
    inspector,
    pauses: createMemoryPauseStore({ events: createMemoryEventLog({ state }), clock }),
    deadLetters: options.deadLetters ?? createMemoryDeadLetterStore(),
    tokens,
    clock,
    hashJson,
    checkCondition,
    patterns: re2Patterns,
    usualRetry: USUAL_RETRY,
    limits,
    directory: createMemoryWorkerDirectory({ clock, state }),
    events: createMemoryEventLog({ state }),
    dryRuns: createMemoryDryRunStore({ clock }),
    dryRunner: createHttpDryRunner({ client, limits, recorder }),
    baseReader: createHttpBaseReader({ client, recorder }),
    dispatcher: createHttpStepDispatcher({ client, tokens, publicUrl: () => '', limits, recorder }),
    newId: newUuid,
    background: background.add,
  });
  const app = createApp({
    useCases,
    limits,
    logger,
    hashJson,
    consoleDir,
    metrics: createMetrics({ version: '0.0.0', role: 'all' }),
    idempotency: options.idempotency ?? createMemoryIdempotencyStore(),
    whyForbiddenWorkerUrl: guard.whyForbidden,
    readiness: options.readiness ?? [],
    recorder,
    testCallbacks: limits.testCallbacks,
    isDraining: () => isDraining,
    version: '0.0.0',
    onContractBreach: (breach) => breaches.push(breach),
  });
  const server = await listenHttp(app, { host: '127.0.0.1', port: 0 });

  return {
    store,
    engine,
    inspector,
    worker,
    deliveries,
    clock,
    tokens,
    logged,
    consoleDir,
    url: `http://127.0.0.1:${server.port}`,
    drain: () => {
      isDraining = true;
    },
    send: (method, path, body, headers = {}) => send(server.port, method, path, body, headers),
    close: async () => {
      await worker.close();
      await background.settled();
      await server.close(1_000);
      await recorder.close();
      await client.close();
      rmSync(consoleDir, { recursive: true });
      if (breaches.length > 0) throw new Error(`Answers broke the contract:\n${breaches.join('\n')}`);
    },
  };
}

function send(
  port: number,
  method: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<Reply> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const request = sendRequest(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent: false,
        headers: {
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answered = Buffer.concat(chunks).toString();
          const isJson = /json/.test(response.headers['content-type'] ?? '') && answered !== '';
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: answered,
            body: isJson ? (JSON.parse(answered) as Record<string, unknown>) : {},
          });
        });
      },
    );
    request.on('error', reject);
    request.end(text);
  });
}
