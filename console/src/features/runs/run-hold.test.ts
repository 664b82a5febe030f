import { describe, expect, it } from 'vitest';
import { aCandidate, aMigration, aTime } from '../../testing/samples.ts';
import { heldBy, holdOf, pauseReason } from './run-hold.ts';

const paused = { since: aTime, actor: { kind: 'person', id: 'ada' }, reason: 'Freeze.' } as const;
const running = { status: 'running', step: 'second', since: aTime } as const;

describe('what holds a run', () => {
  it.each([
    ['The run is paused.', 'run', undefined],
    ['The run is paused: Freeze.', 'run', 'Freeze.'],
    ['The migration is paused: Freeze: again.', 'migration', 'Freeze: again.'],
    ['The worker app hello-world is paused.', 'worker', undefined],
    ['Something newer.', 'run', 'Something newer.'],
  ])('is told from the reason: %s', (reason, by, said) => {
    expect([heldBy({ reason }), pauseReason({ reason })]).toEqual([by, said]);
  });

  it('is the pause of the migration with who made it', () => {
    const held = aCandidate({ ...running, runState: 'paused', reason: 'The migration is paused: Freeze.' });
    expect(holdOf(held, aMigration({ paused }))).toMatchObject({
      by: 'migration',
      reason: 'Freeze.',
      pause: paused,
    });
  });

  it('is said before it takes hold, with what goes on meanwhile', () => {
    const asked = aCandidate({ ...running, runState: 'in_progress', pauseRequested: true });
    expect(holdOf(asked, aMigration())).toMatchObject({
      headline: 'A pause is asked for',
      meaning: 'The worker goes on with second, and its answer counts. What comes next is held.',
    });
    const reviewed = aCandidate({ ...running, runState: 'awaiting_approval' });
    expect(holdOf(reviewed, aMigration({ paused }))?.meaning).toBe(
      'The decision can still be made. The next dispatch is held.',
    );
  });

  it('is said before a start, and not where nothing is left to start', () => {
    expect(holdOf(aCandidate(), aMigration({ paused }))?.meaning).toMatch(/^A start is accepted, and held/);
    expect(holdOf(aCandidate({ status: 'completed' }), aMigration({ paused }))).toBeUndefined();
    expect(holdOf(aCandidate({ ...running, runState: 'in_progress' }), aMigration())).toBeUndefined();
  });
});
