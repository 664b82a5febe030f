import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, type World, wordOf } from '../../test/builders/application-world.ts';
import { ANN } from '../../test/builders/build-run.ts';
import { MIGRATION } from '../../test/contracts/builders.ts';
import type { AcceptedAttempt } from './ports/worker-directory.ts';
import { requestDiscovery } from './request-discovery.ts';
import { listWorkers, recordHeartbeat, withdrawInstance } from './worker-lease.ts';

let world: World;
beforeEach(async () => {
  world = createWorld();
  await world.enlist();
});
const instances = async () => (await listWorkers(world)())[0]?.instances;
const one = { workerApp: 'charts', instanceId: 'one' };
const busy = [{ runId: 'run-1', stepName: 'one', phase: 'execute', attempt: 1 }] as const;

describe('a heartbeat', () => {
  test('renews the lease and says what the instance is busy with', async () => {
    world.clock.advance(20_000);
    expect(await recordHeartbeat(world)({ ...one, busy })).toEqual({
      ok: true,
      value: { leaseSeconds: 30, heartbeatSeconds: 10, draining: false },
    });
    world.clock.advance(20_000);

    expect(await instances()).toMatchObject([{ state: 'busy', busy: 1 }]);
  });

  test('tells an instance that it drains', async () => {
    const drain = { since: world.clock.now().toISOString(), actor: ANN };
    const event = { at: drain.since, type: 'worker.drained', actor: ANN };
    await world.directory.drain(one.workerApp, one.instanceId, drain, event);
    expect(await recordHeartbeat(world)({ ...one, busy })).toMatchObject({ value: { draining: true } });
  });

  test('keeps the attempts it lists from being redelivered', async () => {
    const attempt: AcceptedAttempt = {
      ...{ migrationId: MIGRATION, candidateId: 'org/web', runId: 'run-1', stepIndex: 0, attempt: 1 },
      ...{ phase: 'execute', ...one, idempotencyKey: 'run-1:one:execute:1' },
    };
    await world.directory.accept(attempt, 'http://worker.test');
    for (let beats = 0; beats < 3; beats += 1) await recordHeartbeat(world)({ ...one, busy });
    expect(await world.directory.takeAbandoned(9, 0)).toEqual([]);
    for (let beats = 0; beats < 3; beats += 1) await recordHeartbeat(world)({ ...one, busy: [] });

    expect(await world.directory.takeAbandoned(9, 0)).toMatchObject([attempt]);
  });

  test('of an instance that is not known tells it to announce again', async () => {
    expect(await recordHeartbeat(world)({ ...one, instanceId: 'ghost', busy: [] })).toMatchObject({
      problem: { word: 'unknown-instance', detail: 'The instance "ghost" of "charts" is not known.' },
    });
  });
});

describe('a withdrawal', () => {
  test('takes the instance out and says so in an event', async () => {
    await withdrawInstance(world)({ ...one, reason: 'SIGTERM' });
    await withdrawInstance(world)(one);

    expect(await instances()).toMatchObject([{ state: 'draining' }]);
    expect(await world.events.list({ limit: 9 })).toMatchObject({
      items: [
        { type: 'worker.withdrawn', data: { instanceId: 'one' } },
        { type: 'worker.withdrawn', data: { instanceId: 'one', reason: 'SIGTERM' } },
      ],
    });
  });
});

describe('a discovery on demand', () => {
  const capabilities = { dryRun: false, compensate: false, cancel: false, discover: true };

  test('is asked of a live instance', async () => {
    await world.announce({ capabilities });

    expect(await requestDiscovery(world)(MIGRATION)).toEqual({ ok: true, value: undefined });
  });

  test('is refused where it cannot be asked', async () => {
    expect(wordOf(await requestDiscovery(world)('ghost'))).toBe('not-found');
    await world.announce({});
    expect(wordOf(await requestDiscovery(world)(MIGRATION))).toBe('no-discovery');
    await world.announce({ capabilities });
    world.dispatcher.discovers = false;
    expect(await requestDiscovery(world)(MIGRATION)).toMatchObject({
      problem: { word: 'worker-unavailable', detail: 'The worker app "charts" did not take the request.' },
    });
    world.clock.advance(31_000);
    expect(await requestDiscovery(world)(MIGRATION)).toMatchObject({
      problem: { word: 'worker-unavailable', detail: 'No instance of worker app "charts" is alive.' },
    });
  });
});
