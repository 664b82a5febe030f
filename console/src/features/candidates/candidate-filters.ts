import type { CandidateStatus, RunState, WhoActs } from '../../shared/contract.ts';
import {
  oneOfParam,
  type SearchRecord,
  someOfParam,
  textParam,
  textParams,
} from '../../shared/search-params.ts';
import { runStateLook, runStates, statuses, statusLook, whoWords } from '../../shared/state-look.ts';

export const sorts = ['id', '-id', 'since', '-since'] as const;
/** Whom a run can wait for; that it waits for nobody is no filter that anybody needs. */
export const waitedFor = ['reviewer', 'operator', 'worker'] as const satisfies readonly WhoActs[];
export type CandidateSort = (typeof sorts)[number];

/** What the list of candidates is narrowed to and how it is sorted; all of it stands in the URL. */
export interface CandidateFilters {
  readonly status?: CandidateStatus;
  /** One of these. */
  readonly runState?: readonly RunState[];
  /** Who must act: one of these. */
  readonly who?: readonly WhoActs[];
  /** `key=value`, all of which must hold. */
  readonly label?: readonly string[];
  readonly q?: string;
  /** Fingerprint of what its run waits for a person with, or `any`. */
  readonly failure?: string;
  readonly gone?: 'true' | 'false';
  readonly sort?: CandidateSort;
}

/** As the contract has it. */
const fingerprint = /^(?:any|[a-z0-9][a-z0-9-]{0,62}\.[0-9a-f]{16})$/u;

export function parseCandidateFilters(search: SearchRecord): CandidateFilters {
  const status = oneOfParam(search, 'status', statuses);
  const runState = someOfParam(search, 'runState', runStates);
  const who = someOfParam(search, 'who', waitedFor);
  const label = textParams(search, 'label').filter((entry) => /^[^=]+=/.test(entry));
  const q = textParam(search, 'q');
  const gone = oneOfParam(search, 'gone', ['true', 'false'] as const);
  const failure = textParam(search, 'failure');
  const sort = oneOfParam(search, 'sort', sorts);
  return {
    ...(status !== undefined && { status }),
    ...(runState.length > 0 && { runState }),
    ...(who.length > 0 && { who }),
    ...(label.length > 0 && { label }),
    ...(q !== undefined && { q }),
    ...(failure !== undefined && fingerprint.test(failure) && { failure }),
    ...(gone !== undefined && { gone }),
    ...(sort !== undefined && sort !== 'id' && { sort }),
  };
}

/** The filters as the operation takes them. */
export function queryOfFilters({ label, runState, who, gone, ...rest }: CandidateFilters) {
  return {
    ...rest,
    ...(runState !== undefined && { runState: [...runState] }),
    ...(who !== undefined && { who: [...who] }),
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
  const { status, runState = [], who = [], label = [], q, failure, gone } = filters;
  if (status !== undefined) {
    active.push({ phrase: `Status is ${statusLook[status].word}`, without: omit(filters, 'status') });
  }
  if (runState.length > 0) {
    const phrase = `Run state is ${anyOf(runState.map((state) => runStateLook[state].word))}`;
    active.push({ phrase, without: omit(filters, 'runState') });
  }
  if (who.length > 0) {
    const phrase = `Waiting on ${anyOf(who.map((one) => whoWords[one]))}`;
    active.push({ phrase, without: omit(filters, 'who') });
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
  if (failure !== undefined)
    active.push({ phrase: failurePhrase(failure), without: omit(filters, 'failure') });
  if (gone !== undefined) {
    const phrase = gone === 'true' ? 'Not seen by the last discovery' : 'Seen by the last discovery';
    active.push({ phrase, without: omit(filters, 'gone') });
  }
  return active;
}

function failurePhrase(failure: string): string {
  if (failure === 'any') return 'Waits for a person after a failure';
  return `Fails at ${failure.slice(0, failure.lastIndexOf('.'))} in the same way`;
}

const eitherOr = new Intl.ListFormat('en', { type: 'disjunction' });

function anyOf(words: readonly string[]): string {
  return eitherOr.format(words);
}

/** Takes a value into a filter that is one of several, or out of it. */
export function toggled<Value>(values: readonly Value[] = [], value: Value): readonly Value[] {
  return values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
}

/** Narrowed to a run state more, or to one less; a status would say the same or nothing. */
export function withRunState(filters: CandidateFilters, state: RunState): CandidateFilters {
  const runState = toggled(filters.runState, state);
  const rest = omit(omit(filters, 'runState'), 'status');
  return runState.length === 0 ? rest : { ...rest, runState };
}

export function withWho(filters: CandidateFilters, one: WhoActs): CandidateFilters {
  const who = toggled(filters.who, one);
  return who.length === 0 ? omit(filters, 'who') : { ...filters, who };
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
