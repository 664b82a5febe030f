import { countInstances } from '../../application/ports/instance-counts.ts';
import type { RunRef } from '../../application/ports/refs.ts';
import {
  type AbandonedAttempt,
  type AcceptedAttempt,
  type DirectoryLimits,
  type Resolution,
  USUAL_DIRECTORY_LIMITS,
  WOKEN_AGAIN_MS,
  type WorkerAppView,
  type WorkerDirectory,
  type WorkerInstanceView,
} from '../../application/ports/worker-directory.ts';
import type { Pause } from '../../domain/migration.ts';
import { workerEventJson } from './event-arguments.ts';
import { listInFlight } from './in-flight-attempts.ts';
import { createKeys } from './keys.ts';
import type { RedisAdapterOptions } from './redis-adapter-options.ts';
import { acceptScript, settleScript, takeAbandonedScript } from './scripts/accepted-attempts.lua.ts';
import {
  drainInstanceScript,
  keepFindingsScript,
  noteDialsScript,
  resumeInstanceScript,
} from './scripts/drain-instance.lua.ts';
import {
  giveBackProbeScript,
  parkScript,
  recordDialScript,
  resolveScript,
  takeParkedScript,
  tellWokenScript,
  unparkScript,
} from './scripts/worker-dials.lua.ts';
import {
  announceInstanceScript,
  describeAppScript,
  heartbeatScript,
  withdrawScript,
} from './scripts/worker-instances.lua.ts';
import {
  type Argument,
  createStoreClient,
  listOf,
  type Reply,
  type Script,
  textOf,
  textsOf,
} from './store-client.ts';
import { fromStoredJson, toStoredJson } from './stored-json.ts';
import { toInstance, toInstanceView, VIEW_COLUMNS } from './worker-instance-fields.ts';

