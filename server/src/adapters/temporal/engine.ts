import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { NativeConnection, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import type { Logger } from 'pino';
import {
  freeAbandonedKeys,
  redeliverAbandoned,
  type TendWorkersDeps,
  wakeNextInQueue,
  wakeParked,
  wakeReleased,
} from '../../application/tend-workers.ts';
import { type ActivityDeps, createActivities } from './activities.ts';

export interface EngineOptions {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly client: Client;
  readonly workflowBundle: WorkflowBundleOption;
  readonly deps: ActivityDeps & TendWorkersDeps;
  readonly logger: Logger;
  readonly limits: {
    readonly workflowSlots: number;
    readonly localActivitySlots: number;
    readonly cachedRuns: number;
    readonly reconcileEveryMs: number;
    readonly wakeEveryMs: number;
    readonly wakePerSecond: number;
    readonly redeliverEveryMs: number;
    readonly redeliverAgainAfterSeconds: number;
  };
}

export interface Engine {
  readonly state: () => 'starting' | 'running' | 'stopping';
  /** Hands back what is in flight; bounded by the 10 s a local activity can take. */
  readonly stop: () => Promise<void>;
}

const RECONNECT_MS = 2_000;
const REDELIVER_AT_ONCE = 100;

/** Runs the interpreter here. Waits for Temporal when it is away, and comes back when it was. */
export function startEngine(options: EngineOptions): Engine {
  const { logger, limits, deps } = options;
  const stopping = new AbortController();
  let worker: Worker | undefined;
  let state: ReturnType<Engine['state']> = 'starting';

  async function runOnce(): Promise<void> {
    const connection = await NativeConnection.connect({ address: options.address });
    try {
      worker = await Worker.create({
        connection,
        namespace: options.namespace,
        taskQueue: options.taskQueue,
        workflowBundle: options.workflowBundle,
        activities: { ...createActivities(deps) },
        maxConcurrentWorkflowTaskExecutions: limits.workflowSlots,
        maxConcurrentLocalActivityExecutions: limits.localActivitySlots,
        maxCachedWorkflows: limits.cachedRuns,
        stickyQueueScheduleToStartTimeout: '2s',
        shutdownGraceTime: '5s',
        shutdownForceTime: '15s',
      });
      await ensureSchedule(options);
      state = 'running';
      if (!stopping.signal.aborted) await worker.run();
    } finally {
      worker = undefined;
      await connection.close();
    }
  }

  async function keepRunning(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await runOnce();
      } catch (error) {
        if (stopping.signal.aborted) return;
        state = 'starting';
        logger.warn({ err: error }, 'The engine cannot reach Temporal; it tries again');
        await sleep(RECONNECT_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  async function every(ms: number, what: string, work: () => Promise<number>): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted || state !== 'running') continue;
      try {
        const count = await work();
        if (count > 0) logger.info({ count }, what);
      } catch (error) {
        logger.warn({ err: error }, `${what}: failed, tried again`);
      }
    }
  }

  const perRound = Math.max(1, Math.round((limits.wakePerSecond * limits.wakeEveryMs) / 1_000));
  const loops = Promise.all([
    keepRunning(),
    every(limits.wakeEveryMs, 'Woke runs whose worker is back', () => wakeParked(deps)(perRound)),
    every(limits.wakeEveryMs, 'Woke runs that are no longer paused', () => wakeReleased(deps)(perRound)),
    every(limits.wakeEveryMs, 'Woke runs whose turn it is', () => wakeNextInQueue(deps)(perRound)),
    every(limits.redeliverEveryMs, 'Gave abandoned attempts to another instance', () =>
      redeliverAbandoned(deps)(REDELIVER_AT_ONCE, limits.redeliverAgainAfterSeconds),
    ),
    every(limits.reconcileEveryMs, 'Took concurrency keys from attempts that had ended', () =>
      freeAbandonedKeys(deps)(),
    ),
    // A Temporal that comes back without its data has lost the runs, and the schedule of the check that finds that.
    every(limits.reconcileEveryMs, 'Made the schedule of the check again', () => ensureSchedule(options)),
  ]);

  return {
    state: () => state,
    async stop() {
      state = 'stopping';
      stopping.abort();
      if (worker?.getState() === 'RUNNING') worker.shutdown();
      await loops;
    },
  };
}

/** One schedule for all replicas; whoever is first makes it. Gives how many were made. */
async function ensureSchedule({ client, taskQueue, limits }: EngineOptions): Promise<number> {
  const every = limits.reconcileEveryMs;
  try {
    await client.schedule.create({
      scheduleId: `loom-reconcile-${taskQueue}`,
      spec: { intervals: [{ every }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: every },
      action: {
        type: 'startWorkflow',
        workflowType: 'reconcile',
        taskQueue,
        args: [{}],
        workflowId: `loom-reconcile-${taskQueue}`,
      },
    });
    return 1;
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return 0;
    throw error;
  }
}
