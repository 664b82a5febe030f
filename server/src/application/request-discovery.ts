import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import { type AskedDirectory, findToAsk } from './ask-worker.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { StepDispatcher } from './ports/step-dispatcher.ts';

export interface RequestDiscoveryDeps {
  readonly store: MigrationStore;
  readonly directory: AskedDirectory;
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
    const worker = await findToAsk(directory, migration.workerApp, migration.revision);
    if (worker.kind === 'away') return refuse('worker-unavailable', worker.reason, { retryAfterSeconds: 10 });
    const { workerUrl, workerApp, instanceId } = worker.instance;
    const taken = await worker.ask(
      () => dispatcher.discover(workerUrl, migrationId, { workerApp, instanceId }),
      (isTaken) => isTaken,
    );
    if (!taken)
      return refuse(
        'worker-unavailable',
        `The worker app "${migration.workerApp}" did not take the request.`,
        { retryAfterSeconds: 10 },
      );
    return succeed(undefined);
  };
