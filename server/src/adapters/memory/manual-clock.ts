import type { Clock } from '../../application/ports/system.ts';

/** Time that stands still until a test moves it. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
}

export function createManualClock(start = '2026-01-01T00:00:00.000Z'): ManualClock {
  let nowMs = Date.parse(start);
  return {
    now: () => new Date(nowMs),
    advance: (ms) => {
      nowMs += ms;
    },
  };
}
