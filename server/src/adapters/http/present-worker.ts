import type { components } from '@loom/api';
import type { InFlight } from '../../application/drain-instance.ts';
import type { WorkerAppView, WorkerInstanceView } from '../../application/ports/worker-directory.ts';
import type { Pause } from '../../domain/migration.ts';
import type { Sent } from './sent.ts';

type Shape<Name extends keyof components['schemas']> = Sent<components['schemas'][Name]>;

export function presentWorkerApp({
  workerApp,
  instances,
  migrations,
  parked,
  paused,
}: WorkerAppView & { readonly paused?: Pause | undefined }) {
  return {
    workerApp,
    instances: instances.map(presentInstance),
    migrations,
    parked,
    paused,
  } satisfies Shape<'WorkerApp'>;
}

function presentInstance(instance: WorkerInstanceView) {
  return {
    instanceId: instance.instanceId,
    workerUrl: instance.workerUrl,
    state: instance.state,
    leaseExpiresAt: instance.leaseExpiresAt,
    lastSeenAt: instance.lastSeenAt,
    version: instance.version,
    busy: instance.busy,
    draining: instance.draining,
    isDrained: instance.isDrained || undefined,
    latencyMs: instance.latencyMs,
    lastError: instance.lastError,
    findings: instance.findings,
  } satisfies Shape<'Instance'>;
}

export function presentInFlight(one: InFlight) {
  const { instanceId, migrationId, candidateId, runId, stepName, phase, attempt, since } = one;
  return {
    ...{ instanceId, migrationId, candidateId, runId, stepName, phase, attempt, since },
  } satisfies Shape<'InFlight'>;
}
