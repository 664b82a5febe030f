import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, WORKER_APP, type World, wordOf } from '../../test/builders/application-world.ts';
import { ANN } from '../../test/builders/build-run.ts';
import { drainInstance, listInFlight, resumeInstance } from './drain-instance.ts';

let world: World;
beforeEach(async () => {
  world = createWorld();
  await world.enlist('one');
});
const at = { workerApp: WORKER_APP, instanceId: 'one', actor: ANN };

describe('draining an instance', () => {
  test('says since when, by whom and why, and is logged once', async () => {
    const since = world.clock.now().toISOString();
    const drained = { ok: true, value: { since, actor: ANN, reason: 'A new node.' } };
    expect(await drainInstance(world)({ ...at, reason: 'A new node.' })).toEqual(drained);
    world.clock.advance(1_000);
    expect(await drainInstance(world)({ ...at, reason: 'Another.' })).toEqual(drained);
    expect(await resumeInstance(world)(at)).toEqual({ ok: true, value: { wasDraining: true } });
    expect(await resumeInstance(world)(at)).toEqual({ ok: true, value: { wasDraining: false } });
    expect(await world.eventTypes()).toEqual(['worker.drained', 'worker.undrained']);
    const page = await world.events.list({ limit: 5, type: 'worker.drained' });
    expect(page).toMatchObject({
      items: [{ actor: ANN, data: { workerApp: WORKER_APP, instanceId: 'one', reason: 'A new node.' } }],
    });
  });

  test('of one that nobody knows, or that has withdrawn, is refused', async () => {
    expect(wordOf(await drainInstance(world)({ ...at, instanceId: 'two' }))).toBe('not-found');
    await world.directory.withdraw(WORKER_APP, 'one');
    expect(wordOf(await drainInstance(world)(at))).toBe('not-found');
    expect(wordOf(await resumeInstance(world)(at))).toBe('not-found');
  });
});

describe('steps in flight', () => {
  test('name the step by its key, and page', async () => {
    const accepted = (candidateId: string, runId: string) =>
      world.directory.accept(
        {
          ...{ migrationId: 'm', candidateId, runId, stepIndex: 1, phase: 'execute', attempt: 2 },
          ...{ workerApp: WORKER_APP, instanceId: 'one', idempotencyKey: `${runId}:values:execute:2` },
        },
        'http://worker.test/one',
      );
    await accepted('a', 'run-a');
    world.clock.advance(1);
    await accepted('b', 'run-b');
    const first = await listInFlight(world)({ workerApp: WORKER_APP, limit: 1 });
    expect(first).toMatchObject({
      value: { items: [{ stepName: 'values', candidateId: 'a' }], total: 2, nextCursor: expect.any(String) },
    });
    const cursor = first.ok ? first.value.nextCursor : undefined;
    const rest = await listInFlight(world)({ workerApp: WORKER_APP, limit: 5, cursor });
    expect(rest).toMatchObject({ value: { items: [{ candidateId: 'b' }] } });
    expect(rest.ok && rest.value.nextCursor).toBeUndefined();
    const foreign = listInFlight(world)({ workerApp: WORKER_APP, instanceId: 'two', limit: 5, cursor });
    expect(wordOf(await foreign)).toBe('cursor-mismatch');
    expect(wordOf(await listInFlight(world)({ workerApp: 'nobody', limit: 5 }))).toBe('not-found');
  });
});
