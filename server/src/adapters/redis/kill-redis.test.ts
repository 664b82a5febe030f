import { setImmediate } from 'node:timers/promises';
import { findRedis, type RunningRedis, startRedis } from '@loom/stack';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  aCandidate,
  aClaim,
  anAnnouncement,
  anAttempt,
  anEvent,
  aProjection,
  at,
  aView,
  MIGRATION,
} from '../../../test/contracts/builders.ts';
import { StoreUnavailable } from '../../application/ports/migration-store.ts';
import type { RunState } from '../../domain/run-state.ts';
import { createRedisConnection } from './connection.ts';
import { createRedisEventLog } from './redis-event-log.ts';
import { createRedisMigrationStore } from './redis-migration-store.ts';
import { verifyIndexes } from './verify-indexes.ts';

const WRITERS = 20;
const KILLS = 3;
const STATES: readonly RunState[] = ['dispatching', 'in_progress', 'pending', 'awaiting_retry', 'paused'];

let server: RunningRedis;
beforeAll(async () => {
  server = await startRedis({ source: await findRedis() });
});
afterAll(() => server.stop());

test('killed at any moment, Redis loses nothing that was acknowledged and its indexes agree', async () => {
  const connection = createRedisConnection({ url: server.url });
  await connection.whenReady(5_000);
  const options = { redis: connection.redis, namespace: 'test' };
  const store = createRedisMigrationStore(options);
  const log = createRedisEventLog(options);
  await store.announce(anAnnouncement());
  const ids = Array.from({ length: WRITERS }, (_, index) => `c-${index}`);
  await store.submitCandidates({
    ...{ migrationId: MIGRATION, discoveryId: 'd', candidates: ids.map((id) => aCandidate(id)), final: true },
    at: at(1),
  });

  const acknowledged = new Map<string, number>();
  let isOver = false;
  let ready: Promise<void> | undefined;
  async function write(id: string): Promise<void> {
    const runId = `run-${id}`;
    await store.claimRun(aClaim(id, runId));
    for (let seq = 1; !isOver; seq += 1) {
      const projection = aProjection(id, runId, {
        seq,
        view: aView({ runState: STATES[seq % STATES.length], since: at(seq) }),
        attempts: [anAttempt({ attempt: seq })],
        events: [anEvent({ key: `k-${seq}`, migrationId: MIGRATION, candidateId: id, runId })],
      });
      // As the engine does: the same write until it is acknowledged.
      for (;;) {
        const outcome = await store.project(projection).catch((error: unknown) => {
          if (!(error instanceof StoreUnavailable)) throw error;
          return undefined;
        });
        if (outcome !== undefined) {
          expect(outcome).toBe('applied');
          break;
        }
        if (isOver) return;
        // Lets the connection notice that it broke.
        await setImmediate();
        ready ??= connection.whenReady(20_000).finally(() => {
          ready = undefined;
        });
        await ready;
      }
      acknowledged.set(id, seq);
    }
  }
  const total = () => [...acknowledged.values()].reduce((sum, seq) => sum + seq, 0);

  const writers = Promise.all(ids.map(write));
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const before = total();
    await expect.poll(total, { timeout: 30_000, interval: 5 }).toBeGreaterThan(before + 300);
    await server.kill();
    await server.restart();
  }
  const before = total();
  await expect.poll(total, { timeout: 30_000 }).toBeGreaterThan(before + 300);
  isOver = true;
  await writers;

  for (const id of ids) {
    const ref = { migrationId: MIGRATION, candidateId: id, runId: `run-${id}` };
    const seq = acknowledged.get(id) ?? 0;
    expect(await store.getRun(ref)).toMatchObject({ seq });
    expect(await store.getCandidate(ref)).toMatchObject({
      since: at(seq),
      runState: STATES[seq % STATES.length],
    });
    expect(await store.listAttempts(ref)).toHaveLength(seq);
    let events = 0;
    let cursor: string | undefined;
    do {
      const page = await log.list({ ...ref, type: 'test', limit: 200, cursor });
      if (page.kind !== 'page') throw new Error(page.kind);
      events += page.items.length;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(events).toBe(seq);
  }
  expect(await verifyIndexes(options, MIGRATION, { repair: false })).toMatchObject({ findings: [] });
  await connection.close();
}, 120_000);

test('a Redis that was started anew is compared with the engine again, since it may be an older one', async () => {
  const connection = createRedisConnection({ url: server.url });
  await connection.whenReady(5_000);
  const store = createRedisMigrationStore({ redis: connection.redis, namespace: 'compared' });
  await store.announce(anAnnouncement());
  await store.endComparison(MIGRATION, (await store.beginComparison(MIGRATION)) ?? '');
  expect(await store.isCompared(MIGRATION)).toBe(true);
  await server.kill();
  await server.restart();
  await expect
    .poll(() => store.isCompared(MIGRATION).catch(() => undefined), { timeout: 20_000 })
    .toBe(false);
  await connection.close();
}, 60_000);
