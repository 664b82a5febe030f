import { describe, expect, it } from 'vitest';
import { aCandidate, aMigration, aTime } from '../../testing/samples.ts';
import { holdOf } from './run-hold.ts';

const paused = { since: aTime, actor: { kind: 'person', id: 'ada' }, reason: 'Freeze.' } as const;
const running = { status: 'running', step: 'second', since: aTime } as const;

describe('what holds a run', () => {
  it.each([
    ['run', 'This run is paused'],
    ['migration', 'The migration is paused'],
    ['worker-app', 'The worker app hello-world is paused'],
  ] as const)('is told with who did it and since when: %s', (kind, headline) => {
    const heldBy = { kind, id: 'hello-world', reason: 'Freeze.', since: aTime, by: paused.actor };
    const held = aCandidate({ ...running, runState: 'paused', reason: 'Whatever.', heldBy });
    expect(holdOf(held, aMigration())).toMatchObject({
      by: kind,
      headline,
      reason: 'Freeze.',
      pause: { since: aTime, actor: paused.actor },
    });
  });

  it('is the run itself where an older server does not say', () => {
    const held = aCandidate({ ...running, runState: 'paused', reason: 'The run is paused.' });
    expect(holdOf(held, aMigration())).toMatchObject({ by: 'run', pause: { since: aTime } });
  });

  it('is a key that others have, which is no pause', () => {
    const heldBy = { kind: 'concurrency-key', id: 'gitops', reason: '2 before it' } as const;
    const hold = holdOf(aCandidate({ ...running, runState: 'queued', heldBy }), aMigration({ paused }));
    expect(hold).toMatchObject({
      ...{ by: 'concurrency-key', reason: '2 before it.' },
      headline: 'Step second waits for its turn on “gitops”',
    });
    expect(hold?.pause).toBeUndefined();
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
