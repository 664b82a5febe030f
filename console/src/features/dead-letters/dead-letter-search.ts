import { type SearchRecord, textParam } from '../../shared/search-params.ts';

export const deadLetterFilters = ['migrationId', 'kind'] as const;

export interface DeadLetterSearch {
  readonly migrationId?: string;
  /** A word of the server's; newer servers have more. */
  readonly kind?: string;
  /** The one that is open. */
  readonly letter?: string;
}

export function parseDeadLetterSearch(search: SearchRecord): DeadLetterSearch {
  const found: { -readonly [name in keyof DeadLetterSearch]: string } = {};
  for (const name of [...deadLetterFilters, 'letter'] as const) {
    const value = textParam(search, name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}
