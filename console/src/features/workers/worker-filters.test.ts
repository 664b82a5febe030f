import { expect, it } from 'vitest';
import type { WorkerApp } from '../../shared/contract.ts';
import { anInstance, aPause } from '../../testing/samples.ts';
import { narrowWorkers, offeredFilters } from './worker-filters.ts';

const anApp = (workerApp: string, over: Partial<WorkerApp> = {}): WorkerApp => ({
  ...{ workerApp, migrations: [], parked: 0, instances: [anInstance()] },
  ...over,
});
const apps = [
  anApp('well'),
  anApp('away', { instances: [] }),
  anApp('held', { paused: aPause() }),
  anApp('leaving', { instances: [anInstance(), anInstance({ state: 'draining', draining: aPause() })] }),
];
const narrowed = (...given: Parameters<typeof narrowWorkers>) =>
  narrowWorkers(...given).map(({ workerApp }) => workerApp);

it('worker apps are narrowed to those that are not as they should be', () => {
  expect(narrowed(apps, 'unwell')).toEqual(['away']);
  expect(narrowed(apps, 'paused')).toEqual(['held']);
  expect(narrowed(apps, 'draining')).toEqual(['leaving']);
  expect(narrowed(apps, undefined)).toHaveLength(4);
});

it('only filters that tell some from others are offered, and always the one that is on', () => {
  expect(offeredFilters(apps, undefined)).toEqual([
    { filter: 'unwell', count: 1 },
    { filter: 'paused', count: 1 },
    { filter: 'draining', count: 1 },
  ]);
  expect(offeredFilters([anApp('well')], undefined)).toEqual([]);
  expect(offeredFilters([anApp('well')], 'unwell')).toEqual([{ filter: 'unwell', count: 0 }]);
});
