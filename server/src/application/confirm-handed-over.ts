import type { NewEvent } from '../domain/event.ts';
import type { CallbackAdmission } from './ports/callbacks.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import { sleep } from './sleep.ts';

/** A moment is enough for who listens; who is busy gets longer, and who died is not waited for beyond the last. */
const LOOKS_MS = [12, 24, 48, 96, 192, 384];

/**
 * Waits until the run has taken over a callback that was handed to who dials its attempt, and confirms it. False when
 * nobody took it: then the run is to be told of it.
 */
export async function confirmHandedOver(
  store: Pick<MigrationStore, 'confirmHandedOver'>,
  callback: CallbackAdmission,
  events: readonly NewEvent[],
): Promise<boolean> {
  for (const ms of LOOKS_MS) {
    await sleep(ms);
    if (await store.confirmHandedOver(callback, events)) return true;
  }
  return false;
}
