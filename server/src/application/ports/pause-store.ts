import type { NewEvent } from '../../domain/event.ts';
import type { Pause } from '../../domain/migration.ts';
import type { RunRef } from './refs.ts';

/** What can be paused besides a run: everything of a migration, or everything that a worker app runs. */
export interface PauseScope {
  readonly kind: 'migration' | 'worker-app';
  readonly id: string;
}

/** Pauses of migrations and worker apps, and the runs that they hold. */
export interface PauseStore {
  /** Pausing again keeps the first. The event is written in one atomic step with a new one. */
  pause(
    scope: PauseScope,
    pause: Pause,
    event: NewEvent,
  ): Promise<{ readonly held: Pause; readonly isNew: boolean }>;
  /** Releases what it held and writes the event, in one atomic step; false when it was not paused. */
  resume(scope: PauseScope, event: NewEvent): Promise<boolean>;
  /** In the order of the scopes. */
  find(scopes: readonly PauseScope[]): Promise<readonly (Pause | undefined)[]>;
  /** Remembers a run that waits for the scope; false when it is not paused any more. */
  hold(scope: PauseScope, run: RunRef): Promise<boolean>;
  /**
   * Up to `limit` runs whose scope was resumed. Each is given once, and again after `WOKEN_AGAIN_MS` unless it is told that
   * it was woken: who took it may have died.
   */
  takeReleased(limit: number): Promise<readonly RunRef[]>;
  /** Runs that were taken and have been woken, or are over. One that was released again since stays so. */
  tellWoken(taken: readonly RunRef[]): Promise<void>;
  /** Runs that were taken and could not be woken: the next who asks is given them. */
  putBack(taken: readonly RunRef[]): Promise<void>;
}
