import { oneOfParam, type SearchRecord, textParam } from '../../shared/search-params.ts';
import type { Resolution } from './aggregate-queries.ts';

export const migrationTabs = ['progress', 'overview', 'revisions'] as const;
export type MigrationTab = (typeof migrationTabs)[number];

/** Which view of a migration is shown, and what of it; the candidates have filters of their own. */
export interface MigrationViewSearch {
  readonly tab?: MigrationTab;
  readonly by?: Resolution;
  /** The revisions that are compared. */
  readonly from?: string;
  readonly to?: string;
}

const revision = /^[0-9a-zA-Z-]{1,64}$/u;

function revisionParam(search: SearchRecord, name: string): string | undefined {
  const value = textParam(search, name);
  return value !== undefined && revision.test(value) ? value : undefined;
}

/** Nothing for the candidates. */
export function parseMigrationViewSearch(search: SearchRecord): MigrationViewSearch | undefined {
  const tab = oneOfParam(search, 'tab', migrationTabs);
  if (tab === undefined) return undefined;
  const by = tab === 'progress' ? oneOfParam(search, 'by', ['hour', 'day'] as const) : undefined;
  const [from, to] = ['from', 'to'].map((name) =>
    tab === 'revisions' ? revisionParam(search, name) : undefined,
  );
  return {
    tab,
    ...(by !== undefined && { by }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}
