import type { WorkerApp } from '../../shared/contract.ts';
import { offerFilters } from '../../shared/offer-filters.ts';
import { appLook } from './instance-look.ts';

/** What the worker apps can be narrowed to, in the order in which it is offered. */
export const workerFilters = ['unwell', 'paused', 'draining'] as const;
export type WorkerFilter = (typeof workerFilters)[number];

export const filterWords: Readonly<Record<WorkerFilter, string>> = {
  unwell: 'Not healthy',
  paused: 'Paused',
  draining: 'With an instance draining',
};

const fits: Readonly<Record<WorkerFilter, (app: WorkerApp) => boolean>> = {
  unwell: (app) => appLook(app).tone !== 'done',
  paused: ({ paused }) => paused !== undefined,
  draining: ({ instances }) => instances.some(({ draining }) => draining !== undefined),
};

export function narrowWorkers(
  apps: readonly WorkerApp[],
  filter: WorkerFilter | undefined,
): readonly WorkerApp[] {
  return filter === undefined ? apps : apps.filter(fits[filter]);
}

/** The filters that tell some apps from others, and the one that is on. */
export function offeredFilters(apps: readonly WorkerApp[], chosen: WorkerFilter | undefined) {
  return offerFilters(workerFilters, fits, apps, chosen);
}
