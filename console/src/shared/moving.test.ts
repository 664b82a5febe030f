import { describe, expect, it } from 'vitest';
import { aMigration } from '../testing/samples.ts';
import { isMoving, waitsOnPerson } from './moving.ts';

const moves = (runState: Record<string, number>, failing = 0) =>
  isMoving({ counts: { ...aMigration().counts, runState }, failing });

describe('a migration moves', () => {
  it('while a run of it goes on by itself', () => {
    expect(moves({ in_progress: 1, awaiting_approval: 4 })).toBe(true);
    expect(moves({ awaiting_worker: 1 })).toBe(true);
    expect(moves({ awaiting_retry: 2 }, 1)).toBe(true);
  });

  it('not while all of them wait on people, or there is none', () => {
    expect(moves({ awaiting_approval: 1, paused: 2, lost: 1, awaiting_retry: 1, compensating: 1 }, 2)).toBe(
      false,
    );
    expect(moves({})).toBe(false);
  });
});

describe('a run waits on a person', () => {
  it('where a reviewer or an operator must act', () => {
    expect(waitsOnPerson({ who: 'reviewer' })).toBe(true);
    expect(waitsOnPerson({ who: 'operator' })).toBe(true);
    expect(waitsOnPerson({ who: 'worker' })).toBe(false);
    expect(waitsOnPerson({})).toBe(false);
  });
});
