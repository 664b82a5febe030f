import { oneOfParam, type SearchRecord, textParam } from '../../shared/search-params.ts';

export const activityFilters = [
  'migrationId',
  'candidateId',
  'run',
  'type',
  'actor',
  'traceId',
  'q',
  'since',
  'until',
] as const;
export type ActivityFilter = (typeof activityFilters)[number];

export type ActivityFilters = { readonly [name in ActivityFilter]?: string };

export interface ActivitySearch extends ActivityFilters {
  /** The list stays as it is; it follows what happens when left out. */
  readonly live?: 'off';
}

/** As the contract has it: UTC with milliseconds. */
const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const longestText = 200;

export function parseActivitySearch(search: SearchRecord): ActivitySearch {
  const found: { [name in ActivityFilter]?: string } = {};
  for (const name of activityFilters) {
    const value = textParam(search, name);
    if (value !== undefined && isOfItsForm(name, value)) found[name] = value;
  }
  const live = oneOfParam(search, 'live', ['off'] as const);
  return { ...found, ...(live !== undefined && { live }) };
}

function isOfItsForm(name: ActivityFilter, value: string): boolean {
  if (name === 'since' || name === 'until') return time.test(value) && !Number.isNaN(Date.parse(value));
  return name !== 'q' || value.length <= longestText;
}

/** Where the events that match come from as CSV, below the API base. */
export function csvOfEvents(filters: ActivityFilters): string {
  const query = new URLSearchParams(Object.entries(filters));
  return query.size === 0 ? '/events.csv' : `/events.csv?${query}`;
}
