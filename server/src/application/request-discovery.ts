import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { StepDispatcher } from './ports/step-dispatcher.ts';
import type { WorkerDirectory } from './ports/worker-directory.ts';

export interface RequestDiscoveryDeps {
  readonly store: MigrationStore;
  readonly directory: WorkerDirectory;
  readonly dispatcher: Pick<StepDispatcher, 'discover'>;
}

export const requestDiscovery =
  ({ store, directory, dispatcher }: RequestDiscoveryDeps) =>
  async (migrationId: string): Promise<Outcome<undefined>> => {
    const migration = await store.getMigration(migrationId);
    if (migration === undefined) return refuse('not-found', `There is no migration "${migrationId}".`);
    if (!migration.capabilities.discover) {
      return refuse('no-discovery', `The worker app "${migration.workerApp}" does not discover on demand.`);
    }
    const resolution = await directory.resolve(migration.workerApp, migration.revision);
    if (resolution.kind === 'away')
      return refuse('worker-unavailable', resolution.reason, { retryAfterSeconds: 10 });
    const { workerUrl, workerApp, instanceId } = resolution.instance;
    const taken = await dispatcher.discover(workerUrl, migrationId, { workerApp, instanceId });
    if (!taken)
      return refuse(
        'worker-unavailable',
        `The worker app "${migration.workerApp}" did not take the request.`,
        { retryAfterSeconds: 10 },
      );
    return succeed(undefined);
  };
