import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createManualClock } from '../adapters/memory/manual-clock.ts';
import { createMemoryDryRunStore } from '../adapters/memory/memory-dry-run-store.ts';
import { holdLease } from './dry-run-lease.ts';
import type { DryRun } from './ports/dry-runner.ts';
import { StoreUnavailable } from './ports/migration-store.ts';

const limits = { dryRunTimeoutMs: 60_000, dryRunLeaseMs: 15_000 };
const dryRun: DryRun = {
  ...{
    id: 'd-1',
    migrationId: 'm',
    candidateId: 'a',
    state: 'running',
    startedAt: '2026-01-01T00:00:00.000Z',
  },
  ...{ inputs: {}, revision: 'rev-1' },
};

describe('the lease of a preview', () => {
  const clock = createManualClock();
  let dryRuns: ReturnType<typeof createMemoryDryRunStore>;
  beforeEach(async () => {
    vi.useFakeTimers();
    dryRuns = createMemoryDryRunStore({ clock });
    await dryRuns.save(dryRun);
  });
  afterEach(() => vi.useRealTimers());

  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      clock.advance(1_000);
      await vi.advanceTimersByTimeAsync(1_000);
    }
  };
  const isLeased = async () => (await dryRuns.get('d-1'))?.isLeased;

  test('is renewed while its process makes it, and ends soon after it stops', async () => {
    const release = await holdLease({ dryRuns, limits }, 'd-1');
    await pass(50_000);
    expect(await isLeased()).toBe(true);
    release();
    await pass(15_000);
    expect(await isLeased()).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is held no longer than a preview may take, however long the work hangs', async () => {
    await holdLease({ dryRuns, limits }, 'd-1');
    await pass(60_000);
    expect(await isLeased()).toBe(true);
    await pass(15_000);
    expect(await isLeased()).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('outlives a store that was away for a moment', async () => {
    let isAway = false;
    const flaky = {
      ...dryRuns,
      lease: (id: string, ms: number) =>
        isAway ? Promise.reject(new StoreUnavailable('away')) : dryRuns.lease(id, ms),
    };
    const release = await holdLease({ dryRuns: flaky, limits }, 'd-1');
    isAway = true;
    await pass(10_000);
    isAway = false;
    await pass(20_000);
    expect(await isLeased()).toBe(true);
    release();
  });
});
