import type {
  InstanceFinding,
  WorkerInstance,
  WorkerInstanceView,
} from '../../application/ports/worker-directory.ts';
import type { Pause } from '../../domain/migration.ts';
import type { Finding } from '../../domain/problem.ts';
import { fieldsOf, type Reply, textOf } from './store-client.ts';
import { fromStoredJson } from './stored-json.ts';

/** Of a row of `describe-app`; the first six are those of `resolve`, too. */
export const VIEW_COLUMNS = 10;

/** A dial takes 3 s at most, and so does not go on for longer after a drain began. */
const DIALS_OVER_MS = 5_000;

export function toInstance(workerApp: string, row: readonly Reply[]): WorkerInstance {
  const [instanceId, workerUrl, state, leaseEnd, busy, fields] = row;
  const kept = fieldsOf(fields);
  const revisions = [...kept].filter(([field]) => field.startsWith('r:')).map(([, revision]) => revision);
  return {
    workerApp,
    instanceId: textOf(instanceId) ?? '',
    workerUrl: textOf(workerUrl) ?? '',
    state: state as WorkerInstance['state'],
    leaseExpiresAt: new Date(Number(leaseEnd)).toISOString(),
    version: kept.get('version') || undefined,
    busy: Number(busy),
    revisions: [...new Set(revisions)].sort(),
  };
}

export function toInstanceView(workerApp: string, row: readonly Reply[]): WorkerInstanceView {
  const [accepted, drainsForMs, notes, dials] = row.slice(6);
  const instance = toInstance(workerApp, row);
  const kept = fieldsOf(row[5]);
  const drain = kept.get('drain');
  // What it accepted after its last heartbeat counts.
  const busy = Math.max(instance.busy, Number(accepted));
  const dialNotes = fieldsOf(dials);
  const latency = dialNotes.get('latencyMs');
  const error = dialNotes.get('error');
  return {
    ...instance,
    busy,
    lastSeenAt: new Date(Number(kept.get('seenAt') ?? 0)).toISOString(),
    draining: drain === undefined ? undefined : fromStoredJson<Pause>(drain),
    isDrained: drain !== undefined && busy === 0 && Number(drainsForMs) >= DIALS_OVER_MS,
    latencyMs: latency === undefined ? undefined : Number(latency),
    lastError:
      error === undefined
        ? undefined
        : { at: new Date(Number(dialNotes.get('errorAt'))).toISOString(), message: error },
    findings: findingsOf(fieldsOf(notes)),
  };
}

function findingsOf(notes: ReadonlyMap<string, string>): readonly InstanceFinding[] {
  return [...notes]
    .filter(([field]) => field.startsWith('f:'))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([field, json]) =>
      fromStoredJson<readonly Finding[]>(json).map((finding) => ({
        ...finding,
        migrationId: field.slice(2),
      })),
    );
}
