import type { MigrationSummary } from './contract.ts';
import type { Look } from './state-look.ts';

/** The health of the worker behind a migration, in a word. */
export function workerHealth(migration: Pick<MigrationSummary, 'liveInstances' | 'counts'>): Look {
  if (migration.liveInstances === 0) return { word: 'Away', tone: 'bad', shape: 'square' };
  const parked = migration.counts.runState.awaiting_worker ?? 0;
  if (parked > 0) return { word: 'Faltering', tone: 'person', shape: 'square' };
  return { word: 'Healthy', tone: 'done', shape: 'check' };
}
