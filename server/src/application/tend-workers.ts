import { attemptKey } from '../domain/attempt.ts';
import type { ConcurrencyKeys } from './ports/concurrency-keys.ts';
import type { DeadLetterStore } from './ports/dead-letter-store.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { PauseStore } from './ports/pause-store.ts';
import type { EngineAnswer, RunEngine } from './ports/run-engine.ts';
import type { Clock, HashJson } from './ports/system.ts';
import type { AcceptedAttempt, WorkerDirectory } from './ports/worker-directory.ts';
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
    /** A step that so many instances took and none ended is given up. */
    readonly maxDeliveries: number;
  };
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

/** Gives attempts whose instance is gone, or forgot them, to another; gives up what too many took. Gives how many. */
export const redeliverAbandoned =
  (deps: TendWorkersDeps) =>
  async (limit: number, againAfterSeconds: number): Promise<number> => {
    const { store, directory, engine } = deps;
    const abandoned = await directory.takeAbandoned(limit, againAfterSeconds);
    await Promise.all(
      abandoned.map(async (one) => {
        const record = (await store.listAttempts(one)).find(
          (attempt) => attemptKey(attempt) === attemptKey(one),
        );
        const over = record === undefined || record.endedAt !== undefined;
        const isTooMany = (record?.deliveries ?? 0) >= deps.limits.maxDeliveries;
        const answer = over ? undefined : isTooMany ? await giveUp(deps, one) : await engine.redeliver(one);
        if (over || answer?.kind === 'no-run') await directory.settle(one.workerApp, one.idempotencyKey);
      }),
    );
    return abandoned.length;
  };

/** Fails the attempt, so that a person sees it, and keeps a dead letter. */
async function giveUp(deps: TendWorkersDeps, abandoned: AcceptedAttempt): Promise<EngineAnswer> {
  const { store, engine, deadLetters, hashJson, clock, limits } = deps;
  const { workerApp, instanceId: _, idempotencyKey, ...attempt } = abandoned;
  const why = `Given up: ${limits.maxDeliveries} instances of ${workerApp} took the step, and each died or forgot it.`;
  const report = {
    eventId: `given-up:${idempotencyKey}`,
    status: 'failed',
    message: why,
    failureClass: 'fatal',
    retryable: false,
  } as const;
  await store.admitCallback({ ...attempt, report, contentHash: hashJson(report) });
  const { migrationId, candidateId, ...fence } = attempt;
  const answer = await engine.reportStep({ migrationId, candidateId }, { ...fence, ...reportSignal(report) });
  if (answer.kind !== 'done') return answer;
  const manifest = await store.getManifest(attempt);
  await deadLetters.add({
    ...attempt,
    id: hashJson(['step', idempotencyKey]).slice(0, 32),
    at: clock.now().toISOString(),
    kind: 'step',
    stepName: manifest?.steps[attempt.stepIndex]?.name ?? '',
    why,
  });
  return answer;
}
