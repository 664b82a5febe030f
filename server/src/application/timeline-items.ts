import type { LoggedEvent } from '../domain/event.ts';
import type { DeliveryOutcome, DeliverySummary } from './ports/delivery-log.ts';
import { describeDelivery, describeEvent } from './timeline-text.ts';

export type TimelineSource = 'api' | 'engine' | 'worker' | 'git' | 'forge' | 'webhook' | 'person';
export type TimelineOutcome = 'succeeded' | 'failed' | 'waiting' | 'noted';

/** Something that happened, wherever it was written down. */
export interface TimelineItem
  extends Pick<
    LoggedEvent,
    'at' | 'migrationId' | 'candidateId' | 'runId' | 'stepName' | 'phase' | 'attempt' | 'data'
  > {
  /** Unique in the timeline, and the order of what happened in one millisecond. */
  readonly id: string;
  readonly source: TimelineSource;
  /** Of the event, or `delivery.` and its operation. */
  readonly type: string;
  readonly outcome: TimelineOutcome;
  /** One short sentence. */
  readonly text: string;
  readonly durationMs?: number | undefined;
  /** Somewhere else, such as a pull request. */
  readonly link?: string | undefined;
  readonly eventId?: string | undefined;
  readonly deliveryId?: string | undefined;
}

export function itemOfEvent(event: LoggedEvent): TimelineItem {
  const { id, at, type, migrationId, candidateId, runId, stepName, phase, attempt, data } = event;
  const { durationMs, url } = type === 'operation' ? (data ?? {}) : {};
  return {
    ...{ id: `event ${id}`, at, type, source: sourceOfEvent(event), outcome: outcomeOfEvent(event) },
    text: describeEvent(event),
    ...{ migrationId, candidateId, runId, stepName, phase, attempt, eventId: id, data },
    ...(typeof durationMs === 'number' ? { durationMs } : {}),
    ...(typeof url === 'string' && /^https?:\/\//i.test(url) ? { link: url } : {}),
  };
}

export function itemOfDelivery(delivery: DeliverySummary): TimelineItem {
  const { id, at, durationMs, operation, direction, outcome } = delivery;
  const { migrationId, candidateId, runId, stepName, phase, attempt } = delivery;
  const { url, status, problem, detail, workerApp, instanceId, traceId } = delivery;
  return {
    ...{ id: `delivery ${id}`, at, type: `delivery.${operation}`, outcome: DELIVERY_OUTCOMES[outcome] },
    source: direction === 'in' ? 'worker' : stepName === undefined ? 'api' : 'engine',
    text: describeDelivery(delivery),
    ...{ migrationId, candidateId, runId, stepName, phase, attempt, durationMs, deliveryId: id },
    data: { direction, outcome, url, status, problem, detail, workerApp, instanceId, traceId },
  };
}

const DELIVERY_OUTCOMES: Readonly<Record<DeliveryOutcome, TimelineOutcome>> = {
  accepted: 'succeeded',
  done: 'succeeded',
  duplicate: 'noted',
  superseded: 'noted',
  busy: 'waiting',
  refused: 'failed',
  failed: 'failed',
  unreachable: 'failed',
};

/** Workers call their operations `git.push`, `forge.pull_request.create`, `webhook.received`. */
const OPERATION_SOURCES: readonly TimelineSource[] = ['git', 'forge', 'webhook'];

function sourceOfEvent({ type, actor, data }: LoggedEvent): TimelineSource {
  if (type === 'operation') {
    const area = String(data?.['kind']).split('.')[0];
    return OPERATION_SOURCES.find((source) => source === area) ?? 'worker';
  }
  switch (actor.kind) {
    case 'person':
      return 'person';
    case 'worker':
      return 'worker';
    case 'system':
      return 'engine';
    case 'token':
    case 'rollout':
      return 'api';
    default:
      return actor.kind satisfies never;
  }
}

const EVENT_OUTCOMES: Readonly<Record<string, TimelineOutcome>> = {
  'step.succeeded': 'succeeded',
  'step.merged': 'succeeded',
  'step.failed': 'failed',
  'step.timed_out': 'failed',
  'step.reminded': 'waiting',
  'review.approved': 'succeeded',
  'review.requested': 'waiting',
  'review.reminded': 'waiting',
  'review.escalated': 'waiting',
  'run.completed': 'succeeded',
  'run.rolled_back': 'succeeded',
  'run.start_failed': 'failed',
  'run.lost': 'failed',
  'run.pause_requested': 'waiting',
};

function outcomeOfEvent({ type, data }: LoggedEvent): TimelineOutcome {
  if (type === 'operation') return data?.['result'] === 'failed' ? 'failed' : 'succeeded';
  return EVENT_OUTCOMES[type] ?? 'noted';
}
