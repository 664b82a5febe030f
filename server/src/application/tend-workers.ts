import { attemptKey } from '../domain/attempt.ts';
import type { ConcurrencyKeys } from './ports/concurrency-keys.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { PauseStore } from './ports/pause-store.ts';
import type { RunEngine } from './ports/run-engine.ts';
import type { WorkerDirectory } from './ports/worker-directory.ts';

export interface TendWorkersDeps {
  readonly store: MigrationStore;
  readonly directory: WorkerDirectory;
  readonly engine: Pick<RunEngine, 'wake' | 'redeliver'>;
  readonly pauses: PauseStore;
  readonly concurrency: ConcurrencyKeys;
}

/** Wakes runs whose worker app is back, `limit` at a time so that it is not run over. Gives how many. */
export const wakeParked =
  ({ directory, engine }: TendWorkersDeps) =>
  async (limit: number): Promise<number> => {
    const parked = await directory.takeParked(limit);
    await Promise.all(parked.map((run) => engine.wake(run)));
    return parked.length;
  };

/** Wakes runs whose migration or worker app is no longer paused. Gives how many. */
export const wakeReleased =
  ({ pauses, engine }: Pick<TendWorkersDeps, 'pauses' | 'engine'>) =>
  async (limit: number): Promise<number> => {
    const released = await pauses.takeReleased(limit);
    await Promise.all(released.map((run) => engine.wake(run)));
    return released.length;
  };

/** Wakes runs whose turn it is on a concurrency key, where the one before could not. Gives how many. */
export const wakeNextInQueue =
  ({ concurrency, engine }: Pick<TendWorkersDeps, 'concurrency' | 'engine'>) =>
  async (limit: number): Promise<number> => {
    const next = await concurrency.takeNext(limit);
    await Promise.all(next.map((run) => engine.wake(run)));
    return next.length;
  };

/** Gives attempts whose instance is gone, or forgot them, to another. Gives how many. */
export const redeliverAbandoned =
  ({ store, directory, engine }: TendWorkersDeps) =>
  async (limit: number, againAfterSeconds: number): Promise<number> => {
    const abandoned = await directory.takeAbandoned(limit, againAfterSeconds);
    await Promise.all(
      abandoned.map(async (one) => {
        const record = (await store.listAttempts(one)).find(
          (attempt) => attemptKey(attempt) === attemptKey(one),
        );
        const over = record === undefined || record.endedAt !== undefined;
        const answer = over ? undefined : await engine.redeliver(one);
        if (over || answer?.kind === 'no-run') await directory.settle(one.workerApp, one.idempotencyKey);
      }),
    );
    return abandoned.length;
  };
