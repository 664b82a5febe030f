/** Whose callbacks are worth a moment of waiting, by what they did before. */
export interface CallbackPatience {
  /** How long to wait for a callback of this step; 0 is not at all. */
  waitMs(step: string): number;
  /** Whether one came while it was waited for. */
  record(step: string, came: boolean): void;
}

const MOST_STEPS = 1_000;
const MOST_PASSED = 64;

interface Habit {
  /** How many dispatches do not wait after one that waited in vain: twice as many each time. */
  passes: number;
  left: number;
}

/**
 * Most steps take seconds or days, and to wait for their callbacks would hold the slots of others. One that was waited for
 * in vain is waited for again only now and then, in case its worker has become fast.
 */
export function createCallbackPatience(mostMs: number): CallbackPatience {
  const slow = new Map<string, Habit>();
  return {
    waitMs(step) {
      const habit = slow.get(step);
      if (habit === undefined || habit.left === 0) return mostMs;
      habit.left -= 1;
      return 0;
    },
    record(step, came) {
      const habit = slow.get(step);
      slow.delete(step);
      if (came) return;
      const passes = Math.min(MOST_PASSED, (habit?.passes ?? 1) * 2);
      slow.set(step, { passes, left: passes });
      const [oldest] = slow.keys();
      if (slow.size > MOST_STEPS && oldest !== undefined) slow.delete(oldest);
    },
  };
}
