import type { Moment } from '../domain/run.ts';
import type { Clock } from './ports/system.ts';

/** Now, in both forms that the domain has. */
export function momentOf(clock: Clock): Moment {
  const now = clock.now();
  return { ms: now.getTime(), iso: now.toISOString() };
}
