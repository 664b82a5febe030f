import type { DeliveryFilter, DeliverySummary } from './ports/delivery-log.ts';

/** What deliveries can be filtered by, in one order. */
export function filterValues(filter: DeliveryFilter): readonly (string | undefined)[] {
  const { direction, operation, outcome, workerApp, migrationId, candidateId, runId, traceId } = filter;
  return [direction, operation, outcome, workerApp, migrationId, candidateId, runId, traceId];
}

export function matchesFilter(summary: DeliverySummary, filter: DeliveryFilter): boolean {
  const own = filterValues(summary);
  return filterValues(filter).every((wanted, index) => wanted === undefined || wanted === own[index]);
}
