import { oneOfParam, type SearchRecord, textParam } from '../../shared/search-params.ts';

export const deliveryFilters = [
  'outcome',
  'operation',
  'direction',
  'workerApp',
  'migrationId',
  'candidateId',
  'run',
  'traceId',
] as const;
export type DeliveryFilter = (typeof deliveryFilters)[number];

/** Words of the server's; newer servers have more. */
export type DeliveryFilters = { readonly [name in DeliveryFilter]?: string };

export interface DeliverySearch extends DeliveryFilters {
  /** The one that is open. */
  readonly delivery?: string;
  /** The list stays as it is; it follows what comes when left out. */
  readonly live?: 'off';
}

export function parseDeliverySearch(search: SearchRecord): DeliverySearch {
  const found: { -readonly [name in DeliveryFilter | 'delivery']?: string } = {};
  for (const name of [...deliveryFilters, 'delivery'] as const) {
    const value = textParam(search, name);
    if (value !== undefined) found[name] = value;
  }
  const live = oneOfParam(search, 'live', ['off'] as const);
  return { ...found, ...(live !== undefined && { live }) };
}
