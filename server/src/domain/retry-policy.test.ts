import { describe, expect, test } from 'vitest';
import { aStep } from '../../test/contracts/builders.ts';
import {
  automaticRetryDelayMs,
  isRetryable,
  parkDelayMs,
  USUAL_RETRY,
  withUsualRetry,
} from './retry-policy.ts';

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

test('a policy may say of which classes, and the word of the worker counts before', () => {
  const classes = ['conflict', 'fatal'] as const;
  expect(isRetryable({ failureClass: 'fatal' }, classes)).toBe(true);
  expect(isRetryable({ failureClass: 'timeout' }, classes)).toBe(false);
  expect(isRetryable({}, classes)).toBe(false);
  expect(isRetryable({ failureClass: 'timeout', retryable: true }, classes)).toBe(true);
});

describe('the policy that holds for a step', () => {
  const step = aStep('one');
  const own = { maxAttempts: 4, initialIntervalMs: 1, backoffCoefficient: 1, maxIntervalMs: 1 };

  test('is the usual one where it announces none', () => {
    expect(withUsualRetry(step, USUAL_RETRY).retry).toEqual(USUAL_RETRY);
  });

  test('is its own, with the usual classes where it names none', () => {
    expect(withUsualRetry({ ...step, retry: own }, USUAL_RETRY).retry).toEqual({
      ...own,
      classes: ['transport', 'throttled', 'timeout', 'conflict'],
    });
    const classes = ['fatal'] as const;
    expect(withUsualRetry({ ...step, retry: { ...own, classes } }, USUAL_RETRY).retry?.classes).toBe(classes);
  });

  test('is none of a review', () => {
    const review = { ...step, kind: 'review' as const };
    expect(withUsualRetry(review, USUAL_RETRY)).toBe(review);
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
