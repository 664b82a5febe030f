import { readPullRequest } from '../domain/pr-url.ts';
import { SLUG } from '../domain/step.ts';
import type { DeliveryLog, DeliverySummary } from './ports/delivery-log.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { CandidateRef, RunRef } from './ports/refs.ts';

export interface ResolveTimelineDeps {
  readonly store: Pick<MigrationStore, 'findRuns' | 'getCandidate'>;
  readonly deliveries: Pick<DeliveryLog, 'get'>;
}

/** What an id that somebody has at hand stands for. */
export interface TimelineSubject {
  readonly kind: 'run' | 'trace' | 'pull-request' | 'delivery' | 'candidate';
  readonly runs: readonly RunRef[];
  /** All of whose runs are meant. */
  readonly candidate?: CandidateRef | undefined;
  readonly delivery?: DeliverySummary | undefined;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TRACE_ID = /^[0-9a-f]{32}$/i;

/** A run, a delivery, a trace, a pull request or a candidate; undefined when it is none that is known. */
export async function resolveTimeline(
  deps: ResolveTimelineDeps,
  text: string,
): Promise<TimelineSubject | undefined> {
  if (UUID.test(text)) return resolveUuid(deps, text.toLowerCase());
  // A trace that started no run may still have deliveries and events.
  if (TRACE_ID.test(text)) {
    const traceId = text.toLowerCase();
    return { kind: 'trace', runs: await deps.store.findRuns({ kind: 'trace', traceId }) };
  }
  const pullRequest = readPullRequest(text);
  if (pullRequest !== undefined) {
    const runs = await deps.store.findRuns({ kind: 'pull-request', ...pullRequest });
    if (runs.length > 0) return { kind: 'pull-request', runs };
  }
  return resolveCandidate(deps, text);
}

async function resolveUuid(
  { store, deliveries }: ResolveTimelineDeps,
  id: string,
): Promise<TimelineSubject | undefined> {
  const runs = await store.findRuns({ kind: 'run', runId: id });
  if (runs.length > 0) return { kind: 'run', runs };
  const delivery = await deliveries.get(id);
  if (delivery === undefined) return undefined;
  const { runId, isVerified } = delivery;
  const ofRun = runId === undefined || !isVerified ? [] : await store.findRuns({ kind: 'run', runId });
  return { kind: 'delivery', runs: ofRun, delivery };
}

/** `migration/candidate`; what candidates are called may hold slashes. */
async function resolveCandidate(
  { store }: ResolveTimelineDeps,
  text: string,
): Promise<TimelineSubject | undefined> {
  const at = text.indexOf('/');
  const candidate = { migrationId: text.slice(0, Math.max(0, at)), candidateId: text.slice(at + 1) };
  if (at < 1 || !SLUG.test(candidate.migrationId) || candidate.candidateId === '') return undefined;
  const found = await store.getCandidate(candidate);
  return found === undefined ? undefined : { kind: 'candidate', runs: [], candidate };
}
