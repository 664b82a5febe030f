import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { EventLog } from '../../src/application/ports/event-log.ts';
import type { AcceptedAttempt, WorkerDirectory } from '../../src/application/ports/worker-directory.ts';
import type { NewEvent } from '../../src/domain/event.ts';
import type { Pause } from '../../src/domain/migration.ts';

export interface DrainHarness {
  readonly directory: WorkerDirectory;
  readonly events: EventLog;
  advance(ms: number): void;
}

const APP = 'charts';
const URL = 'http://charts-1';
const actor = { kind: 'person', id: 'ann' } as const;
const drain = (reason: string): Pause => ({ since: '2026-11-21T10:00:00.000Z', actor, reason });
const event = (type: string): NewEvent => ({
  at: '2026-11-21T10:00:00.000Z',
  type,
  actor,
  data: { workerApp: APP, instanceId: 'i-1' },
});

export function describeWorkerDrains(open: () => DrainHarness): void {
  describe('draining instances', () => {
    let directory: WorkerDirectory;
    let events: EventLog;
    let advance: DrainHarness['advance'];
    beforeEach(async () => {
      ({ directory, events, advance } = open());
      await announce();
      await beat();
    });
    const announce = (instanceId = 'i-1', workerUrl = URL) =>
      directory.announce({ workerApp: APP, instanceId, workerUrl, migrationId: 'm', revision: 'rev-1' }, 30);
    const beat = (instanceId = 'i-1', busy: readonly string[] = []) =>
      directory.heartbeat(APP, instanceId, busy, 30);
    const drainOne = (instanceId = 'i-1', reason = 'A new node.') =>
      directory.drain(APP, instanceId, drain(reason), event('worker.drained'));
    const resume = (instanceId = 'i-1') => directory.resume(APP, instanceId, event('worker.undrained'));
    const shown = async (instanceId = 'i-1') =>
      (await directory.list())[0]?.instances.find((one) => one.instanceId === instanceId);
    const resolve = () => directory.resolve(APP, 'rev-1');
    const run = (runId: string) => ({ migrationId: 'm', candidateId: `c/${runId}`, runId });
    const attempt = (key: string, instanceId = 'i-1'): AcceptedAttempt => ({
      ...{ ...run(key), workerApp: APP, instanceId, idempotencyKey: key },
      ...{ stepIndex: 0, phase: 'execute', attempt: 1 },
    });
    const loggedTypes = async () => {
      const page = await events.list({ limit: 50 });
      return page.kind === 'page' ? page.items.map(({ type }) => type) : [];
    };

    test('it is given nothing new, others are, and what it has it keeps', async () => {
      await directory.accept(attempt('k-1'), URL);
      await announce('i-2', 'http://charts-2');
      expect(await drainOne()).toEqual({ held: drain('A new node.'), isNew: true });
      expect(await shown()).toMatchObject({ state: 'draining', draining: drain('A new node.'), busy: 1 });
      for (let times = 0; times < 3; times += 1)
        expect(await resolve()).toMatchObject({ instance: { instanceId: 'i-2' } });
      expect(await directory.countInstances(APP)).toEqual({ live: 1, draining: 1, drained: 0 });
      for (let times = 0; times < 3; times += 1) await beat('i-1', ['k-1']);
      expect(await directory.takeAbandoned(10, 60)).toEqual([]);
    });

    test('neither heartbeats nor announcements nor a second drain end it', async () => {
      await drainOne();
      expect(await beat()).toEqual({ isDraining: true });
      await announce();
      expect(await drainOne('i-1', 'Another reason.')).toEqual({
        held: drain('A new node.'),
        isNew: false,
      });
      expect(await shown()).toMatchObject({ state: 'draining', draining: drain('A new node.') });
      expect(await loggedTypes()).toEqual(['worker.drained']);
      advance(31_000);
      expect(await shown()).toMatchObject({ state: 'dead', draining: drain('A new node.') });
      expect(await directory.countInstances(APP)).toEqual({ live: 0, draining: 0, drained: 0 });
      await announce();
      expect(await shown()).toMatchObject({ state: 'draining' });
    });

    test('an announcement of one that drains does not close its breaker', async () => {
      for (let times = 0; times < 3; times += 1) await directory.recordDial(APP, URL, false);
      await drainOne();
      await announce();
      await resume();
      expect(await resolve()).toMatchObject({ kind: 'away' });
    });

    test('where all drain, runs wait with that reason and are woken when one is resumed', async () => {
      await drainOne();
      expect(await resolve()).toEqual({ kind: 'away', reason: expect.stringContaining('drained') });
      await directory.park(APP, run('r-1'));
      expect(await directory.takeParked(5)).toEqual([]);
      expect(await resume()).toEqual({ wasDraining: true });
      expect(await directory.takeParked(5)).toMatchObject([{ runId: 'r-1' }]);
      expect(await resolve()).toMatchObject({ instance: { instanceId: 'i-1', state: 'ready' } });
      expect(await shown()).toMatchObject({ state: 'ready', draining: undefined, isDrained: false });
      expect(await resume()).toEqual({ wasDraining: false });
      expect(await loggedTypes()).toEqual(['worker.undrained', 'worker.drained']);
    });

    test('it is drained when nothing is left and no dial can still be under way', async () => {
      await directory.accept(attempt('k-1'), URL);
      await beat('i-1', ['k-1']);
      await drainOne();
      advance(5_000);
      expect(await shown()).toMatchObject({ isDrained: false, busy: 1 });
      await directory.settle(APP, 'k-1');
      await beat('i-1', []);
      expect(await shown()).toMatchObject({ isDrained: true, busy: 0 });
      expect(await directory.countInstances(APP)).toEqual({ live: 0, draining: 1, drained: 1 });
      await resume();
      await drainOne();
      expect(await shown()).toMatchObject({ isDrained: false, busy: 0 });
    });

    test('what it forgot, and what it had when it died, is abandoned', async () => {
      await directory.accept(attempt('k-1'), URL);
      await drainOne();
      await beat();
      await beat();
      expect(await directory.takeAbandoned(10, 60)).toMatchObject([{ idempotencyKey: 'k-1' }]);
      await directory.accept(attempt('k-2'), URL);
      advance(31_000);
      expect(await directory.takeAbandoned(10, 60)).toMatchObject([{ idempotencyKey: 'k-2' }]);
    });

    test('withdrawing ends it', async () => {
      await drainOne();
      await directory.withdraw(APP, 'i-1');
      expect(await shown()).toMatchObject({ state: 'draining', draining: undefined });
      expect(await drainOne()).toBeUndefined();
      expect(await resume()).toBeUndefined();
      await announce();
      expect(await shown()).toMatchObject({ state: 'ready' });
    });

    test('an instance that nobody knows cannot be drained or resumed', async () => {
      expect(await drainOne('i-9')).toBeUndefined();
      expect(await resume('i-9')).toBeUndefined();
      expect(await loggedTypes()).toEqual([]);
    });

    test('its events are found by actor, in order, with ids of their own', async () => {
      await drainOne();
      await resume();
      // Of one millisecond, the names of streams decide what comes first.
      const resumedAt = Date.now();
      await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(resumedAt), { interval: 1 });
      await events.append({ ...event('worker.paused'), actor: { kind: 'person', id: 'bob' } });
      const all = await events.list({ limit: 50 });
      const page = all.kind === 'page' ? all.items : [];
      expect(page.map(({ type }) => type)).toEqual(['worker.paused', 'worker.undrained', 'worker.drained']);
      expect(new Set(page.map(({ id }) => id)).size).toBe(3);
      expect(page[2]).toEqual({ id: page[2]?.id, ...event('worker.drained') });
      const first = await events.list({ limit: 1, actorId: 'ann' });
      const cursor = first.kind === 'page' ? first.nextCursor : undefined;
      expect(await events.list({ limit: 5, actorId: 'ann', cursor })).toMatchObject({
        items: [{ type: 'worker.drained' }],
      });
      expect(await events.list({ limit: 5, migrationId: 'm' })).toMatchObject({ items: [] });
    });
  });

  describe('what is shown of instances', () => {
    let directory: WorkerDirectory;
    let advance: DrainHarness['advance'];
    beforeEach(async () => {
      ({ directory, advance } = open());
      for (const id of ['i-1', 'i-2'])
        await directory.announce(
          { workerApp: APP, instanceId: id, workerUrl: `${URL}/${id}`, migrationId: 'm', revision: 'r' },
          30,
        );
    });
    const shown = async () => (await directory.list())[0]?.instances[0];
    const attempt = (key: string, instanceId: string): AcceptedAttempt => ({
      ...{ migrationId: 'm', candidateId: `c/${key}`, runId: key, workerApp: APP, instanceId },
      ...{ idempotencyKey: key, stepIndex: 0, phase: 'execute', attempt: 1 },
    });

    test('latency is a moving mean, the last error stays with its time', async () => {
      await directory.noteDials(APP, `${URL}/i-1`, { latencyMs: 10 });
      expect(await shown()).toMatchObject({ latencyMs: 10 });
      await directory.noteDials(APP, `${URL}/i-1`, { latencyMs: 20 });
      await directory.noteDials(APP, `${URL}/i-1`, { error: 'It answered 500.' });
      expect(await shown()).toMatchObject({
        latencyMs: 13,
        lastError: { at: expect.stringMatching(/Z$/), message: 'It answered 500.' },
      });
      expect((await directory.list())[0]?.instances[1]?.latencyMs).toBeUndefined();
    });

    test('the findings of the last announcement of each migration', async () => {
      const finding = (path: string) => ({ severity: 'warning', path, message: 'Mend it.' }) as const;
      await directory.keepFindings(APP, 'i-1', 'm', [finding('/steps/0')]);
      await directory.keepFindings(APP, 'i-1', 'a', [finding('/workerUrl')]);
      expect((await shown())?.findings).toEqual([
        { migrationId: 'a', ...finding('/workerUrl') },
        { migrationId: 'm', ...finding('/steps/0') },
      ]);
      await directory.keepFindings(APP, 'i-1', 'm', []);
      expect((await shown())?.findings).toEqual([{ migrationId: 'a', ...finding('/workerUrl') }]);
      await directory.keepFindings(APP, 'i-9', 'm', [finding('/steps/0')]);
    });

    test('steps in flight, the longest first, in pages, of all or of one instance', async () => {
      expect(await directory.listInFlight({ workerApp: 'none', limit: 5 })).toMatchObject({
        items: [],
        total: 0,
      });
      for (const [key, instanceId] of [
        ['k-3', 'i-1'],
        ['k-1', 'i-2'],
        ['k-2', 'i-1'],
      ] as const) {
        await directory.accept(attempt(key, instanceId), URL);
        advance(1_000);
      }
      await directory.accept(attempt('k-4', 'i-1'), URL);
      await directory.accept(attempt('k-0', 'i-1'), URL);
      const keys: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await directory.listInFlight({ workerApp: APP, limit: 2, cursor });
        if (page.kind !== 'page') throw new Error('The cursor fits.');
        expect(page.total).toBe(5);
        keys.push(...page.items.map(({ idempotencyKey }) => idempotencyKey));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(keys).toEqual(['k-3', 'k-1', 'k-2', 'k-0', 'k-4']);
      const ofOne = await directory.listInFlight({ workerApp: APP, instanceId: 'i-2', limit: 5 });
      expect(ofOne).toMatchObject({
        items: [{ ...attempt('k-1', 'i-2'), since: expect.stringMatching(/Z$/) }],
        total: 1,
      });
      const first = await directory.listInFlight({ workerApp: APP, limit: 1 });
      const foreign = first.kind === 'page' ? first.nextCursor : undefined;
      expect(
        await directory.listInFlight({ workerApp: APP, instanceId: 'i-1', limit: 5, cursor: foreign }),
      ).toEqual({ kind: 'cursor-mismatch' });
      await directory.settle(APP, 'k-1');
      expect(await directory.listInFlight({ workerApp: APP, instanceId: 'i-2', limit: 5 })).toMatchObject({
        items: [],
      });
    });
  });
}
