import { describe, expect, it } from 'vitest';
import { aMigration, aPause } from '../../testing/samples.ts';
import { narrowMigrations, offeredFilters } from './migration-filters.ts';

const done = { status: { not_started: 0, running: 0, completed: 3 }, runState: {} };
const waiting = { status: { not_started: 3, running: 0, completed: 0 }, runState: {} };
const failing = aMigration({ id: 'failing', name: 'Charts' });
const completed = aMigration({ id: 'completed', name: 'Runtime', counts: done, failing: 0 });
const held = aMigration({ id: 'held', owner: 'payments', counts: waiting, failing: 0, paused: aPause() });
const away = aMigration({ id: 'away', counts: waiting, failing: 0, liveInstances: 0 });
const all = [failing, completed, held, away];

const ids = (...given: Parameters<typeof narrowMigrations>) => narrowMigrations(...given).map(({ id }) => id);

describe('the list of migrations', () => {
  it('is narrowed to one kind', () => {
    expect(ids(all, 'failing', '')).toEqual(['failing']);
    expect(ids(all, 'running', '')).toEqual(['failing']);
    expect(ids(all, 'completed', '')).toEqual(['completed']);
    expect(ids(all, 'paused', '')).toEqual(['held']);
    expect(ids(all, 'worker', '')).toEqual(['away']);
  });

  it('is searched by name, id and owner within that kind', () => {
    expect(ids(all, undefined, 'RUN')).toEqual(['completed']);
    expect(ids(all, undefined, 'payments')).toEqual(['held']);
    expect(ids(all, 'failing', 'payments')).toEqual([]);
  });

  it('offers the filters that tell some from others, and always the one that is on', () => {
    const offered = offeredFilters(all, undefined);
    expect(offered.map(({ filter, count }) => [filter, count])).toEqual([
      ['failing', 1],
      ['worker', 1],
      ['paused', 1],
      ['running', 1],
      ['completed', 1],
    ]);
    expect(offeredFilters([completed, completed, completed, completed], undefined)).toEqual([]);
    expect(offeredFilters([completed], 'failing')).toEqual([{ filter: 'failing', count: 0 }]);
  });

  it('offers none while there are few', () => {
    expect(offeredFilters([failing, completed, held], undefined)).toEqual([]);
  });

  it('counts a migration without candidates as not completed', () => {
    const counts = { status: { not_started: 0, running: 0, completed: 0 }, runState: {} };
    expect(ids([aMigration({ counts, total: 0 })], 'completed', '')).toEqual([]);
  });
});
