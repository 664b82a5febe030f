import { attemptOfKey } from '../domain/attempt.ts';
import type { Actor, NewEvent } from '../domain/event.ts';
import type { Pause } from '../domain/migration.ts';
import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import type { Page } from './ports/refs.ts';
import type { Clock } from './ports/system.ts';
import type { InFlightAttempt, InFlightQuery, WorkerDirectory } from './ports/worker-directory.ts';

export interface DrainInstanceDeps {
  readonly directory: Pick<WorkerDirectory, 'drain' | 'resume' | 'listInFlight' | 'isKnownApp'>;
  readonly clock: Clock;
}

export interface DrainInstanceCommand {
  readonly workerApp: string;
  readonly instanceId: string;
  readonly reason?: string | undefined;
  readonly actor: Actor;
}

/** An attempt that is with a worker, and the name of its step. */
export type InFlight = InFlightAttempt & { readonly stepName: string };

/** Gives an instance nothing new; it finishes what it has. */
export const drainInstance =
  ({ directory, clock }: DrainInstanceDeps) =>
  async (command: DrainInstanceCommand): Promise<Outcome<Pause>> => {
    const { workerApp, instanceId, reason, actor } = command;
    const since = clock.now().toISOString();
    const drain: Pause = { since, actor, ...(reason === undefined ? {} : { reason }) };
    const event = eventOf(command, 'worker.drained', since);
    const drained = await directory.drain(workerApp, instanceId, drain, event);
    return drained === undefined ? unknownInstance(command) : succeed(drained.held);
  };

/** Runs that waited for it are woken some at a time, as for a worker that comes back. */
export const resumeInstance =
  ({ directory, clock }: DrainInstanceDeps) =>
  async (command: DrainInstanceCommand): Promise<Outcome<{ readonly wasDraining: boolean }>> => {
    const { workerApp, instanceId } = command;
    const event = eventOf(command, 'worker.undrained', clock.now().toISOString());
    const resumed = await directory.resume(workerApp, instanceId, event);
    return resumed === undefined ? unknownInstance(command) : succeed(resumed);
  };

/** What a worker app is at, the longest first. */
export const listInFlight =
  ({ directory }: Pick<DrainInstanceDeps, 'directory'>) =>
  async (query: InFlightQuery): Promise<Outcome<Page<InFlight> & { readonly total: number }>> => {
    if (!(await directory.isKnownApp(query.workerApp)))
      return refuse('not-found', `There is no worker app "${query.workerApp}".`);
    const page = await directory.listInFlight(query);
    if (page.kind === 'cursor-mismatch')
      return refuse('cursor-mismatch', 'The cursor was made for another list.');
    const { items, nextCursor, total } = page;
    return succeed({
      items: items.map((one) => ({ ...one, stepName: attemptOfKey(one.idempotencyKey).stepName })),
      total,
      ...(nextCursor === undefined ? {} : { nextCursor }),
    });
  };

function unknownInstance({ workerApp, instanceId }: DrainInstanceCommand) {
  return refuse(
    'not-found',
    `No instance "${instanceId}" of worker app "${workerApp}" is known, or it has withdrawn.`,
  );
}

function eventOf(
  { workerApp, instanceId, reason, actor }: DrainInstanceCommand,
  type: string,
  at: string,
): NewEvent {
  const said = reason === undefined ? {} : { reason };
  return { at, type, actor, data: { workerApp, instanceId, ...said } };
}
