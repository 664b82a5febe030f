import type { Actor, NewEvent } from '../domain/event.ts';
import type { Pause } from '../domain/migration.ts';
import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import { whatWasSaid } from '../domain/prose.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { PauseScope, PauseStore } from './ports/pause-store.ts';
import type { Clock } from './ports/system.ts';
import type { WorkerDirectory } from './ports/worker-directory.ts';

export interface PauseScopeDeps {
  readonly store: Pick<MigrationStore, 'getMigration'>;
  readonly directory: Pick<WorkerDirectory, 'isKnownApp'>;
  readonly pauses: PauseStore;
  readonly clock: Clock;
}

export interface PauseScopeCommand {
  readonly scope: PauseScope;
  readonly reason?: string | undefined;
  readonly actor: Actor;
}

/** Holds every next dispatch of a migration or of a worker app; what workers have goes on. */
export const pauseScope =
  (deps: PauseScopeDeps) =>
  async ({ scope, actor, ...command }: PauseScopeCommand): Promise<Outcome<Pause>> => {
    const unknown = await whyUnknown(deps, scope);
    if (unknown !== undefined) return refuse('not-found', unknown);
    const since = deps.clock.now().toISOString();
    const reason = whatWasSaid(command.reason);
    const asked: Pause = { since, actor, ...(reason === undefined ? {} : { reason }) };
    const { held } = await deps.pauses.pause(scope, asked, eventOf(scope, 'paused', asked));
    return succeed(held);
  };

/** Runs that were held go on by themselves, some at a time. */
export const resumeScope =
  (deps: PauseScopeDeps) =>
  async ({
    scope,
    actor,
    ...command
  }: PauseScopeCommand): Promise<Outcome<{ readonly wasPaused: boolean }>> => {
    const unknown = await whyUnknown(deps, scope);
    if (unknown !== undefined) return refuse('not-found', unknown);
    const since = deps.clock.now().toISOString();
    const reason = whatWasSaid(command.reason);
    const said = { since, actor, ...(reason === undefined ? {} : { reason }) };
    const wasPaused = await deps.pauses.resume(scope, eventOf(scope, 'resumed', said));
    return succeed({ wasPaused });
  };

async function whyUnknown(
  { store, directory }: PauseScopeDeps,
  { kind, id }: PauseScope,
): Promise<string | undefined> {
  if (kind === 'migration') {
    return (await store.getMigration(id)) === undefined ? `There is no migration "${id}".` : undefined;
  }
  return (await directory.isKnownApp(id)) ? undefined : `There is no worker app "${id}".`;
}

function eventOf(
  { kind, id }: PauseScope,
  what: 'paused' | 'resumed',
  { since, actor, reason }: Pause,
): NewEvent {
  const said = reason === undefined ? {} : { reason };
  return kind === 'migration'
    ? { at: since, type: `migration.${what}`, actor, migrationId: id, data: said }
    : { at: since, type: `worker.${what}`, actor, data: { workerApp: id, ...said } };
}
