import { type SearchRecord, textParam } from '../../shared/search-params.ts';

export const activityFilters = ['migrationId', 'candidateId', 'run', 'type', 'actor', 'traceId'] as const;
export type ActivityFilter = (typeof activityFilters)[number];

export type ActivitySearch = { readonly [name in ActivityFilter]?: string };

export function parseActivitySearch(search: SearchRecord): ActivitySearch {
  const found: { [name in ActivityFilter]?: string } = {};
  for (const name of activityFilters) {
    const value = textParam(search, name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}
