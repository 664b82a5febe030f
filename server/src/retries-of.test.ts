import { expect, it } from 'vitest';
import { USUAL_DIRECTORY_LIMITS } from './application/ports/worker-directory.ts';
import { parseConfig } from './config.ts';
import { USUAL_LOOK_AGAIN } from './domain/look-again.ts';
import { USUAL_RETRY } from './domain/retry-policy.ts';
import { retriesOf } from './retries-of.ts';

it('Unset, the figures of the retry table are those that domain and ports know as usual', () => {
  expect(retriesOf(parseConfig({}).config)).toEqual({
    usualRetry: USUAL_RETRY,
    lookAgain: USUAL_LOOK_AGAIN,
    directoryLimits: USUAL_DIRECTORY_LIMITS,
  });
});

it('Set, each figure is what the environment says', () => {
  const { usualRetry, lookAgain, directoryLimits } = retriesOf(
    parseConfig({
      ...{ LOOM_RETRY_MAX_ATTEMPTS: '4', LOOM_RETRY_CLASSES: 'timeout, fatal', LOOM_RETRY_BACKOFF: '3' },
      ...{ LOOM_AWAY_LOOK_SECONDS: '5', LOOM_UNREACHABLE_RETRY_MAX_MS: '2000', LOOM_BREAKER_FAULTS: '9' },
    }).config,
  );
  expect(usualRetry).toMatchObject({ maxAttempts: 4, backoffCoefficient: 3, classes: ['timeout', 'fatal'] });
  expect(lookAgain).toMatchObject({ awayMs: 5_000, unreachableMaxMs: 2_000 });
  expect(directoryLimits.breakerFaults).toBe(9);
  expect(() => parseConfig({ LOOM_RETRY_CLASSES: 'bad' })).toThrow('must be some of');
});
