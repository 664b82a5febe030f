import { filterValues, matchesFilter } from '../../application/match-delivery.ts';
import type { Delivery, DeliveryLog } from '../../application/ports/delivery-log.ts';
import { decodeCursor, encodeCursor } from './memory-cursor.ts';

export function createMemoryDeliveryLog(): DeliveryLog {
  const kept: Delivery[] = [];
  return {
    append: async (deliveries) => void kept.push(...deliveries),
    async list({ limit, cursor, after, ...filter }) {
      const wanted = filterValues(filter).map((value) => value ?? null);
      const before = cursor === undefined ? kept.length : decodeCursor<number>(cursor, wanted);
      const from = after === undefined ? -1 : kept.findIndex(({ id }) => id === after);
      if (before === undefined || (after !== undefined && from < 0)) return { kind: 'cursor-mismatch' };
      const found = kept
        .map((delivery, place) => ({ place, delivery }))
        .slice(from + 1, before)
        .filter(({ delivery }) => matchesFilter(delivery, filter))
        .reverse();
      const page = after === undefined ? found.slice(0, limit) : found.slice(-limit);
      const hasMore = after === undefined && found.length > limit;
      return {
        kind: 'page',
        items: page.map(({ delivery: { request: _, answer: __, ...summary } }) => summary),
        nextCursor: hasMore ? encodeCursor(wanted, page.at(-1)?.place) : undefined,
      };
    },
    get: async (id) => kept.find((delivery) => delivery.id === id),
  };
}