export function createRedisWorkerDirectory(
  options: RedisAdapterOptions & { readonly directoryLimits?: DirectoryLimits },
): WorkerDirectory {
  const { breakerFaults, breakerWindowMs, breakerProbeMs, quickDeliveryMs } =
    options.directoryLimits ?? USUAL_DIRECTORY_LIMITS;
  const limits = [breakerFaults, breakerWindowMs, breakerProbeMs, quickDeliveryMs];
  const client = createStoreClient(options.redis);
  const keys = createKeys(options.namespace);

  const run = (script: Script, workerApp: string, ...args: readonly Argument[]) =>
    client.run(script, [keys.worker(workerApp)], [options.clock?.now().getTime() ?? '', ...limits, ...args]);
  const listApps = async () => [...textsOf(await client.command('SMEMBERS', keys.workerApps))].sort();

  async function describeApp(workerApp: string): Promise<WorkerAppView> {
    const [parked, migrations, ...rows] = listOf(await run(describeAppScript, workerApp));
    const instances: WorkerInstanceView[] = [];
    for (let index = 0; index + VIEW_COLUMNS <= rows.length; index += VIEW_COLUMNS)
      instances.push(toInstanceView(workerApp, rows.slice(index, index + VIEW_COLUMNS)));
    return {
      workerApp,
      instances: instances.sort((one, other) => (one.instanceId < other.instanceId ? -1 : 1)),
      migrations: [...textsOf(migrations)].sort(),
      parked: Number(parked),
    };
  }

  return {
    async announce(instance, leaseSeconds) {
      const { workerApp, instanceId, workerUrl, version, migrationId, revision } = instance;
      await client.command('SADD', keys.workerApps, workerApp);
      const args = [instanceId, workerUrl, version ?? '', migrationId, revision, leaseSeconds * 1000];
      await run(announceInstanceScript, workerApp, ...args);
    },

    async heartbeat(workerApp, instanceId, busyKeys, leaseSeconds) {
      const args = [instanceId, leaseSeconds * 1000, busyKeys.length, ...busyKeys];
      const answer = await run(heartbeatScript, workerApp, ...args);
      return answer === 0 ? undefined : { isDraining: answer === 2 };
    },

    async keepFindings(workerApp, instanceId, migrationId, findings) {
      await run(keepFindingsScript, workerApp, instanceId, migrationId, toStoredJson(findings));
    },

    async drain(workerApp, instanceId, drain, event) {
      const args = [instanceId, toStoredJson(drain), workerEventJson(workerApp, event)];
      const reply = await run(drainInstanceScript, workerApp, ...args);
      if (reply === null) return undefined;
      const [isNew, held] = listOf(reply);
      return { held: fromStoredJson<Pause>(textOf(held) ?? ''), isNew: isNew === 1 };
    },

    async resume(workerApp, instanceId, event) {
      const args = [instanceId, workerEventJson(workerApp, event)];
      const reply = await run(resumeInstanceScript, workerApp, ...args);
      return reply === null ? undefined : { wasDraining: reply === 1 };
    },

    async withdraw(workerApp, instanceId) {
      await run(withdrawScript, workerApp, instanceId);
    },

    async isKnownApp(workerApp) {
      return (await client.command('SISMEMBER', keys.workerApps, workerApp)) === 1;
    },

    async countInstances(workerApp) {
      return countInstances((await describeApp(workerApp)).instances);
    },

    async list() {
      return Promise.all((await listApps()).map(describeApp));
    },

    async resolve(workerApp, revision, avoid) {
      const reply = listOf(await run(resolveScript, workerApp, revision, avoid ?? ''));
      return toResolution(workerApp, reply);
    },

    async recordDial(workerApp, workerUrl, ok) {
      await run(recordDialScript, workerApp, workerUrl, ok ? 1 : 0);
    },

    async giveBackProbe(workerApp, workerUrl) {
      await run(giveBackProbeScript, workerApp, workerUrl);
    },

    async noteDials(workerApp, workerUrl, { latencyMs, error }) {
      await run(noteDialsScript, workerApp, workerUrl, latencyMs ?? '', error ?? '');
    },

    async park(workerApp, ref) {
      await run(parkScript, workerApp, toParked(ref));
    },

    async unpark(workerApp, ref) {
      await run(unparkScript, workerApp, toParked(ref));
    },

    async tellWoken(workerApp, ref) {
      await run(tellWokenScript, workerApp, toParked(ref));
    },

    async takeParked(limit) {
      const apps = await listApps();
      const taken: (RunRef & { readonly workerApp: string })[] = [];
      // Each app has its share first, so that a long queue of one does not hold up another.
      for (const share of [Math.ceil(limit / Math.max(1, apps.length)), limit]) {
        for (const workerApp of apps) {
          const room = Math.min(share, limit - taken.length);
          if (room <= 0) return taken;
          for (const parked of textsOf(await run(takeParkedScript, workerApp, room, WOKEN_AGAIN_MS)))
            taken.push({ workerApp, ...fromParked(parked) });
        }
      }
      return taken;
    },

    async accept(attempt, workerUrl, ended = '') {
      const { workerApp, instanceId, idempotencyKey } = attempt;
      const [json, parked] = [toStoredJson(attempt), toParked(attempt)];
      await run(acceptScript, workerApp, instanceId, workerUrl, idempotencyKey, json, parked, ended);
    },

    async settle(workerApp, idempotencyKey, unparked) {
      const parked = unparked === undefined ? '' : toParked(unparked);
      await run(settleScript, workerApp, idempotencyKey, parked);
    },

    listInFlight: (query) => listInFlight(query, (script, ...args) => run(script, query.workerApp, ...args)),

    async takeAbandoned(limit, againAfterSeconds) {
      const taken: AbandonedAttempt[] = [];
      for (const workerApp of await listApps()) {
        if (taken.length >= limit) break;
        const args = [limit - taken.length, againAfterSeconds * 1000];
        const flat = textsOf(await run(takeAbandonedScript, workerApp, ...args));
        for (let index = 0; index + 1 < flat.length; index += 2) {
          const attempt = fromStoredJson<AcceptedAttempt>(flat[index] ?? '');
          taken.push({ ...attempt, quickDeliveries: Number(flat[index + 1]) });
        }
      }
      return taken;
    },
  };
}

function toResolution(workerApp: string, reply: readonly Reply[]): Resolution {
  const [kind, detail, ...row] = reply;
  if (kind === 'instance') return { kind, instance: toInstance(workerApp, row), probe: detail === 1 };
  if (kind === 'open')
    return {
      kind: 'away',
      reason: `Worker app "${workerApp}" failed to answer; it is tried again in ${Math.ceil(Number(detail) / 1000)} s.`,
    };
  if (detail === 0)
    return { kind: 'away', reason: `No instance of worker app "${workerApp}" has announced itself.` };
  if (kind === 'draining')
    return {
      kind: 'away',
      reason: `Worker app "${workerApp}" is drained: every instance that is alive finishes what it has and is given nothing new.`,
    };
  const lastSeen = new Date(Number(detail)).toISOString();
  return {
    kind: 'away',
    reason: `No instance of worker app "${workerApp}" is alive; the last was seen at ${lastSeen}.`,
  };
}

function toParked({ migrationId, candidateId, runId }: RunRef): string {
  return JSON.stringify([migrationId, candidateId, runId]);
}

function fromParked(parked: string): RunRef {
  const [migrationId, candidateId, runId] = JSON.parse(parked) as [string, string, string];
  return { migrationId, candidateId, runId };
}
