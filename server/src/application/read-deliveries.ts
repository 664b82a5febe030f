import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import type { Delivery, DeliveryLog, DeliveryQuery, DeliverySummary } from './ports/delivery-log.ts';
import type { Page } from './ports/refs.ts';
import { CURSOR_DETAIL } from './read-candidates.ts';

interface ReadDeliveriesDeps {
  readonly deliveries: DeliveryLog;
}

export const listDeliveries =
  ({ deliveries }: ReadDeliveriesDeps) =>
  async (query: DeliveryQuery): Promise<Outcome<Page<DeliverySummary>>> => {
    const page = await deliveries.list(query);
    return page.kind === 'page' ? succeed(page) : refuse('cursor-mismatch', CURSOR_DETAIL);
  };

export const getDelivery =
  ({ deliveries }: ReadDeliveriesDeps) =>
  async (id: string): Promise<Outcome<Delivery>> => {
    const delivery = await deliveries.get(id);
    return delivery === undefined
      ? refuse('not-found', 'There is no such delivery; they are kept for 7 days, and only the newest.')
      : succeed(delivery);
  };
