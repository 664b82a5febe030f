import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { Router } from 'express';
import { type Logger, pino } from 'pino';
import { announceMigration } from './announce-migration.ts';
import { AttemptDesk } from './attempts/attempt-desk.ts';
import type { PendingAttempt } from './attempts/pending-attempt.ts';
import { createPostCallback } from './attempts/post-callback.ts';
import type { StepCatalogue } from './attempts/prepare-work.ts';
import { readWorkerConfig, type WorkerConfig } from './config.ts';
import { slug } from './contract-limits.ts';
import type { Migration } from './define-migration.ts';
import type { StepDefinition } from './define-step.ts';
import { DefinitionError } from './definition-error.ts';
import { createDiscovery, type Discovery, type DiscoveryReport } from './discovery.ts';
import { listen } from './http/listen.ts';
import { createWorkerServer } from './http/worker-server.ts';
import { createLoomClient } from './loom-client.ts';
import { keepRegistered } from './registration.ts';
import type { Operation } from './step-context.ts';
import type { AttemptStore } from './stores/attempt-store.ts';
import { openFileAttemptStore } from './stores/file-attempt-store.ts';
import { openRedisAttemptStore } from './stores/redis-attempt-store.ts';
import { pause } from './timing.ts';
import { createWebhookDesk, type WebhookDesk } from './webhook-desk.ts';

type Settings = Omit<WorkerConfig, 'redisUrl' | 'stateDir'>;

/** What {@link runWorker} takes. Each setting of {@link WorkerConfig} may be given; otherwise its variable is read. */
export interface WorkerOptions extends Partial<Settings> {
  /** The name of the program, the same for all its instances; lower case letters, digits and `-`. */
  readonly workerApp: string;
  readonly migrations: readonly Migration[];
  /** Step types that this worker runs for migrations of other workers. */
  readonly stepTypes?: readonly StepDefinition[];
  /** Where attempts are kept: a Redis that several instances share, or a directory of one instance. */
  readonly store?: { readonly redisUrl: string } | { readonly stateDir: string };
  /** Of the program; shown by the server. */
  readonly version?: string;
  /** Ends the worker, and then the process, on SIGTERM and SIGINT; default true. */
  readonly handleSignals?: boolean;
  /** Adds routes to the worker's HTTP server, such as a webhook that wakes what waits. */
  readonly routes?: (router: Router, worker: Pick<Worker, 'wake' | 'discover' | 'webhooks'>) => void;
  readonly logger?: Logger;
}

/** A running worker. */
export interface Worker {
  /** Where the server reaches it. */
  readonly url: string;
  /** Of this process, unlike that of any other. */
  readonly instanceId: string;
  /** Resolves when every migration has been announced once. */
  readonly announced: Promise<void>;
  /** Whether someone has drained this instance: it finishes what it has and is given nothing new. Known by heartbeat. */
  readonly isDrained: () => boolean;
  /** Looks for candidates now: of one migration, or of all that discover. */
  readonly discover: (migrationId?: string) => Promise<readonly DiscoveryReport[]>;
  /**
   * Polls at once the pending attempts of this instance that the predicate picks, as when a webhook says that
   * something has happened. Other instances find out at their next poll.
   *
   * @param cause - Recorded with each of them and told with its next callback, such as the webhook.
   * @returns how many were picked.
   */
  readonly wake: (predicate: (attempt: PendingAttempt) => boolean, cause?: Operation) => number;
  /** Takes webhooks so that none is lost. */
  readonly webhooks: WebhookDesk;
  /** Ends the worker within its `shutdownMs`: finishes or hands back what is in flight, and withdraws. Idempotent. */
  readonly close: (reason?: string) => Promise<void>;
}

const defaultStateDir = '.loom/workers';

function catalogue(options: WorkerOptions): StepCatalogue {
  const mistakes: string[] = [];
  const workerApp = slug.safeParse(options.workerApp);
  if (!workerApp.success) mistakes.push(`workerApp: ${workerApp.error.issues[0]?.message ?? 'is wrong'}`);
  if (options.migrations.length === 0) mistakes.push('migrations: must have at least one');
  const migrations = new Map(options.migrations.map((migration) => [migration.id, migration]));
  if (migrations.size < options.migrations.length) mistakes.push('migrations: two have the same id');
  const stepTypes = new Map((options.stepTypes ?? []).map((definition) => [definition.type, definition]));
  if (stepTypes.size < (options.stepTypes ?? []).length) mistakes.push('stepTypes: two have the same type');
  if (mistakes.length > 0) throw new DefinitionError(`The worker "${options.workerApp}"`, mistakes);
  return { migrations, stepTypes };
}

function openStore(
  config: WorkerConfig,
  workerApp: string,
  instanceId: string,
  log: Logger,
): Promise<AttemptStore> {
  const { redisUrl, namespace, leaseMs, stateDir = defaultStateDir } = config;
  return redisUrl === undefined
    ? openFileAttemptStore({ stateDir, workerApp, log })
    : openRedisAttemptStore({ redisUrl, namespace, workerApp, instanceId, leaseMs, log });
}

