import type { Candidate, CandidateFacts, CandidateSummary } from '../../domain/candidate.ts';
import type { Inputs } from '../../domain/inputs.ts';
import type { HeldBy } from '../../domain/run-projection.ts';
import type { CandidateStatus, RunState, WhoActs } from '../../domain/run-state.ts';
import { fromStoredJson, valueOfStored } from './stored-json.ts';

/** Fields of a candidate's hash that a row of a list is made of. */
export const SUMMARY_FIELDS = [
  'id',
  'kind',
  'status',
  'runState',
  'runId',
  'step',
  'stepIndex',
  'attempt',
  'since',
  'who',
  'reason',
  'pauseRequested',
  'heldBy',
  'prUrl',
  'lastSeen',
  'goneAt',
  'ownSteps',
  'runSteps',
] as const;

type SummaryField = (typeof SUMMARY_FIELDS)[number];
/** The fields in this order; false for what is not set. */
export type SummaryRow = readonly (string | false)[];

/** Fields of a hash that are set. */
interface SummaryFields {
  get(field: SummaryField): string | undefined;
}

const PLACES = new Map(SUMMARY_FIELDS.map((field, index) => [field, index]));

export function fieldsOfRow(row: SummaryRow): SummaryFields {
  return { get: (field) => row[PLACES.get(field) ?? -1] || undefined };
}

/** Labels as the scripts read them, and JSON: a tab ends each key, a newline each value, and no JSON string has either. */
export function packLabels(labels: Readonly<Record<string, string>>): string {
  const entries = sortedEntries(labels).map(
    ([key, value]) => `${JSON.stringify(key)}\t:${JSON.stringify(value)}\n`,
  );
  return `{${entries.join(',')}}`;
}

function sortedEntries(labels: Readonly<Record<string, string>>): readonly [string, string][] {
  return Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1));
}

export function unpackLabels(packed: string): Readonly<Record<string, string>> {
  return JSON.parse(packed) as Readonly<Record<string, string>>;
}

type Facts = Pick<CandidateFacts, 'labels' | 'metadata'>;

/** As the scripts keep them: items of a JSON array. */
export function unpackFacts(text: string): Facts {
  return toFacts(JSON.parse(`[${text}]`) as PackedFacts);
}

/** Of several rows: one text to parse, which costs a third of a text for each. */
export function unpackFactsOfRows(rows: readonly string[]): readonly Facts[] {
  return (JSON.parse(`[${rows.map((text) => `[${text}]`).join(',')}]`) as PackedFacts[]).map(toFacts);
}

type PackedFacts = readonly [labels: Facts['labels'], metadata: unknown];

function toFacts([labels, metadata]: PackedFacts): Facts {
  return { labels, metadata: valueOfStored(metadata) };
}

const CONTROL = /\p{Cc}/gu;

/** Text as it is searched: case does not matter, control characters mark rows, and only well-formed text is kept. */
export function toSearchText(text: string): string {
  return text
    .toLowerCase()
    .replace(CONTROL, ' ')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Id and label values; a search does not reach across them. */
export function searchTextOf({ id, labels }: Pick<CandidateFacts, 'id' | 'labels'>): string {
  return [id, ...sortedEntries(labels).map(([, value]) => value)].map(toSearchText).join('\u0002');
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text);
}

/** While a run is open, and after it completed, its own steps count; before, those that the next run would have. */
function countSteps(fields: SummaryFields, definedSteps: number): number {
  const isOfRun = fields.get('runState') !== undefined || fields.get('status') !== 'not_started';
  return (
    (isOfRun ? numberOf(fields.get('runSteps')) : undefined) ??
    numberOf(fields.get('ownSteps')) ??
    definedSteps
  );
}

function toHeldBy(json: string | undefined): HeldBy | undefined {
  return json === undefined ? undefined : (JSON.parse(json) as HeldBy);
}

export function toSummary(fields: SummaryFields, facts: Facts, definedSteps: number): CandidateSummary {
  return {
    id: fields.get('id') ?? '',
    kind: fields.get('kind') ?? '',
    ...facts,
    status: fields.get('status') as CandidateStatus,
    runState: fields.get('runState') as RunState | undefined,
    runId: fields.get('runId'),
    step: fields.get('step'),
    stepIndex: numberOf(fields.get('stepIndex')),
    stepCount: countSteps(fields, definedSteps),
    attempt: numberOf(fields.get('attempt')),
    since: fields.get('since'),
    who: fields.get('who') as WhoActs | undefined,
    reason: fields.get('reason'),
    pauseRequested: fields.get('pauseRequested') === 'true' || undefined,
    heldBy: toHeldBy(fields.get('heldBy')),
    prUrl: fields.get('prUrl'),
    goneAt: fields.get('goneAt'),
    lastSeen: fields.get('lastSeen') ?? '',
  };
}

export function toCandidate(
  fields: ReadonlyMap<string, string>,
  facts: Facts,
  body: string,
  definedSteps: number,
): Candidate {
  return {
    ...toSummary(fields, facts, definedSteps),
    ...fromStoredJson<Pick<CandidateFacts, 'files' | 'steps'>>(body),
    inputs: JSON.parse(fields.get('inputs') ?? '{}') as Inputs,
    version: Number(fields.get('ver')),
  };
}
