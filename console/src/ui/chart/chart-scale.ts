/** Numbers for the eye: where the lines of a chart stand. No colours and no elements. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Whole numbers at equal distances from 0 to at least `max`: 0, 5, 10, 15. */
export function ticksOf(max: number, most = 4): readonly number[] {
  const rough = Math.max(1, max) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((nice) => nice * power).find((nice) => nice >= rough) ?? rough);
  const count = Math.ceil(Math.max(1, max) / step);
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/** What each series begins at when they stand on each other, and at last what all of them reach. */
export function stacked(values: readonly number[]): readonly number[] {
  const floors = [0];
  for (const value of values) floors.push((floors.at(-1) ?? 0) + value);
  return floors;
}

/** A number is at the same place whoever draws it; one alone stands at both ends. */
export function placeOf(index: number, count: number, width: number): number {
  return count < 2 ? width : (index / (count - 1)) * width;
}

/** The number whose place is nearest. */
export function nearest(x: number, count: number, width: number): number {
  if (count < 2 || width <= 0) return 0;
  return Math.min(count - 1, Math.max(0, Math.round((x / width) * (count - 1))));
}

const round = (value: number) => Math.round(value * 10) / 10;

/** A line from the left to the right. */
export function linePath(values: readonly number[], max: number, { width, height }: Size): string {
  const points = values.length === 1 ? [...values, ...values] : values;
  return points
    .map((value, index) => {
      const x = round(placeOf(index, points.length, width));
      return `${index === 0 ? 'M' : 'L'}${x} ${round(height - (value / Math.max(1, max)) * height)}`;
    })
    .join('');
}

/** What lies between two lines. */
export function areaPath(floor: readonly number[], roof: readonly number[], max: number, size: Size): string {
  const back = linePath(floor.toReversed(), max, { ...size, width: -size.width });
  const shifted = back.replace(/[ML](-?[\d.]+) /g, (_, x: string) => `L${round(size.width + Number(x))} `);
  return `${linePath(roof, max, size)}${shifted}Z`;
}

/** At most so many numbers at equal distances, the last always among them. */
export function someOf(count: number, most: number): readonly number[] {
  if (count === 0) return [];
  const step = Math.max(1, Math.ceil((count - 1) / Math.max(1, most - 1)));
  const some: number[] = [];
  for (let index = count - 1; index >= 0; index -= step) some.unshift(index);
  return some;
}
