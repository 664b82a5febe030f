import { afterAll } from 'vitest';
import { createManualClock } from '../../src/adapters/memory/manual-clock.ts';
import { createMemoryEventLog } from '../../src/adapters/memory/memory-event-log.ts';
import { createMemoryHandovers } from '../../src/adapters/memory/memory-handovers.ts';
import { createMemoryMigrationStore } from '../../src/adapters/memory/memory-migration-store.ts';
import { createMemoryState } from '../../src/adapters/memory/memory-state.ts';
import { createRedisEventLog } from '../../src/adapters/redis/redis-event-log.ts';
import { createRedisHandovers, type RedisHandovers } from '../../src/adapters/redis/redis-handovers.ts';
import { createRedisMigrationStore } from '../../src/adapters/redis/redis-migration-store.ts';
import type { EventLog } from '../../src/application/ports/event-log.ts';
import type { Handovers } from '../../src/application/ports/handovers.ts';
import type { MigrationStore } from '../../src/application/ports/migration-store.ts';
import { openTestRedis } from './test-redis.ts';

/** A store of one test, with the event log that it shares events with. */
export interface StoreHarness {
  readonly store: MigrationStore;
  readonly log: EventLog;
  /** Where the store hands callbacks over to. */
  listen(): Handovers;
  /** Moves the store's clock. */
  advance(ms: number): void;
}
export type OpenStore = () => StoreHarness;

export function openMemoryStore(): StoreHarness {
  const clock = createManualClock();
  const state = createMemoryState();
  return {
    store: createMemoryMigrationStore({ clock, state }),
    log: createMemoryEventLog({ state }),
    listen: () => createMemoryHandovers(state),
    advance: clock.advance,
  };
}

/** Registers the closing of the connection, so it is called while tests are collected. */
export function useRedisStores(): OpenStore {
  const testRedis = openTestRedis();
  const listening: RedisHandovers[] = [];
  afterAll(async () => {
    for (const one of listening) one.close();
    await testRedis.close();
  });
  return () => {
    const clock = createManualClock();
    const options = { redis: testRedis.redis, namespace: testRedis.newNamespace(), clock };
    return {
      store: createRedisMigrationStore(options),
      log: createRedisEventLog(options),
      listen: () => {
        const handovers = createRedisHandovers(options);
        listening.push(handovers);
        return handovers;
      },
      advance: clock.advance,
    };
  };
}
