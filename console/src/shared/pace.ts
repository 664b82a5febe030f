import type { Query } from '@tanstack/react-query';
import { connection } from './connection.ts';
import { isPassing } from './problem.ts';

/** How long a view waits before it reads again. */
export const paceMs = { running: 1_500, recovering: 3_000, idle: 15_000, hidden: 60_000 } as const;

/** A command is accepted before it is carried out, so what it changes is looked for until then. */
const settlingMs = 10_000;
let lastCommandAt = Number.NEGATIVE_INFINITY;

/** Whoever has commanded something wants to see it happen, also where nothing ran before. */
export function expectChange(): void {
  lastCommandAt = performance.now();
}

/**
 * A `refetchInterval`: fast while something runs or was commanded and somebody can see it, soon after a failure that
 * passes, slow otherwise. Since it counts from the last answer, a view never has two requests in flight.
 */
export function pace<TData>(isRunning: (data: TData) => boolean) {
  return (query: Pick<Query<TData, Error, TData, readonly unknown[]>, 'state'>): number => {
    if (document.visibilityState === 'hidden') return paceMs.hidden;
    const { data, error } = query.state;
    if (connection.current().state !== 'answering' || isPassing(error)) return paceMs.recovering;
    const isSettling = performance.now() - lastCommandAt < settlingMs;
    return isSettling || (data !== undefined && isRunning(data)) ? paceMs.running : paceMs.idle;
  };
}
