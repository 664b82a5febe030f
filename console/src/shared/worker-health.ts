import type { MigrationSummary } from './contract.ts';
import type { Look } from './state-look.ts';

type Facts = Pick<MigrationSummary, 'liveInstances' | 'drainingInstances' | 'drainedInstances' | 'counts'>;

/** The health of the worker behind a migration, in the word that the page of workers has for it. */
export function workerHealth(migration: Facts): Look {
  const { liveInstances, drainingInstances, drainedInstances, counts } = migration;
  if (liveInstances === 0) {
    if (drainingInstances === 0) return { word: 'Away', tone: 'bad', shape: 'square' };
    const isDone = drainedInstances === drainingInstances;
    return { word: isDone ? 'Drained' : 'Draining', tone: 'person', shape: 'bars' };
  }
  const parked = counts.runState.awaiting_worker ?? 0;
  if (parked > 0) return { word: 'Faltering', tone: 'person', shape: 'square' };
  return { word: 'Healthy', tone: 'done', shape: 'check' };
}
