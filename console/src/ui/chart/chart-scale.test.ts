import { describe, expect, it } from 'vitest';
import { areaPath, linePath, nearest, placeOf, someOf, stacked, ticksOf } from './chart-scale.ts';

describe('the scale of a chart', () => {
  it('has whole and round ticks up to what there is', () => {
    expect(ticksOf(0)).toEqual([0, 1]);
    expect(ticksOf(3)).toEqual([0, 1, 2, 3]);
    expect(ticksOf(13)).toEqual([0, 5, 10, 15]);
    expect(ticksOf(100_000)).toEqual([0, 50_000, 100_000]);
    expect(ticksOf(1_204)).toEqual([0, 500, 1_000, 1_500]);
  });

  it('stacks what stands on each other', () => {
    expect(stacked([1, 2, 3])).toEqual([0, 1, 3, 6]);
  });

  it('finds the place of a number, and the number of a place', () => {
    expect([0, 1, 2].map((index) => placeOf(index, 3, 100))).toEqual([0, 50, 100]);
    expect(placeOf(0, 1, 100)).toBe(100);
    expect([-5, 20, 30, 74, 500].map((x) => nearest(x, 3, 100))).toEqual([0, 0, 1, 1, 2]);
    expect(nearest(50, 1, 100)).toBe(0);
    expect(nearest(50, 3, 0)).toBe(0);
  });

  it('draws lines and what lies between two of them', () => {
    const size = { width: 100, height: 10 };
    expect(linePath([0, 5, 10], 10, size)).toBe('M0 10L50 5L100 0');
    expect(linePath([5], 10, size)).toBe('M0 5L100 5');
    expect(areaPath([0, 0], [10, 5], 10, size)).toBe('M0 0L100 5L100 10L0 10Z');
  });

  it('names some of many, the last among them', () => {
    expect(someOf(5, 9)).toEqual([0, 1, 2, 3, 4]);
    expect(someOf(100, 4)).toEqual([0, 33, 66, 99]);
    expect(someOf(1, 1)).toEqual([0]);
    expect(someOf(0, 4)).toEqual([]);
  });
});
