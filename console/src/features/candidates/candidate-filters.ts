import type { CandidateStatus, RunState } from '../../shared/contract.ts';
import { oneOfParam, type SearchRecord, textParam, textParams } from '../../shared/search-params.ts';
import { runStateLook, runStates, statuses, statusLook } from '../../shared/state-look.ts';

export const sorts = ['id', '-id', 'since', '-since'] as const;
export type CandidateSort = (typeof sorts)[number];

/** What the list of candidates is narrowed to and how it is sorted; all of it stands in the URL. */
export interface CandidateFilters {
  readonly status?: CandidateStatus;
  readonly runState?: RunState;
  /** `key=value`, all of which must hold. */
  readonly label?: readonly string[];
  readonly q?: string;
  readonly gone?: 'true' | 'false';
  readonly sort?: CandidateSort;
}

export function parseCandidateFilters(search: SearchRecord): CandidateFilters {
  const status = oneOfParam(search, 'status', statuses);
  const runState = oneOfParam(search, 'runState', runStates);
  const label = textParams(search, 'label').filter((entry) => /^[^=]+=/.test(entry));
  const q = textParam(search, 'q');
  const gone = oneOfParam(search, 'gone', ['true', 'false'] as const);
  const sort = oneOfParam(search, 'sort', sorts);
  return {
    ...(status !== undefined && { status }),
    ...(runState !== undefined && { runState }),
    ...(label.length > 0 && { label }),
    ...(q !== undefined && { q }),
    ...(gone !== undefined && { gone }),
    ...(sort !== undefined && sort !== 'id' && { sort }),
  };
}

/** The filters as the operation takes them. */
export function queryOfFilters({ label, gone, ...rest }: CandidateFilters) {
  return {
    ...rest,
    ...(label !== undefined && { label: [...label] }),
    ...(gone !== undefined && { gone: gone === 'true' }),
  };
}

export interface ActiveFilter {
  readonly phrase: string;
  readonly without: CandidateFilters;
}

/** Every filter that is on, as a phrase that can be read aloud, with what is left when it is taken off. */
export function activeFilters(filters: CandidateFilters): ActiveFilter[] {
  const active: ActiveFilter[] = [];
  const { status, runState, label = [], q, gone } = filters;
  if (status !== undefined) {
    active.push({ phrase: `Status is ${statusLook[status].word}`, without: omit(filters, 'status') });
  }
  if (runState !== undefined) {
    active.push({
      phrase: `Run state is ${runStateLook[runState].word}`,
      without: omit(filters, 'runState'),
    });
  }
  for (const entry of label) {
    active.push({
      phrase: `Label ${labelPhrase(entry)}`,
      without: withLabels(
        filters,
        label.filter((other) => other !== entry),
      ),
    });
  }
  if (q !== undefined) active.push({ phrase: `Contains “${q}”`, without: omit(filters, 'q') });
  if (gone !== undefined) {
    const phrase = gone === 'true' ? 'Not seen by the last discovery' : 'Seen by the last discovery';
    active.push({ phrase, without: omit(filters, 'gone') });
  }
  return active;
}

function labelPhrase(entry: string): string {
  const { key, value } = splitLabel(entry);
  return `${key} is ${value}`;
}

export function splitLabel(entry: string): { key: string; value: string } {
  const at = entry.indexOf('=');
  return { key: entry.slice(0, at), value: entry.slice(at + 1) };
}

export function withLabel(filters: CandidateFilters, key: string, value: string): CandidateFilters {
  const others = (filters.label ?? []).filter((entry) => splitLabel(entry).key !== key);
  return withLabels(filters, [...others, `${key}=${value}`]);
}

function withLabels(filters: CandidateFilters, label: readonly string[]): CandidateFilters {
  return label.length === 0 ? omit(filters, 'label') : { ...filters, label };
}

export function omit<K extends keyof CandidateFilters>(
  filters: CandidateFilters,
  key: K,
): Omit<CandidateFilters, K> {
  const { [key]: _, ...rest } = filters;
  return rest;
}
