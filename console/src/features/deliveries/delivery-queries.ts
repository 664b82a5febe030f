import type { operations } from '@loom/api';
import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../shared/api-client.ts';
import type { Delivery, DeliverySummary, TestCallback } from '../../shared/contract.ts';
import { bodyOf, readAgain, readKept } from '../../shared/kept-read.ts';
import type { Target } from '../../shared/run-actions.ts';
import type { ReadTail } from '../../shared/tail.ts';
import type { DeliveryFilters } from './delivery-search.ts';

type Query = NonNullable<operations['listDeliveries']['parameters']['query']>;

export const deliveriesPerPage = 50;

export function deliveriesReader(filters: DeliveryFilters) {
  return (signal: AbortSignal): ReadTail<DeliverySummary> =>
    (place, previous) =>
      readKept(previous, (header) =>
        api.GET('/deliveries', {
          // Which words there are is for the server to say.
          params: { query: { ...filters, ...place, limit: deliveriesPerPage } as Query, header },
          signal,
        }),
      );
}

export function deliveryQuery(deliveryId: string) {
  return queryOptions({
    queryKey: ['getDelivery', deliveryId],
    queryFn: ({ signal, ...context }) =>
      readAgain<Delivery>(context, (header) =>
        api.GET('/deliveries/{deliveryId}', { params: { path: { deliveryId }, header }, signal }),
      ),
    select: bodyOf<Delivery>,
  });
}

export async function replayDelivery(deliveryId: string, key: string) {
  const params = { path: { deliveryId }, header: { 'Idempotency-Key': key } };
  return (await answerOf(api.POST('/deliveries/{deliveryId}/replay', { params }))).body;
}

export interface TestCallbackInput extends Target {
  readonly callback: TestCallback;
}

export async function sendTestCallback({ callback, ...target }: TestCallbackInput, key: string) {
  const call = api.POST('/migrations/{migrationId}/candidates/{candidateId}/test-callback', {
    params: { path: target, header: { 'Idempotency-Key': key } },
    body: callback,
  });
  return (await answerOf(call)).body;
}
