import { inject } from 'vitest';
import { startTimeSkipping } from '../../../dev/stack/src/start-time-skipping.ts';
import { quietTemporal, startEngineHarness, type TestRun } from '../workflows/engine-harness.ts';
import type {} from './provide-server.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** As in production. */
export const CANCEL_GRACE_MS = 15_000;

export type TimeHarness = Awaited<ReturnType<typeof startTimeHarness>>;

/**
 * The real interpreter on a server of its own where time passes as told. Everything that asks for the time, the store
 * and the workers' leases included, is told that of the server; between skips it goes on as usual.
 */
export async function startTimeHarness() {
  quietTemporal();
  const server = await startTimeSkipping(inject('timeSkippingServer'));
  let aheadMs = 0;
  const catchUp = async () => {
    aheadMs = (await server.nowMs()) - Date.now();
  };
  const nowMs = () => Date.now() + aheadMs;
  const loom = await startEngineHarness({
    address: server.address,
    interceptor: new URL('suggest-continue-as-new.ts', import.meta.url),
    // Heartbeats are not part of what is waited for: a worker lives until it withdraws.
    leaseSeconds: (10 * 365 * DAY) / 1_000,
    cancelGraceMs: CANCEL_GRACE_MS,
    clock: { now: () => new Date(nowMs()) },
    beforeActivity: catchUp,
  });
  return {
    ...loom,
    nowMs,
    /** When what happened to the run was recorded, by type of event, the oldest first. */
    timesOf: async (run: TestRun, type: string): Promise<readonly number[]> => {
      const { runId, migrationId } = run.ref;
      const page = await loom.deps.events.list({ runId, migrationId, type, limit: 200 });
      const events = page.kind === 'page' ? page.items : [];
      return events
        .filter((event) => event.type === type)
        .map(({ at }) => Date.parse(at))
        .reverse();
    },
    /** Lets so much time pass; whatever falls due within it happens at its time. */
    skip: async (ms: number) => {
      await server.skip(ms);
      await catchUp();
    },
    close: async () => {
      await loom.close();
      await server.stop();
    },
  };
}
