import { describe, expect, it } from 'vitest';
import { burndownPoints, DAY_MS, HOUR_MS, type KeptCounts, type StatusCounts, trendOf } from './burndown.ts';

const counts = (completed: number): StatusCounts => ({
  ...{ not_started: 10 - completed, running: 0, completed, failing: 0 },
});
const DAY = 20_000;
const kept = (over: Partial<KeptCounts> = {}): KeptCounts => ({
  ...{ hours: new Map(), days: new Map(), now: counts(9), nowMs: DAY * DAY_MS + 5.5 * HOUR_MS },
  ...over,
});
const read = (...given: Parameters<typeof burndownPoints>) =>
  burndownPoints(...given).map(({ atMs, completed }) => [(atMs - DAY * DAY_MS) / HOUR_MS, completed]);

describe('counts over time', () => {
  it('are those of now where nothing else is known', () => {
    expect(read(kept(), 'hour')).toEqual([[5, 9]]);
    expect(read(kept(), 'day')).toEqual([[0, 9]]);
  });

  it('carry forward what an idle hour does not have, and end with now', () => {
    const hours = new Map([
      [DAY * 24 + 1, counts(1)],
      [DAY * 24 + 3, counts(2)],
      [DAY * 24 + 5, counts(8)],
    ]);
    const days = new Map([[DAY, counts(8)]]);
    expect(read(kept({ hours, days }), 'hour')).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
      [4, 2],
      [5, 9],
    ]);
  });

  it('begin where they are asked to, with what was known before', () => {
    const hours = new Map([[DAY * 24 + 1, counts(1)]]);
    const from = DAY * DAY_MS + 3.5 * HOUR_MS;
    expect(read(kept({ hours }), 'hour', from)).toEqual([
      [3, 1],
      [4, 1],
      [5, 9],
    ]);
    expect(read(kept({ hours }), 'hour', from + DAY_MS)).toEqual([[5, 9]]);
  });

  it('of days are those at their ends, also where hours are no longer kept', () => {
    const days = new Map([
      [DAY - 40, counts(1)],
      [DAY - 2, counts(3)],
    ]);
    const hours = new Map([[(DAY - 2) * 24 + 7, counts(3)]]);
    const points = burndownPoints(kept({ days, hours }), 'day');
    expect(points).toHaveLength(41);
    expect(points.slice(-4).map(({ completed }) => completed)).toEqual([1, 3, 3, 9]);
    const byHour = burndownPoints(kept({ days, hours }), 'hour');
    expect(byHour).toHaveLength(720);
    expect(byHour[0]?.completed).toBe(1);
  });

  it('are at most 366 days', () => {
    const days = new Map([[DAY - 1_000, counts(1)]]);
    expect(burndownPoints(kept({ days }), 'day')).toHaveLength(366);
  });
});

describe('a trend', () => {
  it('has none before the first day that is known, and that of now today', () => {
    expect(trendOf([undefined, undefined, 3, undefined, 4], 5)).toEqual([0, 0, 3, 3, 5]);
  });

  it('is flat where no day is known', () => {
    expect(trendOf([undefined, undefined], 5)).toEqual([5, 5]);
  });
});
