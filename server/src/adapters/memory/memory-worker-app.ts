import type { RunRef } from '../../application/ports/refs.ts';
import type {
  AcceptedAttempt,
  InstanceState,
  WorkerInstance,
  WorkerInstanceView,
} from '../../application/ports/worker-directory.ts';
import type { Pause } from '../../domain/migration.ts';
import type { Finding } from '../../domain/problem.ts';

export interface Instance {
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
  readonly findings: Map<string, readonly Finding[]>;
  drain?: { readonly held: Pause; readonly fromMs: number } | undefined;
}
export interface Breaker {
  readonly faults: number[];
  /** Since the breaker is open. */
  probedAt?: number;
}
export interface Accepted {
  readonly attempt: AcceptedAttempt;
  readonly heartbeats: number;
  readonly at: number;
  readonly quickDeliveries: number;
  takenAt?: number;
}
export interface App {
  readonly instances: Map<string, Instance>;
  readonly breakers: Map<string, Breaker>;
  readonly parked: Map<string, RunRef>;
  /** Taken, and not known to have been woken. */
  readonly woken: Map<string, { readonly run: RunRef; readonly at: number }>;
  readonly accepted: Map<string, Accepted>;
  /** By URL. */
  readonly dials: Map<
    string,
    { latencyMs?: number; lastError?: { readonly at: string; readonly message: string } }
  >;
  wokenAt: number;
  picks: number;
}

/** A dial takes 3 s at most, and so does not go on for longer after a drain began. */
const DIALS_OVER_MS = 5_000;

export function stateOfInstance(instance: Instance, nowMs: number): InstanceState {
  const { seenAt, leaseMs, isWithdrawn, heartbeats, busy, drain } = instance;
  const silentMs = nowMs - seenAt;
  if (silentMs >= leaseMs) return 'dead';
  if (isWithdrawn || drain !== undefined) return 'draining';
  if (silentMs > (leaseMs * 2) / 3) return 'suspect';
  if (heartbeats === 0) return 'starting';
  return busy.size > 0 ? 'busy' : 'ready';
}

export function toInstance(workerApp: string, instance: Instance, nowMs: number): WorkerInstance {
  const { instanceId, workerUrl, seenAt, leaseMs, version, busy, revisions } = instance;
  return {
    ...{ workerApp, instanceId, workerUrl, version, busy: busy.size },
    state: stateOfInstance(instance, nowMs),
    leaseExpiresAt: new Date(seenAt + leaseMs).toISOString(),
    revisions: [...new Set(revisions.values())].sort(),
  };
}

export function viewInstance(
  workerApp: string,
  { accepted, dials }: App,
  instance: Instance,
  nowMs: number,
): WorkerInstanceView {
  const { instanceId, workerUrl, seenAt, drain, findings } = instance;
  const inFlight = [...accepted.values()].filter(({ attempt }) => attempt.instanceId === instanceId);
  const busy = Math.max(instance.busy.size, inFlight.length);
  return {
    ...toInstance(workerApp, instance, nowMs),
    busy,
    lastSeenAt: new Date(seenAt).toISOString(),
    draining: drain?.held,
    isDrained: drain !== undefined && busy === 0 && nowMs - drain.fromMs >= DIALS_OVER_MS,
    latencyMs: dials.get(workerUrl)?.latencyMs,
    lastError: dials.get(workerUrl)?.lastError,
    findings: [...findings]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([migrationId, found]) => found.map((finding) => ({ ...finding, migrationId }))),
  };
}

export function compareOrders(one: readonly number[], other: readonly number[]): number {
  for (const [index, value] of one.entries()) {
    const difference = value - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function parkedKey({ migrationId, candidateId, runId }: RunRef): string {
  return JSON.stringify([migrationId, candidateId, runId]);
}
