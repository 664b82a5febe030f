import type { Actor } from '../domain/event.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { RunRef } from './ports/refs.ts';
import type { Clock } from './ports/system.ts';

export interface GiveUpClaimDeps {
  readonly store: Pick<MigrationStore, 'releaseClaim'>;
  readonly clock: Clock;
}

/**
 * Cancels a run that has not begun. The candidate is as it was before, completed too where the run was a roll back; a
 * workflow that is started after all is refused its first write and ends by that. False once the run has begun.
 */
export function giveUpClaim(
  { store, clock }: GiveUpClaimDeps,
  { migrationId, candidateId, runId }: RunRef,
  { actor, reason }: { readonly actor: Actor; readonly reason?: string | undefined },
): Promise<boolean> {
  const run = { migrationId, candidateId, runId };
  const why = 'Cancelled before it had begun, so nothing was done or undone.';
  return store.releaseClaim(run, {
    at: clock.now().toISOString(),
    type: 'run.cancelled',
    actor,
    ...run,
    data: { reason: reason === undefined ? why : `${reason} ${why}` },
  });
}
