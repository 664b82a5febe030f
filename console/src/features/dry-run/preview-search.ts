import { oneOfParam, type SearchRecord, textParam } from '../../shared/search-params.ts';

export const layouts = ['split', 'unified'] as const;
export type DiffLayout = (typeof layouts)[number];

export interface PreviewSearch {
  /** A dry run that was made; it is kept for 7 days, so the page can be shared. */
  readonly dryRun?: string;
  readonly diff?: DiffLayout;
}

export function parsePreviewSearch(search: SearchRecord): PreviewSearch {
  const dryRun = textParam(search, 'dryRun');
  const diff = oneOfParam(search, 'diff', layouts);
  return { ...(dryRun !== undefined && { dryRun }), ...(diff !== undefined && { diff }) };
}
