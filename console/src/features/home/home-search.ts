import { type SearchRecord, textParam } from '../../shared/search-params.ts';

export interface HomeSearch {
  readonly q?: string;
}

export function parseHomeSearch(search: SearchRecord): HomeSearch {
  const q = textParam(search, 'q');
  return q === undefined ? {} : { q };
}
