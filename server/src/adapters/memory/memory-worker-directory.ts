import type { RunRef } from '../../application/ports/refs.ts';
import type { Clock } from '../../application/ports/system.ts';
import type {
  AbandonedAttempt,
  AcceptedAttempt,
  InstanceState,
  WorkerDirectory,
  WorkerInstance,
} from '../../application/ports/worker-directory.ts';

interface Instance {
  readonly instanceId: string;
  workerUrl: string;
  version: string | undefined;
  leaseMs: number;
  seenAt: number;
  heartbeats: number;
  isWithdrawn: boolean;
  /** When it was chosen last, counted in choices. */
  pick: number;
  busy: ReadonlySet<string>;
  /** By migration. */
  readonly revisions: Map<string, string>;
}
interface Breaker {
  readonly faults: number[];
  /** Since the breaker is open. */
  probedAt?: number;
}
interface Accepted {
  readonly attempt: AcceptedAttempt;
  readonly heartbeats: number;
  readonly at: number;
  readonly quickDeliveries: number;
  takenAt?: number;
}
interface App {
  readonly instances: Map<string, Instance>;
  readonly breakers: Map<string, Breaker>;
  readonly parked: Map<string, RunRef>;
  readonly accepted: Map<string, Accepted>;
  wokenAt: number;
  picks: number;
}

const PROBE_INTERVAL_MS = 5_000;
const QUICK_MS = 600_000;
const FAULTS = 3;
const FAULT_WINDOW_MS = 30_000;
const LIVE: ReadonlySet<InstanceState> = new Set(['starting', 'ready', 'busy', 'suspect']);

