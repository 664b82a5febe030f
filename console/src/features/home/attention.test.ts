import { describe, expect, it } from 'vitest';
import { aMigration, aRow } from '../../testing/samples.ts';
import { attentionGroups } from './attention.ts';

const counts = (runState: Record<string, number>) => ({
  status: { not_started: 0, running: 9, completed: 0 },
  runState,
});
const one = aMigration({ id: 'one', counts: counts({ awaiting_retry: 30, in_progress: 4 }) });
const two = aMigration({ id: 'two', counts: counts({ awaiting_retry: 1, awaiting_approval: 1 }) });

const waits = (migrationId: string, id: string, runState: 'awaiting_retry' | 'awaiting_approval') => ({
  migrationId,
  migrationName: migrationId,
  candidate: aRow(id, { runState }),
});

describe('what needs attention', () => {
  it('is grouped by what a person would do, in the order in which the server lists it', () => {
    const groups = attentionGroups([one, two], {
      items: [
        waits('two', 'early', 'awaiting_retry'),
        waits('two', 'asks', 'awaiting_approval'),
        waits('one', 'late', 'awaiting_retry'),
      ],
      counts: { awaiting_retry: 31, awaiting_approval: 1 },
    });
    expect(groups.map(({ state, total }) => [state, total])).toEqual([
      ['awaiting_approval', 1],
      ['awaiting_retry', 31],
    ]);
    expect(groups[1]?.runs.map(({ candidate }) => candidate.id)).toEqual(['early', 'late']);
    expect(groups.map(({ migrations }) => migrations.map(({ id }) => id))).toEqual([['two'], ['one', 'two']]);
  });

  it('leaves out a run whose migration has not been read yet', () => {
    const groups = attentionGroups([one], {
      items: [waits('new', 'first', 'awaiting_approval')],
      counts: { awaiting_approval: 1 },
    });
    expect(groups).toMatchObject([{ state: 'awaiting_approval', runs: [], total: 1 }]);
  });
});
