import { describe, expect, it } from 'vitest';
import { anAttempt, aTime } from '../testing/samples.ts';
import { decisionsOf, isSaidBy, withoutDecisions } from './review-decisions.ts';

const ada = { kind: 'person', id: 'ada' };
const alan = { kind: 'person', id: 'alan' };

describe('the decisions on a review', () => {
  it('are the approvals so far', () => {
    const approvals = [{ actor: ada, at: aTime, comment: 'Fine.' }];
    expect(decisionsOf(anAttempt({ metadata: { approvals } }))).toEqual([
      { decision: 'approved', actor: ada, at: aTime, comment: 'Fine.' },
    ]);
  });

  it('name the last approval once, though it ends the review too', () => {
    const metadata = {
      approvals: [
        { actor: ada, at: aTime },
        { actor: alan, at: aTime },
      ],
      decision: 'approved',
      actor: alan,
    };
    expect(decisionsOf(anAttempt({ metadata })).map(({ actor }) => actor.id)).toEqual(['ada', 'alan']);
  });

  it('end with a rejection, also by somebody who had approved', () => {
    const metadata = { approvals: [{ actor: ada, at: aTime }], decision: 'rejected', actor: ada };
    expect(decisionsOf(anAttempt({ metadata })).map(({ decision }) => decision)).toEqual([
      'approved',
      'rejected',
    ]);
  });

  it('make a message that repeats one of them superfluous', () => {
    const metadata = { decision: 'rejected', actor: ada, comment: 'Too short.' };
    const decisions = decisionsOf(anAttempt({ metadata }));
    expect(isSaidBy(decisions, 'Rejected: Too short.')).toBe(true);
    expect(isSaidBy(decisions, 'Cancelled.')).toBe(false);
  });

  it('leave out what cannot be read, and keep the rest of the metadata', () => {
    const metadata = { approvals: ['x', { actor: 7 }], decision: 'maybe', ticket: 'A-1' };
    expect(decisionsOf(anAttempt({ metadata }))).toEqual([]);
    expect(withoutDecisions(metadata)).toEqual({ ticket: 'A-1' });
  });
});
