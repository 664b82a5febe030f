import type { CallbackAdmission } from '../../application/ports/callbacks.ts';
import type { MigrationStore } from '../../application/ports/migration-store.ts';
import type { Clock } from '../../application/ports/system.ts';
import { attemptKey } from '../../domain/attempt.ts';
import type { NewEvent } from '../../domain/event.ts';
import { findCurrentRun, findNewestAttempt, findRun } from './memory-runs.ts';
import { addEvents, callbacksOf, type MemoryState, touch } from './memory-state.ts';

const PENDING_INTERVAL_MS = 5_000;

export function createMemoryCallbacks(
  state: MemoryState,
  clock: Clock,
): Pick<MigrationStore, 'admitCallback' | 'confirmCallback' | 'confirmHandedOver'> {
  async function confirmCallback(callback: CallbackAdmission, events: readonly NewEvent[]): Promise<void> {
    const run = findRun(state, callback);
    const migration = state.migrations.get(callback.migrationId);
    if (run === undefined || migration === undefined) return;
    const { report, contentHash } = callback;
    const known = callbacksOf(run.callbacks, callback);
    if (known.reports.get(report.eventId)?.isConfirmed !== false) return;
    known.reports.set(report.eventId, { report, isConfirmed: true });
    if (report.status !== 'pending') known.confirmedHashes.add(contentHash);
    else if (known.pending?.eventId === report.eventId) known.pending.isConfirmed = true;
    addEvents(state, events);
    touch(migration);
  }

  return {
    async admitCallback(callback) {
      const run = findRun(state, callback);
      if (run === undefined) return { kind: 'unknown-run' };
      const { report, contentHash: hash, stepIndex, phase, attempt } = callback;
      const { eventId } = report;
      const isPending = report.status === 'pending';
      const known = callbacksOf(run.callbacks, callback);
      const { pending } = known;
      const isSameContent = isPending
        ? pending?.hash === hash && pending.isConfirmed
        : known.confirmedHashes.has(hash);
      if (isSameContent || known.reports.get(eventId)?.isConfirmed) return { kind: 'duplicate' };

      // The run took it over before it was confirmed, and whoever was to confirm it died.
      const isTaken = run.attempts.get(attemptKey(callback))?.outcome === report.status;
      if (!isPending && known.reports.has(eventId) && isTaken)
        return { kind: 'admitted', isHandedOver: true };
      if (findCurrentRun(state, callback) === undefined) return { kind: 'over', why: 'The run is over.' };
      const newest = findNewestAttempt(run, stepIndex, phase);
      if (newest === undefined || attempt > newest.attempt) return { kind: 'not-dispatched' };
      if (attempt < newest.attempt)
        return { kind: 'over', why: `Attempt ${attempt} is superseded by attempt ${newest.attempt}.` };
      if (newest.outcome !== undefined)
        return { kind: 'over', why: `Attempt ${attempt} of this step has ended: ${newest.outcome}.` };

      if (isPending) {
        const nowMs = clock.now().getTime();
        const isSame = pending?.hash === hash || pending?.eventId === eventId;
        const waitMs = (pending?.atMs ?? 0) + PENDING_INTERVAL_MS - nowMs;
        if (pending !== undefined && !isSame && waitMs > 0)
          return { kind: 'too-soon', retryAfterSeconds: Math.ceil(waitMs / 1000) };
        known.pending = {
          hash,
          eventId,
          isConfirmed: false,
          atMs: isSame ? (pending?.atMs ?? nowMs) : nowMs,
        };
      }
      known.reports.set(eventId, { report, isConfirmed: false });
      // A report that follows a pending one goes the way of that, so that it does not overtake it.
      if (known.pending !== undefined) return { kind: 'admitted' };
      known.signal = callback.signal;
      if (known.listener === undefined) return { kind: 'admitted' };
      state.listeners.get(known.listener)?.(callback, callback.signal);
      return { kind: 'admitted', isHandedOver: true };
    },

    confirmCallback,

    async confirmHandedOver(callback, events) {
      const run = findRun(state, callback);
      if (run?.attempts.get(attemptKey(callback))?.outcome === undefined) return false;
      await confirmCallback(callback, events);
      return true;
    },
  };
}
