import { describe, expect, test } from 'vitest';
import { automaticRetryDelayMs, isRetryable, parkDelayMs } from './retry-policy.ts';

describe('a failure is tried again by itself', () => {
  test.each([
    [{}, true],
    [{ failureClass: 'transport' }, true],
    [{ failureClass: 'conflict' }, true],
    [{ failureClass: 'invalid' }, false],
    [{ failureClass: 'fatal' }, false],
    [{ failureClass: 'fatal', retryable: true }, true],
    [{ failureClass: 'transport', retryable: false }, false],
  ] as const)('where it is %j: %s', (failure, expected) => {
    expect(isRetryable(failure)).toBe(expected);
  });
});

describe('the delay before the next attempt', () => {
  const policy = { maxAttempts: 4, initialIntervalMs: 100, backoffCoefficient: 1.5, maxIntervalMs: 200 };

  test('grows by the coefficient up to the maximum, and ends with the last attempt', () => {
    expect([1, 2, 3, 4].map((attempt) => automaticRetryDelayMs(policy, attempt))).toEqual([
      100,
      150,
      200,
      undefined,
    ]);
  });

  test('is none where there is no policy', () => {
    expect(automaticRetryDelayMs(undefined, 1)).toBeUndefined();
  });
});

test('a parked run waits twice as long each time, up to the maximum, however often it parked', () => {
  expect([0, 1, 2, 3, 5_000].map((tries) => parkDelayMs(tries, 1_000, 5_000))).toEqual([
    1_000, 2_000, 4_000, 5_000, 5_000,
  ]);
});
