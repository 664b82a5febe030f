import { vi } from 'vitest';

/** Tries until it no longer throws; the machine may be busy, so the default is generous. */
export function until<Result>(attempt: () => Result | Promise<Result>, timeout = 15_000): Promise<Result> {
  return vi.waitFor(attempt, { timeout, interval: 10 });
}
