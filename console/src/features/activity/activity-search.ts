import { oneOfParam, type SearchRecord, textParam } from '../../shared/search-params.ts';

export const activityFilters = ['migrationId', 'candidateId', 'run', 'type', 'actor', 'traceId'] as const;
export type ActivityFilter = (typeof activityFilters)[number];

export type ActivityFilters = { readonly [name in ActivityFilter]?: string };

export interface ActivitySearch extends ActivityFilters {
  /** The list stays as it is; it follows what happens when left out. */
  readonly live?: 'off';
}

export function parseActivitySearch(search: SearchRecord): ActivitySearch {
  const found: { [name in ActivityFilter]?: string } = {};
  for (const name of activityFilters) {
    const value = textParam(search, name);
    if (value !== undefined) found[name] = value;
  }
  const live = oneOfParam(search, 'live', ['off'] as const);
  return { ...found, ...(live !== undefined && { live }) };
}

/** Where the events that match come from as CSV, below the API base. */
export function csvOfEvents(filters: ActivityFilters): string {
  const query = new URLSearchParams(Object.entries(filters));
  return query.size === 0 ? '/events.csv' : `/events.csv?${query}`;
}
