import { attemptKey, idempotencyKey } from '../domain/attempt.ts';
import type { RunState } from '../domain/run-state.ts';
import type { ConcurrencyKeys, KeyHolder } from './ports/concurrency-keys.ts';
import type { DeadLetterStore } from './ports/dead-letter-store.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { PauseStore } from './ports/pause-store.ts';
import type { RunRef } from './ports/refs.ts';
import type { EngineAnswer, RunEngine } from './ports/run-engine.ts';
import type { Clock, HashJson } from './ports/system.ts';
import type { AbandonedAttempt, WorkerDirectory } from './ports/worker-directory.ts';
import { reportSignal } from './report-signal.ts';

export interface TendWorkersDeps {
  readonly store: MigrationStore;
  readonly directory: WorkerDirectory;
  readonly engine: Pick<RunEngine, 'wake' | 'redeliver' | 'reportStep'>;
  readonly pauses: PauseStore;
  readonly concurrency: ConcurrencyKeys;
  readonly deadLetters: DeadLetterStore;
  readonly hashJson: HashJson;
  readonly clock: Clock;
  readonly limits: {
    /** A step that so many instances took in quick succession and none ended is given up. */
    readonly maxDeliveries: number;
  };
}

/** Wakes runs whose worker app is back, `limit` at a time so that it is not run over. Gives how many. */
export const wakeParked =
  ({ directory, engine }: Pick<TendWorkersDeps, 'directory' | 'engine'>) =>
  async (limit: number): Promise<number> => {
    const parked = await directory.takeParked(limit);
    const left = await wakeAll(engine, parked);
    const notWoken = new Set(left);
    await Promise.all(
      parked.map((taken) =>
        notWoken.has(taken)
          ? directory.park(taken.workerApp, taken)
          : directory.tellWoken(taken.workerApp, taken),
      ),
    );
    return parked.length - left.length;
  };

/** Wakes runs whose migration or worker app is no longer paused. Gives how many. */
export const wakeReleased =
  ({ pauses, engine }: Pick<TendWorkersDeps, 'pauses' | 'engine'>) =>
  async (limit: number): Promise<number> => {
    const released = await pauses.takeReleased(limit);
    const left = await wakeAll(engine, released);
    const notWoken = new Set(left);
    await Promise.all([pauses.putBack(left), pauses.tellWoken(released.filter((run) => !notWoken.has(run)))]);
    return released.length - left.length;
  };

/** Gives those that the engine could not be told to wake, to be woken the next time. */
async function wakeAll<Run extends RunRef>(
  engine: Pick<RunEngine, 'wake'>,
  runs: readonly Run[],
): Promise<readonly Run[]> {
  const answers = await Promise.all(runs.map((run) => engine.wake(run)));
  return runs.filter((_, index) => answers[index]?.kind === 'unavailable');
}

/** Wakes runs whose turn it is on a concurrency key, where the one before could not. Gives how many. */
export const wakeNextInQueue =
  ({ concurrency, engine }: Pick<TendWorkersDeps, 'concurrency' | 'engine'>) =>
  async (limit: number): Promise<number> => {
    const next = await concurrency.takeNext(limit);
    await Promise.all(next.map((run) => engine.wake(run)));
    return next.length;
  };

/**
 * Takes concurrency keys from attempts that have ended. Each gives its own up as it ends, but an activity that Temporal
 * gave up on may take one afterwards, and a process may die in between. Gives how many.
 */
export const freeAbandonedKeys =
  ({ store, concurrency, engine }: Pick<TendWorkersDeps, 'store' | 'concurrency' | 'engine'>) =>
  async (): Promise<number> => {
    let count = 0;
    for (const { key, holder } of await concurrency.listWaitedFor()) {
      if (!(await hasEnded(store, holder))) continue;
      const next = await concurrency.release(key, holder.idempotencyKey);
      if (next !== undefined) await engine.wake(next);
      count += 1;
    }
    return count;
  };

async function hasEnded(store: MigrationStore, holder: KeyHolder): Promise<boolean> {
  const run = await store.getRun(holder);
  if (run === undefined || run.endedAt !== undefined) return true;
  const [manifest, attempts] = await Promise.all([store.getManifest(holder), store.listAttempts(holder)]);
  return attempts.some(({ stepIndex, phase, attempt, endedAt }) => {
    const stepName = manifest?.steps[stepIndex]?.name ?? '';
    const isIt = idempotencyKey(holder.runId, stepName, phase, attempt) === holder.idempotencyKey;
    return isIt && endedAt !== undefined;
  });
}

/** Gives attempts whose instance is gone, or forgot them, to another; gives up what too many took. Gives how many. */
export const redeliverAbandoned =
  (deps: TendWorkersDeps) =>
  async (limit: number, againAfterSeconds: number): Promise<number> => {
    const abandoned = await deps.directory.takeAbandoned(limit, againAfterSeconds);
    const isDone = await Promise.all(abandoned.map((one) => redeliver(deps, one)));
    return isDone.filter(Boolean).length;
  };

/** States in which a run dials its attempt by itself; telling it again would only let its history grow. */
const DIALS_BY_ITSELF: readonly (RunState | undefined)[] = ['awaiting_worker', 'paused', 'queued'];

async function redeliver(deps: TendWorkersDeps, one: AbandonedAttempt): Promise<boolean> {
  const { store, directory, engine, limits } = deps;
  const [attempts, candidate] = await Promise.all([store.listAttempts(one), store.getCandidate(one)]);
  const record = attempts.find((attempt) => attemptKey(attempt) === attemptKey(one));
  const over = record === undefined || record.endedAt !== undefined;
  if (!over && DIALS_BY_ITSELF.includes(candidate?.runState)) return false;
  const isTooMany = one.quickDeliveries >= limits.maxDeliveries;
  const answer = over ? undefined : isTooMany ? await giveUp(deps, one) : await engine.redeliver(one);
  if (over || answer?.kind === 'no-run') await directory.settle(one.workerApp, one.idempotencyKey);
  return true;
}

/** Fails the attempt, so that a person sees it, and keeps a dead letter. */
async function giveUp(deps: TendWorkersDeps, abandoned: AbandonedAttempt): Promise<EngineAnswer> {
  const { store, engine, deadLetters, hashJson, clock, limits } = deps;
  const { workerApp, instanceId: _, quickDeliveries: __, idempotencyKey: key, ...attempt } = abandoned;
  const why = `Given up: ${workerApp} took the step ${limits.maxDeliveries} times, and each time the instance that had it died or forgot it.`;
  const report = {
    eventId: `given-up:${key}`,
    status: 'failed',
    message: why,
    failureClass: 'fatal',
    retryable: false,
  } as const;
  const signal = reportSignal(report);
  await store.admitCallback({ ...attempt, report, signal, contentHash: hashJson(report) });
  const id = hashJson(['step', key]).slice(0, 32);
  const manifest = await store.getManifest(attempt);
  // Before the run is told: once it was, the attempt has ended, and nobody comes back here.
  await deadLetters.add({
    ...attempt,
    id,
    at: clock.now().toISOString(),
    kind: 'step',
    stepName: manifest?.steps[attempt.stepIndex]?.name ?? '',
    why,
  });
  const { migrationId, candidateId, ...fence } = attempt;
  const answer = await engine.reportStep({ migrationId, candidateId }, { ...fence, ...signal });
  if (answer.kind !== 'done') await deadLetters.remove(id);
  return answer;
}
