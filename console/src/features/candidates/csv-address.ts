import { apiBase } from '../../shared/api-client.ts';
import { type CandidateFilters, queryOfFilters } from './candidate-filters.ts';

/** Where the candidates that match come from as CSV. */
export function csvAddress(migrationId: string, filters: CandidateFilters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(queryOfFilters(filters))) {
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  const text = query.size === 0 ? '' : `?${query}`;
  return `${apiBase}/migrations/${encodeURIComponent(migrationId)}/candidates.csv${text}`;
}
