import type { Config } from './config.ts';

const SECOND_MS = 1_000;
/** Between the two looks that make a run lost. */
const CONFIRM_LOST_MS = 3_000;

/** Settings in the units that ports speak. */
export function limitsOf(config: Config) {
  return {
    testCallbacks: config.testCallbacks === 'on',
    maxMigrations: config.maxMigrations,
    leaseSeconds: config.leaseSeconds,
    heartbeatSeconds: config.heartbeatSeconds,
    waitMs: config.dryRunWaitSeconds * SECOND_MS,
    dryRunTimeoutMs: config.dryRunTimeoutSeconds * SECOND_MS,
    dryRunLeaseMs: config.dryRunLeaseSeconds * SECOND_MS,
    dryRunMaxBytes: config.dryRunMaxBytes,
    dispatchTimeoutMs: config.dispatchTimeoutMs,
    dispatchMaxBytes: config.dispatchMaxBytes,
    commandTimeoutMs: config.commandTimeoutMs,
    queryTimeoutMs: config.queryTimeoutMs,
    startGraceMs: config.startGraceSeconds * SECOND_MS,
    cancelGraceMs: config.cancelGraceSeconds * SECOND_MS,
    confirmAfterMs: CONFIRM_LOST_MS,
    workflowSlots: config.workflowSlots,
    localActivitySlots: config.localActivitySlots,
    cachedRuns: config.cachedRuns,
    reconcileEveryMs: config.reconcileSeconds * SECOND_MS,
    wakeEveryMs: SECOND_MS,
    wakePerSecond: config.wakePerSecond,
    redeliverEveryMs: config.redeliverSeconds * SECOND_MS,
    redeliverAgainAfterSeconds: config.redeliverAgainSeconds,
    maxDeliveries: config.maxDeliveries,
  };
}
