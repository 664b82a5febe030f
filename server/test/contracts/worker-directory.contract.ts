import { beforeEach, describe, expect, test } from 'vitest';
import {
  type AcceptedAttempt,
  type DirectoryLimits,
  type InstanceAnnouncement,
  WOKEN_AGAIN_MS,
  type WorkerDirectory,
} from '../../src/application/ports/worker-directory.ts';

export interface DirectoryHarness {
  readonly directory: WorkerDirectory;
  advance(ms: number): void;
}

const APP = 'charts';
const URL = 'http://charts-1';

export function describeWorkerDirectory(open: (limits?: DirectoryLimits) => DirectoryHarness): void {
  describe('the worker directory', () => {
    let directory: WorkerDirectory;
    let advance: DirectoryHarness['advance'];
    beforeEach(() => {
      ({ directory, advance } = open());
    });
    const announce = (instanceId = 'i-1', rest: Partial<InstanceAnnouncement> = {}) =>
      directory.announce(
        { workerApp: APP, instanceId, workerUrl: URL, migrationId: 'm', revision: 'rev-1', ...rest },
        30,
      );
    const beat = (instanceId = 'i-1', busy: readonly string[] = []) =>
      directory.heartbeat(APP, instanceId, busy, 30);
    const instances = async () => (await directory.list())[0]?.instances ?? [];
    const stateOf = async (instanceId = 'i-1') =>
      (await instances()).find((instance) => instance.instanceId === instanceId)?.state;
    const resolve = (revision = 'rev-1', avoid?: string) => directory.resolve(APP, revision, avoid);
    const resolved = async (revision?: string, avoid?: string) => {
      const found = await resolve(revision, avoid);
      return found.kind === 'instance' ? found.instance.instanceId : found.reason;
    };
    const fault = (times: number, url = URL) =>
      Promise.all(Array.from({ length: times }, () => directory.recordDial(APP, url, false)));
    const run = (runId: string) => ({ migrationId: 'm', candidateId: `c/${runId}`, runId });
    const attempt = (key: string, rest: Partial<AcceptedAttempt> = {}): AcceptedAttempt => ({
      ...{ ...run(key), workerApp: APP, instanceId: 'i-1', idempotencyKey: key },
      ...{ stepIndex: 0, phase: 'execute', attempt: 1 },
      ...rest,
    });

    describe('instances and leases', () => {
      test('nothing is known of an app before it announces itself', async () => {
        expect(await directory.list()).toEqual([]);
        expect(await directory.isKnownApp(APP)).toBe(false);
        expect(await directory.countInstances(APP)).toEqual({ live: 0, draining: 0, drained: 0 });
        expect(await beat()).toBeUndefined();
        await directory.withdraw(APP, 'i-1');
        expect(await directory.isKnownApp(APP)).toBe(false);
        expect(await resolve()).toEqual({ kind: 'away', reason: expect.stringContaining(APP) });
      });

      test('an announced instance is starting, then ready, then busy', async () => {
        await announce('i-1', { version: '1.2' });
        expect(await directory.isKnownApp(APP)).toBe(true);
        const [view] = await directory.list();
        expect(view).toMatchObject({ workerApp: APP, migrations: ['m'], parked: 0 });
        expect(view?.instances).toEqual([
          {
            ...{ workerApp: APP, instanceId: 'i-1', workerUrl: URL, version: '1.2', state: 'starting' },
            ...{ busy: 0, revisions: ['rev-1'], leaseExpiresAt: expect.stringMatching(/^\d{4}-.*Z$/) },
            ...{ lastSeenAt: expect.stringMatching(/^\d{4}-.*Z$/), isDrained: false, findings: [] },
          },
        ]);
        expect(await beat()).toEqual({ isDraining: false });
        expect(await stateOf()).toBe('ready');
        await beat('i-1', ['k-1', 'k-2']);
        expect(await instances()).toMatchObject([{ state: 'busy', busy: 2 }]);
        await beat('i-1', ['k-1']);
        expect(await instances()).toMatchObject([{ state: 'busy', busy: 1 }]);
        await beat(
          'i-1',
          Array.from({ length: 2_345 }, (_, index) => `k-${index}`),
        );
        expect(await instances()).toMatchObject([{ busy: 2_345 }]);
      });

      test('a heartbeat that is left out makes it suspect, the end of the lease dead, the next one ready', async () => {
        await announce();
        await beat();
        advance(19_000);
        expect(await stateOf()).toBe('ready');
        advance(2_000);
        expect(await stateOf()).toBe('suspect');
        expect(await directory.countInstances(APP)).toEqual({ live: 1, draining: 0, drained: 0 });
        advance(10_000);
        expect(await stateOf()).toBe('dead');
        expect(await directory.countInstances(APP)).toEqual({ live: 0, draining: 0, drained: 0 });
        expect(await resolve()).toMatchObject({ kind: 'away' });
        expect(await beat()).toEqual({ isDraining: false });
        expect(await stateOf()).toBe('ready');
      });

      test('a withdrawn instance drains, is not dialled, and has to announce itself again', async () => {
        await announce();
        await beat('i-1', ['k-1']);
        await directory.withdraw(APP, 'i-1');
        expect(await stateOf()).toBe('draining');
        expect(await directory.countInstances(APP)).toEqual({ live: 0, draining: 0, drained: 0 });
        expect(await resolve()).toMatchObject({ kind: 'away' });
        expect(await beat()).toBeUndefined();
        advance(31_000);
        expect(await stateOf()).toBe('dead');
        await announce();
        expect(await directory.countInstances(APP)).toEqual({ live: 1, draining: 0, drained: 0 });
      });

      test('an instance that announces a migration again has its newest revision only', async () => {
        await announce();
        await announce('i-1', { migrationId: 'n', revision: 'rev-n' });
        await announce('i-1', { revision: 'rev-2', workerUrl: 'http://moved' });
        expect(await instances()).toMatchObject([
          { revisions: ['rev-2', 'rev-n'], workerUrl: 'http://moved' },
        ]);
        expect((await directory.list())[0]?.migrations).toEqual(['m', 'n']);
      });

      test('apps and instances are listed by name, each on its own', async () => {
        await announce('i-2');
        await announce('i-1');
        await announce('i-1', { workerApp: 'agents' });
        const views = await directory.list();
        expect(views.map(({ workerApp }) => workerApp)).toEqual(['agents', APP]);
        expect(views[1]?.instances.map(({ instanceId }) => instanceId)).toEqual(['i-1', 'i-2']);
        await directory.withdraw(APP, 'i-1');
        expect(await directory.countInstances('agents')).toEqual({ live: 1, draining: 0, drained: 0 });
      });
    });

    describe('where to dial', () => {
      test('the least busy instance that announced the revision is first', async () => {
        await announce('i-1', { revision: 'rev-2' });
        await announce('i-2');
        await announce('i-3');
        await beat('i-1');
        await beat('i-2', ['k-1', 'k-2']);
        await beat('i-3', ['k-1']);
        expect(await resolved('rev-1')).toBe('i-3');
        expect(await resolved('rev-2')).toBe('i-1');
        expect(await resolved('rev-none')).toBe('i-1');
      });

      test('equals are chosen in turn', async () => {
        for (const id of ['i-1', 'i-2', 'i-3']) await announce(id);
        const chosen: (string | undefined)[] = [];
        for (let count = 0; count < 6; count += 1) chosen.push(await resolved());
        expect(new Set(chosen.slice(0, 3)).size).toBe(3);
        expect(chosen.slice(3)).toEqual(chosen.slice(0, 3));
      });

      test('what an instance accepted counts before its next heartbeat', async () => {
        await announce('i-1');
        await announce('i-2');
        await directory.accept(attempt('k-1', { instanceId: 'i-1' }), URL);
        expect(await resolved()).toBe('i-2');
        await directory.accept(attempt('k-2', { instanceId: 'i-2' }), URL);
        await directory.accept(attempt('k-3', { instanceId: 'i-2' }), URL);
        expect(await resolved()).toBe('i-1');
        await directory.settle(APP, 'k-2');
        await directory.settle(APP, 'k-3');
        expect(await resolved()).toBe('i-2');
      });

      test('one to avoid is taken when there is no other', async () => {
        await announce('i-1');
        await announce('i-2', { revision: 'rev-other' });
        expect(await resolved('rev-1', 'i-1')).toBe('i-2');
        await directory.withdraw(APP, 'i-2');
        expect(await resolved('rev-1', 'i-1')).toBe('i-1');
      });

      test('a suspect instance is taken when there is no better one', async () => {
        await announce('i-1');
        advance(21_000);
        await announce('i-2');
        await beat('i-2', ['k-1']);
        expect(await resolved()).toBe('i-2');
        await directory.withdraw(APP, 'i-2');
        expect(await resolved()).toBe('i-1');
      });
    });

    describe('the breaker', () => {
      test('three faults within 30 s open it; then one probe is let through per 5 s', async () => {
        await announce();
        await fault(2);
        expect(await resolve()).toMatchObject({ kind: 'instance', probe: false });
        await fault(1);
        expect(await resolve()).toMatchObject({ kind: 'away' });
        advance(5_000);
        await beat();
        const outcomes = await Promise.all(Array.from({ length: 10 }, () => resolve()));
        expect(outcomes.filter(({ kind }) => kind === 'instance')).toMatchObject([{ probe: true }]);
        await fault(1);
        advance(4_000);
        expect(await resolve()).toMatchObject({ kind: 'away' });
        advance(1_000);
        expect(await resolve()).toMatchObject({ kind: 'instance', probe: true });
      });

      test('a probe that is given back is let through again, and one of a closed breaker is nothing', async () => {
        await announce();
        await fault(3);
        advance(5_000);
        await beat();
        expect(await resolve()).toMatchObject({ kind: 'instance', probe: true });
        expect(await resolve()).toMatchObject({ kind: 'away' });
        await directory.giveBackProbe(APP, URL);
        expect(await resolve()).toMatchObject({ kind: 'instance', probe: true });
        expect(await resolve()).toMatchObject({ kind: 'away' });
        await directory.recordDial(APP, URL, true);
        await directory.giveBackProbe(APP, URL);
        expect(await resolve()).toMatchObject({ kind: 'instance', probe: false });
      });

      test('a success closes it', async () => {
        await announce();
        await fault(3);
        await directory.recordDial(APP, URL, true);
        expect(await resolve()).toMatchObject({ kind: 'instance', probe: false });
        await fault(2);
        expect(await resolve()).toMatchObject({ kind: 'instance' });
      });

      test('opens and is probed as it is set up, and deliveries in a row are counted so', async () => {
        const limits = {
          breakerFaults: 2,
          breakerWindowMs: 1_000,
          breakerProbeMs: 200,
          quickDeliveryMs: 100,
        };
        ({ directory, advance } = open(limits));
        await announce();
        await fault(1);
        advance(1_001);
        await fault(1);
        expect(await resolve()).toMatchObject({ kind: 'instance', probe: false });
        await fault(1);
        expect(await resolve()).toMatchObject({ kind: 'away' });
        advance(200);
        expect(await resolve()).toMatchObject({ kind: 'instance', probe: true });

        const quick = async () => (await directory.takeAbandoned(9, 0)).map((one) => one.quickDeliveries);
        await directory.withdraw(APP, 'i-1');
        for (const wait of [0, 99, 100]) {
          advance(wait);
          await directory.accept(attempt('k-1'), 'http://elsewhere');
        }
        expect(await quick()).toEqual([1]);
        advance(99);
        await directory.accept(attempt('k-1'), 'http://elsewhere');
        expect(await quick()).toEqual([2]);
      });

      test('an acceptance closes it, since the dial was answered', async () => {
        await announce();
        await fault(3);
        await directory.accept(attempt('k-1'), URL);
        expect(await resolve()).toMatchObject({ kind: 'instance', probe: false });
      });

      test('faults far apart do not open it', async () => {
        await announce();
        for (let times = 0; times < 4; times += 1) {
          await fault(1);
          advance(16_000);
          await beat();
        }
        expect(await resolve()).toMatchObject({ kind: 'instance', probe: false });
      });

      test('an instance at another address is dialled while the first fails', async () => {
        await announce('i-1');
        await announce('i-2', { workerUrl: 'http://charts-2' });
        await fault(3);
        expect(await resolved('rev-1', 'i-2')).toBe('i-2');
        await fault(3, 'http://charts-2');
        expect(await resolve()).toMatchObject({ kind: 'away' });
      });

      test('a worker that comes back at a new address, or after it was dead, is dialled at once', async () => {
        await announce();
        await fault(3);
        await announce('i-1', { workerUrl: 'http://moved' });
        expect(await resolve()).toMatchObject({ kind: 'instance', probe: false });
        await fault(3, 'http://moved');
        advance(31_000);
        await announce('i-1', { workerUrl: 'http://moved' });
        expect(await resolve()).toMatchObject({ kind: 'instance', probe: false });
      });

      test('an announcement alone does not close it while the instance lives', async () => {
        await announce();
        await fault(3);
        await announce();
        expect(await resolve()).toMatchObject({ kind: 'away' });
      });
    });

    describe('parked runs', () => {
      test('they are taken once, the longest waiting first, when the app lives', async () => {
        for (const id of ['r-3', 'r-1', 'r-2']) {
          await directory.park(APP, run(id));
          advance(1);
        }
        await directory.park(APP, run('r-3'));
        expect(await directory.takeParked(10)).toEqual([]);
        await announce();
        expect((await directory.list())[0]?.parked).toBe(3);
        expect(await directory.takeParked(2)).toEqual([
          { workerApp: APP, ...run('r-3') },
          { workerApp: APP, ...run('r-1') },
        ]);
        expect(await directory.takeParked(2)).toEqual([{ workerApp: APP, ...run('r-2') }]);
        expect(await directory.takeParked(2)).toEqual([]);
      });

      test('one that was taken is given again after a while, unless it is told that it was woken', async () => {
        await announce();
        for (const id of ['r-1', 'r-2', 'r-3']) await directory.park(APP, run(id));
        expect(await directory.takeParked(10)).toHaveLength(3);
        await directory.tellWoken(APP, run('r-1'));
        await directory.unpark(APP, run('r-2'));
        advance(WOKEN_AGAIN_MS - 1);
        await announce();
        expect(await directory.takeParked(10)).toEqual([]);
        advance(1);
        expect(await directory.takeParked(10)).toEqual([{ workerApp: APP, ...run('r-3') }]);
        expect(await directory.takeParked(10)).toEqual([]);
        advance(WOKEN_AGAIN_MS);
        await announce();
        await directory.settle(APP, 'k-3', run('r-3'));
        expect(await directory.takeParked(10)).toEqual([]);
      });

      test('one that waits again before it is told that it was woken stays', async () => {
        await announce();
        await directory.park(APP, run('r-1'));
        expect(await directory.takeParked(10)).toHaveLength(1);
        await directory.park(APP, run('r-1'));
        await directory.tellWoken(APP, run('r-1'));
        expect(await directory.takeParked(10)).toEqual([{ workerApp: APP, ...run('r-1') }]);
      });

      test('several takers at once share them', async () => {
        await announce();
        for (let index = 0; index < 40; index += 1) await directory.park(APP, run(`r-${index}`));
        const taken = (await Promise.all(Array.from({ length: 8 }, () => directory.takeParked(10)))).flat();
        expect(new Set(taken.map(({ runId }) => runId)).size).toBe(40);
        expect(taken).toHaveLength(40);
      });

      test('one that is no longer parked is not taken', async () => {
        await announce();
        await directory.park(APP, run('r-1'));
        await directory.unpark(APP, run('r-1'));
        await directory.unpark(APP, run('r-none'));
        expect(await directory.takeParked(5)).toEqual([]);
      });

      test('one whose attempt is settled is not taken either', async () => {
        await announce();
        for (const id of ['r-1', 'r-2']) await directory.park(APP, run(id));
        await directory.settle(APP, 'k-1', run('r-1'));
        expect(await directory.takeParked(5)).toEqual([{ workerApp: APP, ...run('r-2') }]);
      });

      test('while the breaker is open one is woken per 5 s, and its probe is let through', async () => {
        await announce();
        await fault(3);
        for (const id of ['r-1', 'r-2', 'r-3']) await directory.park(APP, run(id));
        expect(await directory.takeParked(10)).toEqual([]);
        advance(5_000);
        expect(await directory.takeParked(10)).toHaveLength(1);
        expect(await directory.takeParked(10)).toEqual([]);
        expect(await resolve()).toMatchObject({ kind: 'instance', probe: true });
        await fault(1);
        advance(5_000);
        expect(await directory.takeParked(10)).toHaveLength(1);
        await directory.recordDial(APP, URL, true);
        expect(await directory.takeParked(10)).toHaveLength(1);
      });

      test('a long queue of one app leaves room for another', async () => {
        await announce();
        await announce('i-1', { workerApp: 'zebra' });
        for (let index = 0; index < 30; index += 1) await directory.park(APP, run(`r-${index}`));
        await directory.park('zebra', run('z-1'));
        const taken = await directory.takeParked(10);
        expect(taken).toHaveLength(10);
        expect(taken.map(({ runId }) => runId)).toContain('z-1');
      });
    });

    describe('accepted attempts', () => {
      beforeEach(async () => {
        await announce();
        await beat();
      });
      const abandoned = async (limit = 10, againAfter = 60) =>
        (await directory.takeAbandoned(limit, againAfter)).map(({ idempotencyKey }) => idempotencyKey);

      test('one that the instance lists as busy is not abandoned', async () => {
        await directory.accept(attempt('k-1'), URL);
        for (let times = 0; times < 3; times += 1) await beat('i-1', ['k-1']);
        expect(await abandoned()).toEqual([]);
      });

      test('one that heartbeats begun after the acceptance leave out is abandoned', async () => {
        const accepted = attempt('k-1', { stepIndex: 2, phase: 'compensate', attempt: 3 });
        await directory.accept(accepted, URL);
        expect(await abandoned()).toEqual([]);
        await beat('i-1', []);
        expect(await abandoned()).toEqual([]);
        await beat('i-1', []);
        expect(await directory.takeAbandoned(10, 60)).toEqual([{ ...accepted, quickDeliveries: 1 }]);
      });

      test('one whose run waits for the app is not given, since that run dials it by itself', async () => {
        const { migrationId, candidateId, runId } = attempt('k-1');
        await directory.accept(attempt('k-1'), URL);
        await directory.withdraw(APP, 'i-1');
        await directory.park(APP, { migrationId, candidateId, runId });
        expect(await abandoned()).toEqual([]);
        await directory.unpark(APP, { migrationId, candidateId, runId });
        expect(await abandoned()).toEqual(['k-1']);
      });

      test('one of an instance that is dead or has withdrawn is abandoned', async () => {
        await announce('i-2');
        await directory.accept(attempt('k-1', { instanceId: 'i-1' }), URL);
        await directory.accept(attempt('k-2', { instanceId: 'i-2' }), URL);
        await beat('i-1', ['k-1']);
        await directory.withdraw(APP, 'i-2');
        expect(await abandoned()).toEqual(['k-2']);
        advance(31_000);
        expect(await abandoned()).toEqual(['k-1']);
      });

      test('it is given again only after the time, and not once it is settled', async () => {
        await directory.accept(attempt('k-1'), URL);
        await directory.withdraw(APP, 'i-1');
        const taken = await Promise.all(Array.from({ length: 5 }, () => abandoned()));
        expect(taken.flat()).toEqual(['k-1']);
        advance(59_000);
        expect(await abandoned()).toEqual([]);
        advance(1_000);
        expect(await abandoned()).toEqual(['k-1']);
        await directory.settle(APP, 'k-1');
        await directory.settle(APP, 'k-none');
        advance(60_000);
        expect(await abandoned()).toEqual([]);
      });

      test('accepted by another instance it is that one’s', async () => {
        await announce('i-2');
        await directory.accept(attempt('k-1', { instanceId: 'i-1' }), URL);
        await directory.withdraw(APP, 'i-1');
        await directory.accept(attempt('k-1', { instanceId: 'i-2' }), URL);
        expect(await abandoned()).toEqual([]);
        await directory.withdraw(APP, 'i-2');
        expect(await directory.takeAbandoned(10, 60)).toMatchObject([{ instanceId: 'i-2' }]);
      });

      test('it settles the one before, and its run is parked no more', async () => {
        await directory.accept(attempt('k-1'), URL);
        await directory.park(APP, run('k-1'));
        await directory.accept(attempt('k-2', { ...run('k-1'), stepIndex: 1 }), URL, 'k-1');
        await directory.accept(attempt('k-3'), URL, 'k-none');
        expect((await directory.list())[0]?.parked).toBe(0);
        await directory.withdraw(APP, 'i-1');
        expect((await abandoned()).sort()).toEqual(['k-2', 'k-3']);
      });

      test('it tells how many instances took it soon after one another', async () => {
        const quick = async () => (await directory.takeAbandoned(10, 0)).map((one) => one.quickDeliveries);
        await directory.withdraw(APP, 'i-1');
        for (const minutes of [0, 1, 9]) {
          advance(minutes * 60_000);
          await directory.accept(attempt('k-1'), URL);
        }
        expect(await quick()).toEqual([3]);
        advance(600_000);
        await directory.accept(attempt('k-1'), URL);
        expect(await quick()).toEqual([1]);
        await directory.settle(APP, 'k-1');
        await directory.accept(attempt('k-1'), URL);
        expect(await quick()).toEqual([1]);
      });

      test('no more than the limit are given, and the others next', async () => {
        for (let index = 0; index < 5; index += 1) await directory.accept(attempt(`k-${index}`), URL);
        await directory.withdraw(APP, 'i-1');
        const [first, second] = [await abandoned(3), await abandoned(3)];
        expect(first).toHaveLength(3);
        expect([...first, ...second].sort()).toEqual(['k-0', 'k-1', 'k-2', 'k-3', 'k-4']);
      });
    });
  });
}