export function createMemoryWorkerDirectory({ clock }: { readonly clock: Clock }): WorkerDirectory {
  const apps = new Map<string, App>();
  const now = () => clock.now().getTime();

  function appOf(workerApp: string): App {
    const known = apps.get(workerApp);
    if (known !== undefined) return known;
    const app: App = {
      ...{ instances: new Map(), breakers: new Map(), parked: new Map(), accepted: new Map() },
      wokenAt: Number.NEGATIVE_INFINITY,
      picks: 0,
    };
    apps.set(workerApp, app);
    return app;
  }

  function stateOf({ seenAt, leaseMs, isWithdrawn, heartbeats, busy }: Instance): InstanceState {
    const silentMs = now() - seenAt;
    if (silentMs >= leaseMs) return 'dead';
    if (isWithdrawn) return 'draining';
    if (silentMs > (leaseMs * 2) / 3) return 'suspect';
    if (heartbeats === 0) return 'starting';
    return busy.size > 0 ? 'busy' : 'ready';
  }
  const isLive = (instance: Instance) => LIVE.has(stateOf(instance));
  const liveOf = (app: App) => [...app.instances.values()].filter(isLive);

  function toView(workerApp: string, instance: Instance): WorkerInstance {
    const { instanceId, workerUrl, seenAt, leaseMs, version, busy, revisions } = instance;
    return {
      ...{ workerApp, instanceId, workerUrl, version, state: stateOf(instance), busy: busy.size },
      leaseExpiresAt: new Date(seenAt + leaseMs).toISOString(),
      revisions: [...new Set(revisions.values())].sort(),
    };
  }

  /** 0 when a probe may go now, undefined when the breaker is closed. */
  function msToProbe(app: App, url: string): number | undefined {
    const probedAt = app.breakers.get(url)?.probedAt;
    return probedAt === undefined ? undefined : Math.max(0, probedAt + PROBE_INTERVAL_MS - now());
  }

  function loadOf(app: App, { instanceId, busy }: Instance): number {
    const accepted = [...app.accepted.values()].filter(({ attempt }) => attempt.instanceId === instanceId);
    return Math.max(busy.size, accepted.length);
  }

  function takeParkedOf(workerApp: string, app: App, limit: number) {
    const waits = liveOf(app).map(({ workerUrl }) => msToProbe(app, workerUrl));
    if (waits.length === 0) return [];
    let room = limit;
    if (waits.every((wait) => wait !== undefined)) {
      if (!waits.includes(0) || now() - app.wokenAt < PROBE_INTERVAL_MS) return [];
      app.wokenAt = now();
      room = Math.min(1, limit);
    }
    const taken = [...app.parked].slice(0, room);
    for (const [key] of taken) app.parked.delete(key);
    return taken.map(([, run]) => ({ workerApp, ...run }));
  }

  return {
    async announce({ workerApp, instanceId, workerUrl, version, migrationId, revision }, leaseSeconds) {
      const app = appOf(workerApp);
      const known = app.instances.get(instanceId);
      if (known === undefined || known.workerUrl !== workerUrl || !isLive(known))
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
        ...{ busy: new Set<string>(), revisions: new Map<string, string>() },
      };
      Object.assign(instance, { workerUrl, version, leaseMs: leaseSeconds * 1000, seenAt: now() });
      instance.isWithdrawn = false;
      instance.revisions.set(migrationId, revision);
      app.instances.set(instanceId, instance);
    },

    async heartbeat(workerApp, instanceId, busyKeys, leaseSeconds) {
      const instance = apps.get(workerApp)?.instances.get(instanceId);
      if (instance === undefined || instance.isWithdrawn) return false;
      Object.assign(instance, { seenAt: now(), leaseMs: leaseSeconds * 1000, busy: new Set(busyKeys) });
      instance.heartbeats += 1;
      return true;
    },

    async withdraw(workerApp, instanceId) {
      const instance = apps.get(workerApp)?.instances.get(instanceId);
      if (instance !== undefined) instance.isWithdrawn = true;
    },

    async isKnownApp(workerApp) {
      return (apps.get(workerApp)?.instances.size ?? 0) > 0;
    },

    async countLive(workerApp) {
      return liveOf(appOf(workerApp)).length;
    },

    async list() {
      return [...apps]
        .filter(([, app]) => app.instances.size > 0)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([workerApp, app]) => ({
          workerApp,
          instances: [...app.instances.values()]
            .map((instance) => toView(workerApp, instance))
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
        return { kind: 'away', reason: `No instance of worker app "${workerApp}" is alive.` };
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
      const oldest = breaker.faults.at(-FAULTS);
      if (oldest !== undefined && now() - oldest <= FAULT_WINDOW_MS) breaker.probedAt ??= now();
    },

    async park(workerApp, run) {
      const { parked } = appOf(workerApp);
      const key = parkedKey(run);
      const { migrationId, candidateId, runId } = run;
      if (!parked.has(key)) parked.set(key, { migrationId, candidateId, runId });
    },

    async unpark(workerApp, run) {
      appOf(workerApp).parked.delete(parkedKey(run));
    },

    async takeParked(limit) {
      const taken: (RunRef & { readonly workerApp: string })[] = [];
      const all = [...apps].sort(([one], [other]) => (one < other ? -1 : 1));
      for (const share of [Math.ceil(limit / Math.max(1, all.length)), limit])
        for (const [workerApp, app] of all)
          taken.push(...takeParkedOf(workerApp, app, Math.min(share, limit - taken.length)));
      return taken;
    },

    async accept(attempt) {
      const app = appOf(attempt.workerApp);
      const heartbeats = app.instances.get(attempt.instanceId)?.heartbeats ?? 0;
      const before = app.accepted.get(attempt.idempotencyKey);
      const isQuick = before !== undefined && now() - before.at < QUICK_MS;
      const quickDeliveries = isQuick ? before.quickDeliveries + 1 : 1;
      app.accepted.set(attempt.idempotencyKey, { attempt, heartbeats, at: now(), quickDeliveries });
    },

    async settle(workerApp, idempotencyKey) {
      appOf(workerApp).accepted.delete(idempotencyKey);
    },

    async takeAbandoned(limit, againAfterSeconds) {
      const taken: AbandonedAttempt[] = [];
      for (const app of apps.values()) {
        for (const [key, kept] of app.accepted) {
          const instance = app.instances.get(kept.attempt.instanceId);
          const isAbandoned =
            instance === undefined ||
            !isLive(instance) ||
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

function compareOrders(one: readonly number[], other: readonly number[]): number {
  for (const [index, value] of one.entries()) {
    const difference = value - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function parkedKey({ migrationId, candidateId, runId }: RunRef): string {
  return JSON.stringify([migrationId, candidateId, runId]);
}
