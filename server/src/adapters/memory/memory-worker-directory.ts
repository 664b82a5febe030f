import { countInstances, LIVE } from '../../application/ports/instance-counts.ts';
import type { RunRef } from '../../application/ports/refs.ts';
import type { Clock } from '../../application/ports/system.ts';
import {
  type AbandonedAttempt,
  type DirectoryLimits,
  USUAL_DIRECTORY_LIMITS,
  type WorkerDirectory,
} from '../../application/ports/worker-directory.ts';
import { createMemoryParkedRuns, forgetParked } from './memory-parked-runs.ts';
import { createMemoryState, type MemoryState } from './memory-state.ts';
import {
  type App,
  type Breaker,
  compareOrders,
  type Instance,
  parkedKey,
  stateOfInstance,
  toInstance,
  viewInstance,
} from './memory-worker-app.ts';
import { createMemoryDrains } from './memory-worker-drains.ts';

export function createMemoryWorkerDirectory({
  clock,
  state = createMemoryState(),
  limits = USUAL_DIRECTORY_LIMITS,
}: {
  readonly clock: Clock;
  readonly limits?: DirectoryLimits;
  /** Where events go. */
  readonly state?: MemoryState;
}): WorkerDirectory {
  const apps = new Map<string, App>();
  const now = () => clock.now().getTime();

  function appOf(workerApp: string): App {
    const known = apps.get(workerApp);
    if (known !== undefined) return known;
    const app: App = {
      ...{ instances: new Map(), breakers: new Map(), parked: new Map(), accepted: new Map() },
      woken: new Map(),
      dials: new Map(),
      wokenAt: Number.NEGATIVE_INFINITY,
      picks: 0,
    };
    apps.set(workerApp, app);
    return app;
  }

  const stateOf = (instance: Instance) => stateOfInstance(instance, now());
  const isLive = (instance: Instance) => LIVE.has(stateOf(instance));
  const isGone = (instance: Instance) => instance.isWithdrawn || stateOf(instance) === 'dead';
  const liveOf = (app: App) => [...app.instances.values()].filter(isLive);

  const toView = (workerApp: string, instance: Instance) => toInstance(workerApp, instance, now());

  /** 0 when a probe may go now, undefined when the breaker is closed. */
  function msToProbe(app: App, url: string): number | undefined {
    const probedAt = app.breakers.get(url)?.probedAt;
    return probedAt === undefined ? undefined : Math.max(0, probedAt + limits.breakerProbeMs - now());
  }

  function loadOf(app: App, { instanceId, busy }: Instance): number {
    const accepted = [...app.accepted.values()].filter(({ attempt }) => attempt.instanceId === instanceId);
    return Math.max(busy.size, accepted.length);
  }

  function roomOf(app: App, limit: number): number {
    const waits = liveOf(app).map(({ workerUrl }) => msToProbe(app, workerUrl));
    if (waits.length === 0) return 0;
    if (waits.some((wait) => wait === undefined)) return limit;
    if (!waits.includes(0) || now() - app.wokenAt < limits.breakerProbeMs) return 0;
    app.wokenAt = now();
    return Math.min(1, limit);
  }

  function settle(app: App, idempotencyKey: string, unparked: RunRef | undefined): void {
    app.accepted.delete(idempotencyKey);
    if (unparked !== undefined) forgetParked(app, unparked);
  }

  return {
    ...createMemoryDrains({ apps, state, now }),
    ...createMemoryParkedRuns({ apps, appOf, now, roomOf }),

    async announce({ workerApp, instanceId, workerUrl, version, migrationId, revision }, leaseSeconds) {
      const app = appOf(workerApp);
      const known = app.instances.get(instanceId);
      if (known === undefined || known.workerUrl !== workerUrl || isGone(known))
        app.breakers.delete(workerUrl);
      const instance = known ?? {
        ...{
          instanceId,
          workerUrl,
          version,
          leaseMs: 0,
          seenAt: 0,
          heartbeats: 0,
          isWithdrawn: false,
          pick: 0,
        },
        ...{ busy: new Set<string>(), revisions: new Map<string, string>(), findings: new Map() },
      };
      Object.assign(instance, { workerUrl, version, leaseMs: leaseSeconds * 1000, seenAt: now() });
      instance.isWithdrawn = false;
      instance.revisions.set(migrationId, revision);
      app.instances.set(instanceId, instance);
    },

    async heartbeat(workerApp, instanceId, busyKeys, leaseSeconds) {
      const instance = apps.get(workerApp)?.instances.get(instanceId);
      if (instance === undefined || instance.isWithdrawn) return undefined;
      Object.assign(instance, { seenAt: now(), leaseMs: leaseSeconds * 1000, busy: new Set(busyKeys) });
      instance.heartbeats += 1;
      return { isDraining: instance.drain !== undefined };
    },

    async withdraw(workerApp, instanceId) {
      const instance = apps.get(workerApp)?.instances.get(instanceId);
      if (instance === undefined) return;
      instance.isWithdrawn = true;
      instance.drain = undefined;
    },

    async isKnownApp(workerApp) {
      return (apps.get(workerApp)?.instances.size ?? 0) > 0;
    },

    async countInstances(workerApp) {
      const app = appOf(workerApp);
      return countInstances(
        [...app.instances.values()].map((instance) => viewInstance(workerApp, app, instance, now())),
      );
    },

    async list() {
      return [...apps]
        .filter(([, app]) => app.instances.size > 0)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([workerApp, app]) => ({
          workerApp,
          instances: [...app.instances.values()]
            .map((instance) => viewInstance(workerApp, app, instance, now()))
            .sort((one, other) => (one.instanceId < other.instanceId ? -1 : 1)),
          migrations: [
            ...new Set([...app.instances.values()].flatMap(({ revisions }) => [...revisions.keys()])),
          ].sort(),
          parked: app.parked.size,
        }));
    },

    async resolve(workerApp, revision, avoid) {
      const app = appOf(workerApp);
      const order = (instance: Instance) => [
        instance.instanceId === avoid ? 1 : 0,
        [...instance.revisions.values()].includes(revision) ? 0 : 1,
        stateOf(instance) === 'suspect' ? 1 : 0,
        loadOf(app, instance),
        instance.pick,
      ];
      const live = liveOf(app).sort((one, other) => compareOrders(order(one), order(other)));
      if (live.length === 0)
        return [...app.instances.values()].some((instance) => !isGone(instance))
          ? { kind: 'away', reason: `Every instance of worker app "${workerApp}" is drained.` }
          : { kind: 'away', reason: `No instance of worker app "${workerApp}" is alive.` };
      const closed = live.find(({ workerUrl }) => msToProbe(app, workerUrl) === undefined);
      if (closed !== undefined) {
        app.picks += 1;
        closed.pick = app.picks;
        return { kind: 'instance', instance: toView(workerApp, closed), probe: false };
      }
      const probed = live.find(({ workerUrl }) => msToProbe(app, workerUrl) === 0);
      if (probed === undefined)
        return { kind: 'away', reason: `Worker app "${workerApp}" failed to answer.` };
      const breaker = app.breakers.get(probed.workerUrl);
      if (breaker !== undefined) breaker.probedAt = now();
      app.picks += 1;
      probed.pick = app.picks;
      return { kind: 'instance', instance: toView(workerApp, probed), probe: true };
    },

    async recordDial(workerApp, workerUrl, ok) {
      const { breakers } = appOf(workerApp);
      if (ok) {
        breakers.delete(workerUrl);
        return;
      }
      const breaker: Breaker = breakers.get(workerUrl) ?? { faults: [] };
      breakers.set(workerUrl, breaker);
      breaker.faults.push(now());
      const oldest = breaker.faults.at(-limits.breakerFaults);
      if (oldest !== undefined && now() - oldest <= limits.breakerWindowMs) breaker.probedAt ??= now();
    },

    async giveBackProbe(workerApp, workerUrl) {
      const breaker = appOf(workerApp).breakers.get(workerUrl);
      if (breaker?.probedAt !== undefined) breaker.probedAt = now() - limits.breakerProbeMs;
    },

    async accept(attempt, workerUrl, ended) {
      const app = appOf(attempt.workerApp);
      if (ended !== undefined) settle(app, ended, attempt);
      app.breakers.delete(workerUrl);
      const heartbeats = app.instances.get(attempt.instanceId)?.heartbeats ?? 0;
      const before = app.accepted.get(attempt.idempotencyKey);
      const isQuick = before !== undefined && now() - before.at < limits.quickDeliveryMs;
      const quickDeliveries = isQuick ? before.quickDeliveries + 1 : 1;
      app.accepted.set(attempt.idempotencyKey, { attempt, heartbeats, at: now(), quickDeliveries });
    },

    async settle(workerApp, idempotencyKey, unparked) {
      settle(appOf(workerApp), idempotencyKey, unparked);
    },

    async takeAbandoned(limit, againAfterSeconds) {
      const taken: AbandonedAttempt[] = [];
      for (const app of apps.values()) {
        for (const [key, kept] of app.accepted) {
          const instance = app.instances.get(kept.attempt.instanceId);
          const isAbandoned =
            instance === undefined ||
            isGone(instance) ||
            // The first heartbeat after an acceptance may have begun before it.
            (!instance.busy.has(key) && instance.heartbeats >= kept.heartbeats + 2);
          const isDue = kept.takenAt === undefined || now() - kept.takenAt >= againAfterSeconds * 1000;
          if (!isAbandoned || !isDue || taken.length === limit || app.parked.has(parkedKey(kept.attempt)))
            continue;
          kept.takenAt = now();
          taken.push({ ...kept.attempt, quickDeliveries: kept.quickDeliveries });
        }
      }
      return taken;
    },
  };
}