/**
 * Runs a worker: serves dispatches, announces its migrations until the server is there, keeps its lease, discovers
 * candidates, and goes on with what an earlier process left. Resolves when it listens.
 *
 * @throws WorkerConfigError, DefinitionError, or DirectoryInUseError, or when the store or the address cannot be had.
 */
export async function runWorker(options: WorkerOptions): Promise<Worker> {
  const { workerApp, migrations, version } = options;
  const steps = catalogue(options);
  const { config, warnings } = readWorkerConfig({ ...options, ...options.store });
  const instanceId = `${workerApp}-${process.pid}-${randomBytes(6).toString('hex')}`;
  const log = (options.logger ?? pino({ level: config.logLevel })).child({ workerApp, instanceId });
  for (const warning of warnings) log.warn(warning);

  const store = await openStore(config, workerApp, instanceId, log);
  const client = createLoomClient(config.serverUrl);
  const { concurrency, queueLimit, leaseMs, pollEveryMs } = config;
  const desk = new AttemptDesk({
    store,
    catalogue: steps,
    post: createPostCallback(),
    log,
    concurrency,
    queueLimit,
    leaseMs,
    pollEveryMs,
  });
  const discoveries = new Map<string, Discovery>();
  let isDraining = false;
  let isDrained = false;

  const discover = async (migrationId?: string): Promise<readonly DiscoveryReport[]> => {
    const asked = migrationId === undefined ? [...discoveries.values()] : [discoveries.get(migrationId)];
    return Promise.all(asked.flatMap((discovery) => (discovery === undefined ? [] : [discovery.discover()])));
  };
  const wake: Worker['wake'] = (predicate, cause) => desk.wake(predicate, cause);

  const webhooks = createWebhookDesk({ client, workerApp, instanceId, log });

  const app = createWorkerServer({
    desk,
    catalogue: steps,
    workerApp,
    version,
    dryRunMs: config.dryRunMs,
    discover: (migrationId) => {
      const discovery = discoveries.get(migrationId);
      void discovery?.discover();
      return discovery !== undefined;
    },
    redeliverWebhook: (webhook) => webhooks.redeliver(webhook),
    isDraining: () => isDraining,
    isDrained: () => isDrained,
    routes: options.routes && ((router) => options.routes?.(router, { wake, discover, webhooks })),
    log,
  });
  const server = createServer(app);
  let address: string;
  try {
    address = await listen(server, config.listen);
    await desk.start();
  } catch (error) {
    server.close();
    await store.close();
    throw error;
  }
  const url = (config.workerUrl ?? address).replace(/\/+$/, '');
  log.info({ url }, 'the worker listens');

  for (const migration of migrations) {
    if (migration.discover === undefined) continue;
    const discovery = createDiscovery({
      migration,
      hook: migration.discover,
      workerApp,
      client,
      everyMs: config.discoverEveryMs,
      onUnknownMigration: () => registration.announceAgain(),
      log: log.child({ migrationId: migration.id }),
    });
    discoveries.set(migration.id, discovery);
  }
  const registration = keepRegistered({
    client,
    workerApp,
    instanceId,
    announcements: migrations.map((migration) =>
      announceMigration(migration, {
        workerApp,
        workerUrl: url,
        instanceId,
        version,
        singleInstance: store.singleInstance,
      }),
    ),
    busy: () => desk.busy,
    onDrain: (isDrainedNow) => {
      isDrained = isDrainedNow;
      desk.takeOrphans(!isDrainedNow);
    },
    onAnnounced: (migrationId, { total }) => {
      const discovery = discoveries.get(migrationId);
      discovery?.start();
      // A server that has lost its data knows the migration again, but none of its candidates.
      if (total === 0) void discovery?.discover();
    },
    log,
  });
  const end = async (reason: string) => {
    isDraining = true;
    log.info({ reason }, 'the worker shuts down');
    const bound = Date.now() + config.shutdownMs;
    const stopped = Promise.all([...discoveries.values()].map((discovery) => discovery.stop()));
    await desk.drain(config.shutdownMs * 0.7);
    const left = Math.max(0, bound - Date.now());
    await Promise.race([Promise.all([stopped, registration.withdraw(reason)]), pause(left * 0.8)]);
    server.close();
    server.closeAllConnections();
    await Promise.race([store.close(), pause(Math.max(100, bound - Date.now()))]);
    log.info('the worker has shut down');
  };
  let ended: Promise<void> | undefined;
  const close = (reason = 'closed') => {
    ended ??= end(reason);
    return ended;
  };
  if (options.handleSignals ?? true) endOnSignals(close);
  return {
    url,
    instanceId,
    announced: registration.announced,
    isDrained: () => isDrained,
    discover,
    wake,
    webhooks,
    close,
  };
}

function endOnSignals(close: (reason: string) => Promise<void>): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // Not `once`: wrappers such as npm and timeout send a signal twice, and the second would kill the shutdown.
    process.on(signal, () => {
      // A handler that ignores its signal must not keep the process.
      void close(signal).finally(() => process.exit());
    });
  }
}
