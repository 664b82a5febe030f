import { expect, test } from 'vitest';
import { type LookAgain, lookAgainMs, withLookAgain } from './look-again.ts';
import type { Dialled } from './run-messages.ts';

const times: LookAgain = {
  ...{ awayMs: 10, awayMaxMs: 25, unreachableMs: 1, unreachableMaxMs: 3, heldMs: 7, queuedMs: 5 },
};
const why = { reason: 'Away.' };

test.each([
  ['away', [10, 20, 25], [60_000, 120_000, 240_000]],
  ['unreachable', [1, 2, 3], [1_000, 2_000, 4_000]],
  ['held', [7, 7, 7], [600_000, 600_000, 600_000]],
  ['queued', [5, 5, 5], [60_000, 60_000, 60_000]],
] as const)(
  'a run that is %s looks by itself as it is set, and as usual where nobody said so',
  (kind, set, usual) => {
    const dialled = { kind, ...why } as const;
    expect([0, 1, 2].map((parkings) => lookAgainMs(dialled, { parkings }, times))).toEqual(set);
    expect([0, 1, 2].map((parkings) => lookAgainMs(dialled, { parkings }))).toEqual(usual);
    expect(withLookAgain(dialled, { parkings: 1 }, times, 0)).toEqual({ ...dialled, retryAfterMs: set[1] });
    expect(lookAgainMs({ ...dialled, retryAfterMs: 99 }, { parkings: 0 }, times)).toBe(99);
  },
);

test('what is not waited for is left as it is', () => {
  const busy: Dialled = { kind: 'busy', ...why, retryAfterMs: 4 };
  expect(withLookAgain(busy, { parkings: 0 }, times, 0.5)).toBe(busy);
});

test('runs that began to wait together look at times of their own, at the earliest after half the time (promise 8)', () => {
  const away: Dialled = { kind: 'away', ...why };
  const waits = [0, 0.25, 0.5, 0.999].map((chance) =>
    withLookAgain(away, { parkings: 0 }, { ...times, awayMs: 60_000, awayMaxMs: 600_000 }, chance),
  );
  expect(waits).toEqual([60_000, 52_500, 45_000, 30_030].map((retryAfterMs) => ({ ...away, retryAfterMs })));
});
