import type { DryRun, DryRunStore } from './ports/dry-runner.ts';

export interface DryRunLeaseDeps {
  readonly dryRuns: DryRunStore;
  readonly limits: {
    /** How long a dry run may take in all. */
    readonly dryRunTimeoutMs: number;
    /** How soon after its process died a dry run is seen to have failed. */
    readonly dryRunLeaseMs: number;
  };
}

const RENEWALS_PER_LEASE = 3;

/**
 * Leases a dry run to this process until the given function is called, or one lease after the time that it may take:
 * whoever hangs holds it no longer than whoever died.
 */
export async function holdLease({ dryRuns, limits }: DryRunLeaseDeps, id: string): Promise<() => void> {
  const { dryRunTimeoutMs, dryRunLeaseMs } = limits;
  await dryRuns.lease(id, dryRunLeaseMs);
  const renewing = setInterval(() => {
    // A store that is away is asked again in time, and nobody can read there meanwhile.
    dryRuns.lease(id, dryRunLeaseMs).catch(() => undefined);
  }, dryRunLeaseMs / RENEWALS_PER_LEASE);
  const ending = setTimeout(() => clearInterval(renewing), dryRunTimeoutMs);
  return () => {
    clearInterval(renewing);
    clearTimeout(ending);
  };
}

/** A dry run as it is to be shown: one that nobody makes any more has failed. Writes nothing. */
export function withoutOwnerFailed(dryRun: DryRun, isLeased: boolean): DryRun {
  if (dryRun.state !== 'running' || isLeased) return dryRun;
  return {
    ...dryRun,
    state: 'failed',
    error: 'The preview was not finished: the server that made it stopped or took too long. Preview again.',
  };
}
