import { describe, expect, it } from 'vitest';
import { formatAge, formatCount, formatDuration, formatRelative } from './format.ts';

const now = Date.parse('2026-11-20T12:00:00.000Z');
const ago = (ms: number) => new Date(now - ms).toISOString();

describe('times', () => {
  it('are told in one unit and without haste', () => {
    expect([3_000, 47_000, 61_000, 7_200_000, 172_800_000].map((ms) => formatAge(ago(ms), now))).toEqual([
      'a moment',
      '40 s',
      '1 min',
      '2 h',
      '2 d',
    ]);
  });

  it('that a clock ahead puts into the future are now', () => {
    expect(formatAge(ago(-900), now)).toBe('a moment');
    expect(formatRelative(ago(-900), now)).toBe('a moment ago');
  });

  it('to come are told as such, and long past ones by their day', () => {
    expect(formatRelative(ago(-27_400), now)).toBe('in 27 s');
    expect(formatRelative(ago(200 * 86_400_000), now)).toBe('4 May 2026');
  });
});

describe('durations', () => {
  it('have at most two units', () => {
    expect(
      [0, 0.4, 12, 840, 999.7, 1_240, 9_949, 41_000, 200_000, 7_500_000, 360_000_000].map(formatDuration),
    ).toEqual([
      '<1 ms',
      '<1 ms',
      '12 ms',
      '840 ms',
      '1 s',
      '1.2 s',
      '9.9 s',
      '41 s',
      '3 min 20 s',
      '2 h 5 min',
      '4 d 4 h',
    ]);
  });
});

it('Counts agree with their noun', () => {
  expect([
    formatCount(1, 'run'),
    formatCount(1_204, 'run'),
    formatCount(0, 'repository', 'repositories'),
  ]).toEqual(['1 run', '1,204 runs', '0 repositories']);
});
