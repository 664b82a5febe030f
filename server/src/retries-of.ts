import type { DirectoryLimits } from './application/ports/worker-directory.ts';
import type { Config } from './config.ts';
import type { LookAgain } from './domain/look-again.ts';
import type { RetryPolicy } from './domain/step.ts';

const SECOND_MS = 1_000;

/** The figures of docs/retries.md, in the units that ports and domain speak. */
export function retriesOf(config: Config): {
  readonly usualRetry: RetryPolicy;
  readonly lookAgain: LookAgain;
  readonly directoryLimits: DirectoryLimits;
} {
  return {
    usualRetry: {
      maxAttempts: config.retryMaxAttempts,
      initialIntervalMs: config.retryInitialMs,
      backoffCoefficient: config.retryBackoff,
      maxIntervalMs: config.retryMaxMs,
      classes: config.retryClasses,
    },
    lookAgain: {
      awayMs: config.awayLookSeconds * SECOND_MS,
      awayMaxMs: config.awayLookMaxSeconds * SECOND_MS,
      unreachableMs: config.unreachableRetryMs,
      unreachableMaxMs: config.unreachableRetryMaxMs,
      heldMs: config.heldLookSeconds * SECOND_MS,
      queuedMs: config.queuedLookSeconds * SECOND_MS,
    },
    directoryLimits: {
      breakerFaults: config.breakerFaults,
      breakerWindowMs: config.breakerWindowSeconds * SECOND_MS,
      breakerProbeMs: config.breakerProbeSeconds * SECOND_MS,
      quickDeliveryMs: config.quickDeliverySeconds * SECOND_MS,
    },
  };
}
