import { oneOfParam, type SearchRecord, textParam } from '../../shared/search-params.ts';
import { type MigrationFilter, migrationFilters } from './migration-filters.ts';

/** What the list of migrations is narrowed to; all of it stands in the URL. */
export interface HomeSearch {
  readonly q?: string;
  readonly is?: MigrationFilter;
}

export function parseHomeSearch(search: SearchRecord): HomeSearch {
  const q = textParam(search, 'q');
  const is = oneOfParam(search, 'is', migrationFilters);
  return { ...(q !== undefined && { q }), ...(is !== undefined && { is }) };
}
