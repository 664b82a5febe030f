import { announceStep } from './announced-step.ts';
import type { Migration } from './define-migration.ts';
import type { Announcement } from './loom-client.ts';

/** What an announcement says beside the migration itself. */
export interface AnnouncingInstance {
  readonly workerApp: string;
  readonly workerUrl: string;
  readonly instanceId: string;
  readonly version: string | undefined;
  readonly singleInstance: boolean;
}

/** Puts a migration into the words of the contract. */
export function announceMigration(migration: Migration, instance: AnnouncingInstance): Announcement {
  const { id, name, description, owner, overview, requiredInputs, labelKeys } = migration;
  const { version, ...rest } = instance;
  const steps = migration.steps.map((step) => announceStep(step, instance.workerApp));
  return {
    id,
    name,
    ...rest,
    protocolVersion: 1,
    steps,
    requiredInputs: [...requiredInputs],
    labelKeys: [...labelKeys],
    capabilities: {
      dryRun: true,
      cancel: true,
      compensate: steps.some(({ compensable }) => compensable),
      discover: migration.discover !== undefined,
      bases: [...migration.definitions.values()].some(({ readBase }) => readBase !== undefined),
    },
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    ...(owner === undefined ? {} : { owner }),
    ...(overview === undefined ? {} : { overview }),
  };
}
