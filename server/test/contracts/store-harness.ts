import { afterAll } from 'vitest';
import { createManualClock } from '../../src/adapters/memory/manual-clock.ts';
import { createMemoryEventLog } from '../../src/adapters/memory/memory-event-log.ts';
import { createMemoryMigrationStore } from '../../src/adapters/memory/memory-migration-store.ts';
import { createMemoryState } from '../../src/adapters/memory/memory-state.ts';
import { createRedisEventLog } from '../../src/adapters/redis/redis-event-log.ts';
import { createRedisMigrationStore } from '../../src/adapters/redis/redis-migration-store.ts';
import type { EventLog } from '../../src/application/ports/event-log.ts';
import type { MigrationStore } from '../../src/application/ports/migration-store.ts';
import { openTestRedis } from './test-redis.ts';

/** A store of one test, with the event log that it shares events with. */
export interface StoreHarness {
  readonly store: MigrationStore;
  readonly log: EventLog;
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
    advance: clock.advance,
  };
}

/** Registers the closing of the connection, so it is called while tests are collected. */
export function useRedisStores(): OpenStore {
  const testRedis = openTestRedis();
  afterAll(testRedis.close);
  return () => {
    const clock = createManualClock();
    const options = { redis: testRedis.redis, namespace: testRedis.newNamespace(), clock };
    return {
      store: createRedisMigrationStore(options),
      log: createRedisEventLog(options),
      advance: clock.advance,
    };
  };
}
