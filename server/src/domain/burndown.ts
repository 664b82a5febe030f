/** How the counts of a migration went over time, from what was counted when they changed. */

export interface StatusCounts {
  readonly not_started: number;
  readonly running: number;
  readonly completed: number;
  /** Of runs that wait for a person after a failure. */
  readonly failing: number;
}

/** What is kept: the last counts of each hour and UTC day in which some changed, by their number since 1970. */
export interface KeptCounts {
  readonly hours: ReadonlyMap<number, StatusCounts>;
  readonly days: ReadonlyMap<number, StatusCounts>;
  readonly now: StatusCounts;
  /** In the store's time. */
  readonly nowMs: number;
}

export interface BurndownPoint extends StatusCounts {
  /** Epoch ms of the beginning of the hour or day. */
  readonly atMs: number;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Hours are kept this long, in days; of older days the last counts. */
export const HOURS_KEPT_DAYS = 30;
export const DAYS_KEPT = 1_096;
export const TREND_DAYS = 14;

const SIZES = { hour: HOUR_MS, day: DAY_MS } as const;
const MOST_POINTS = { hour: HOURS_KEPT_DAYS * 24, day: 366 } as const;

/** A point for every hour or day: one in which nothing changed has the counts of the one before. */
export function burndownPoints(
  { hours, days, now, nowMs }: KeptCounts,
  resolution: 'hour' | 'day',
  fromMs = 0,
): readonly BurndownPoint[] {
  const size = SIZES[resolution];
  const last = Math.floor(nowMs / size) * size;
  const marks = [
    ...[...days].map(([day, counts]) => ({ ms: (day + 1) * DAY_MS - HOUR_MS, counts })),
    ...[...hours].map(([hour, counts]) => ({ ms: hour * HOUR_MS, counts })),
  ].sort((one, other) => one.ms - other.ms);
  const earliest = Math.max(fromMs, last - (MOST_POINTS[resolution] - 1) * size, marks[0]?.ms ?? last);
  const points: BurndownPoint[] = [];
  let counts = now;
  let next = 0;
  for (let atMs = Math.floor(earliest / size) * size; atMs < last; atMs += size) {
    for (let mark = marks[next]; mark !== undefined && mark.ms < atMs + size; mark = marks[next]) {
      ({ counts } = mark);
      next += 1;
    }
    points.push({ atMs, ...counts });
  }
  return [...points, { atMs: last, ...now }];
}

/** How many were completed at the end of each day; days before the first that is known had none, today is now. */
export function trendOf(days: readonly (number | undefined)[], now: number): readonly number[] {
  let known = days.some((completed) => completed !== undefined) ? 0 : now;
  return days.map((completed, index) => {
    known = index === days.length - 1 ? now : (completed ?? known);
    return known;
  });
}
