/** How long a dispatch waits for its callback, by what came of it before. */
export interface CallbackPatience {
  /** For a callback of this step, in milliseconds; 0 is not at all. */
  waitMs(step: string): number;
  /** Whether one came while it was waited for. */
  record(step: string, came: boolean): void;
}

export interface PatienceLimits {
  /** For a step that is not known to be quick. */
  readonly usualMs: number;
  /** For one whose last callback was waited for and came; it may be late when many come at once. */
  readonly quickMs: number;
}

const MOST_STEPS = 1_000;
const MOST_PASSES = 64;

/** How many dispatches do not wait after one that waited in vain: twice as many each time. Of a quick step none. */
interface Habit {
  readonly passes: number;
  left: number;
}

/**
 * Most steps take seconds or days, and to wait for their callbacks would hold the slots of others. One that was waited
 * for in vain is waited for again only now and then, in case its worker has become quick.
 */
export function createCallbackPatience({ usualMs, quickMs }: PatienceLimits): CallbackPatience {
  const habits = new Map<string, Habit>();
  return {
    waitMs(step) {
      const habit = habits.get(step);
      if (habit === undefined) return usualMs;
      if (habit.passes === 0) return quickMs;
      if (habit.left === 0) return usualMs;
      habit.left -= 1;
      return 0;
    },
    record(step, came) {
      const habit = habits.get(step);
      habits.delete(step);
      const [oldest] = habits.keys();
      if (habits.size >= MOST_STEPS && oldest !== undefined) habits.delete(oldest);
      // One that was quick and is late once is not slow yet: it is as good as unknown.
      if (!came && habit?.passes === 0) return;
      const passes = came ? 0 : Math.min(MOST_PASSES, (habit?.passes ?? 1) * 2);
      habits.set(step, { passes, left: passes });
    },
  };
}
