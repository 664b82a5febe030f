import { describe, expect, it } from 'vitest';
import { aMigration, aRow } from '../../testing/samples.ts';
import { asked, attentionGroups, pageKey } from './attention.ts';

const counts = (runState: Record<string, number>) => ({
  status: { not_started: 0, running: 9, completed: 0 },
  runState,
});
const one = aMigration({ id: 'one', counts: counts({ awaiting_retry: 30, in_progress: 4 }) });
const two = aMigration({ id: 'two', counts: counts({ awaiting_retry: 1, awaiting_approval: 1 }) });

describe('what needs attention', () => {
  it('is read only where the counts say that something waits', () => {
    expect(asked([one, two]).map(({ migration, state }) => `${migration.id} ${state}`)).toEqual([
      'one awaiting_retry',
      'two awaiting_approval',
      'two awaiting_retry',
    ]);
  });

  it('is grouped by what a person would do, the longest wait first over all migrations', () => {
    const page = (items: ReturnType<typeof aRow>[], total = items.length) => ({
      body: { items, total },
      etag: undefined,
    });
    const groups = attentionGroups(
      [one, two],
      new Map([
        [pageKey('one', 'awaiting_retry'), page([aRow('late', { since: '2026-01-02' })], 30)],
        [pageKey('two', 'awaiting_retry'), page([aRow('early', { since: '2026-01-01' })])],
        [pageKey('two', 'awaiting_approval'), page([aRow('asks')])],
      ]),
    );
    expect(groups.map(({ state, total }) => [state, total])).toEqual([
      ['awaiting_approval', 1],
      ['awaiting_retry', 31],
    ]);
    expect(groups[1]?.runs.map(({ candidate }) => candidate.id)).toEqual(['early', 'late']);
    expect(groups[1]?.perMigration.map(({ count }) => count)).toEqual([30, 1]);
  });
});
