import { idempotencyKey, type Phase } from '../domain/attempt.ts';
import type { Pause } from '../domain/migration.ts';
import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import type { EventLog } from './ports/event-log.ts';
import type { PauseStore } from './ports/pause-store.ts';
import type { Clock } from './ports/system.ts';
import type { WorkerAppView, WorkerDirectory } from './ports/worker-directory.ts';

export interface WorkerLeaseDeps {
  readonly directory: WorkerDirectory;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly limits: { readonly leaseSeconds: number; readonly heartbeatSeconds: number };
}

export interface BusyAttempt {
  readonly runId: string;
  readonly stepName: string;
  readonly phase: Phase;
  readonly attempt: number;
}

export interface RenewedLease {
  readonly leaseSeconds: number;
  readonly heartbeatSeconds: number;
  /** The instance is given nothing new. */
  readonly draining: boolean;
}

export const recordHeartbeat =
  ({ directory, limits }: WorkerLeaseDeps) =>
  async (beat: {
    readonly workerApp: string;
    readonly instanceId: string;
    readonly busy: readonly BusyAttempt[];
  }): Promise<Outcome<RenewedLease>> => {
    const keys = beat.busy.map((one) => idempotencyKey(one.runId, one.stepName, one.phase, one.attempt));
    const known = await directory.heartbeat(beat.workerApp, beat.instanceId, keys, limits.leaseSeconds);
    if (known === undefined)
      return refuse(
        'unknown-instance',
        `The instance "${beat.instanceId}" of "${beat.workerApp}" is not known.`,
      );
    const { leaseSeconds, heartbeatSeconds } = limits;
    return succeed({ leaseSeconds, heartbeatSeconds, draining: known.isDraining });
  };

export const withdrawInstance =
  ({ directory, events, clock }: WorkerLeaseDeps) =>
  async (withdrawal: {
    readonly workerApp: string;
    readonly instanceId: string;
    readonly reason?: string | undefined;
  }): Promise<Outcome<undefined>> => {
    const { workerApp, instanceId, reason } = withdrawal;
    await directory.withdraw(workerApp, instanceId);
    await events.append({
      at: clock.now().toISOString(),
      type: 'worker.withdrawn',
      actor: { kind: 'worker', id: workerApp },
      data: { instanceId, ...(reason === undefined ? {} : { reason }) },
    });
    return succeed(undefined);
  };

export const listWorkers =
  ({ directory, pauses }: Pick<WorkerLeaseDeps, 'directory'> & { readonly pauses: PauseStore }) =>
  async (): Promise<readonly (WorkerAppView & { readonly paused?: Pause | undefined })[]> => {
    const apps = await directory.list();
    const found = await pauses.find(apps.map(({ workerApp: id }) => ({ kind: 'worker-app', id })));
    return apps.map((app, index) => ({ ...app, paused: found[index] }));
  };
