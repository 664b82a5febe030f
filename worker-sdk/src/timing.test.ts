import { describe, expect, it } from 'vitest';
import { callAt, pause, readRetryAfterMs, retryDelayMs, spreadMs } from './timing.ts';

describe('timing', () => {
  it('waits between repetitions up to a ceiling that doubles from 1 s to 60 s', () => {
    expect([0, 1, 2, 6, 50].map((repetition) => retryDelayMs(repetition, () => 1))).toEqual([
      1_000, 2_000, 4_000, 60_000, 60_000,
    ]);
    expect(retryDelayMs(3, () => 0.5)).toBe(4_000);
  });

  it('reads Retry-After as seconds or as a date', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(readRetryAfterMs(null)).toBeUndefined();
    expect(readRetryAfterMs('7')).toBe(7_000);
    expect(readRetryAfterMs('Thu, 01 Jan 2026 00:00:09 GMT', now)).toBe(9_000);
    expect(readRetryAfterMs('Thu, 01 Jan 2025 00:00:00 GMT', now)).toBe(0);
    expect(readRetryAfterMs('soon')).toBeUndefined();
  });

  it('spreads a time by a fifth', () => {
    expect([0, 0.5, 1].map((random) => Math.round(spreadMs(100, () => random)))).toEqual([80, 100, 120]);
  });

  it('ends a pause early without an error', async () => {
    const controller = new AbortController();
    const paused = pause(3_600_000, controller.signal);
    controller.abort();
    await paused;
    await pause(3_600_000, controller.signal);
  });

  it('calls at a time, does not call at once when it is months away, and can be called off', async () => {
    let calls = 0;
    const callOff = callAt(Date.now() + 60 * 86_400_000, () => {
      calls += 1;
    });
    await new Promise<void>((resolve) => void callAt(Date.now(), resolve));
    expect(calls).toBe(0);
    callOff();
  });
});
