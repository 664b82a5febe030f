import { describe, expect, it } from 'vitest';
import { areaPointsOf, changesOf } from './burndown-words.ts';

const point = (at: string, completed: number) => ({
  at,
  not_started: 5 - completed,
  running: 3,
  completed,
  failing: 1,
});

describe('counts over time in words', () => {
  it('mark those that fail within those that run', () => {
    const [first, second] = areaPointsOf(
      [
        point('2026-11-20T00:00:00.000Z', 2),
        { at: '2026-11-21T00:00:00.000Z', not_started: 0, running: 0, completed: 0, failing: 1 },
      ],
      'day',
    );
    expect(first).toMatchObject({ values: [2, 2, 1, 3], figures: [2, 3, 1, 3] });
    expect(second).toMatchObject({ values: [0, 0, 1, 0], figures: [0, 0, 1, 0] });
  });

  it('name days as the server counts them', () => {
    const [first] = areaPointsOf([point('2026-11-20T00:00:00.000Z', 2)], 'day');
    expect(first).toMatchObject({ label: '20 Nov 2026', shortLabel: '20 Nov' });
    expect(areaPointsOf([point('2026-11-20T07:00:00.000Z', 2)], 'hour')[0]?.label).toMatch(
      /20 Nov, \d\d:00/u,
    );
  });

  it('leave out of the table what did not change', () => {
    const points = areaPointsOf(
      [0, 0, 1, 1].map((completed, day) => point(`2026-11-0${day + 1}T00:00:00.000Z`, completed)),
      'day',
    );
    expect(changesOf(points).map(({ shortLabel }) => shortLabel)).toEqual(['3 Nov', '1 Nov']);
  });
});
