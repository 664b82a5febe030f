import type { BurndownPoint } from '../../shared/contract.ts';
import type { AreaPoint, AreaSeries } from '../../ui/chart/stacked-areas.tsx';
import type { Resolution } from './aggregate-queries.ts';

/** From the bottom up. The failing run, and are marked within those that do. */
export const series = [
  { kind: 'done', name: 'Completed' },
  { kind: 'running', name: 'Running' },
  { kind: 'bad', name: 'Of them failing' },
  { kind: 'rest', name: 'Not started' },
] as const satisfies readonly AreaSeries[];

function areaOf({ completed, running, failing, not_started }: BurndownPoint) {
  return {
    values: [completed, Math.max(0, running - failing), failing, not_started],
    figures: [completed, running, failing, not_started],
  };
}

/** Days are those of the server, in UTC; hours are those of who looks. */
const formats = {
  day: {
    long: new Intl.DateTimeFormat('en-GB', {
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      timeZone: 'UTC',
    }),
    short: new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }),
  },
  hour: {
    long: new Intl.DateTimeFormat('en-GB', {
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
    }),
    short: new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' }),
  },
} as const;

export function areaPointsOf(points: readonly BurndownPoint[], resolution: Resolution): readonly AreaPoint[] {
  const { long, short } = formats[resolution];
  return points.map((point) => {
    const at = new Date(point.at);
    return { label: long.format(at), shortLabel: short.format(at), ...areaOf(point) };
  });
}

/** What changed, the newest first: the table has no rows that say what the row below them does. */
export function changesOf(points: readonly AreaPoint[]): readonly AreaPoint[] {
  return points
    .filter(({ values }, index) => {
      const before = points[index - 1]?.values;
      return before === undefined || values.some((value, at) => value !== before[at]);
    })
    .toReversed();
}
