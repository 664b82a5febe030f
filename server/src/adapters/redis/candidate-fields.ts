import type { Candidate, CandidateFacts, CandidateSummary } from '../../domain/candidate.ts';
import type { Inputs } from '../../domain/inputs.ts';
import type { HeldBy } from '../../domain/run-projection.ts';
import type { CandidateStatus, RunState, WhoActs } from '../../domain/run-state.ts';
import { fromStoredJson } from './stored-json.ts';

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

/** Labels as the scripts read them: JSON strings, which have no control characters, each with NUL behind it. */
export function packLabels(labels: Readonly<Record<string, string>>): string {
  return sortedEntries(labels)
    .map(([key, value]) => `${JSON.stringify(key)}\0${JSON.stringify(value)}\0`)
    .join('');
}

function sortedEntries(labels: Readonly<Record<string, string>>): readonly [string, string][] {
  return Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1));
}

export function unpackLabels(packed: string): Readonly<Record<string, string>> {
  // One text to parse, which costs a third of a text for each key and value.
  const parts = JSON.parse(`[${packed.slice(0, -1).replaceAll('\0', ',')}]`) as string[];
  const labels: [string, string][] = [];
  for (let index = 0; index + 1 < parts.length; index += 2)
    labels.push([parts[index] as string, parts[index + 1] as string]);
  return Object.fromEntries(labels);
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
function countSteps(fields: ReadonlyMap<string, string>, definedSteps: number): number {
  const isOfRun = fields.has('runState') || fields.get('status') !== 'not_started';
  return (
    (isOfRun ? numberOf(fields.get('runSteps')) : undefined) ??
    numberOf(fields.get('ownSteps')) ??
    definedSteps
  );
}

function toHeldBy(json: string | undefined): HeldBy | undefined {
  return json === undefined ? undefined : (JSON.parse(json) as HeldBy);
}

export function toSummary(
  fields: ReadonlyMap<string, string>,
  facts: string,
  definedSteps: number,
): CandidateSummary {
  const [labels = '', metadata = ''] = facts.split('\u0001');
  return {
    id: fields.get('id') ?? '',
    kind: fields.get('kind') ?? '',
    labels: unpackLabels(labels),
    metadata: fromStoredJson(metadata),
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
    pauseRequested: fields.has('pauseRequested') ? fields.get('pauseRequested') === 'true' : undefined,
    heldBy: toHeldBy(fields.get('heldBy')),
    prUrl: fields.get('prUrl'),
    goneAt: fields.get('goneAt'),
    lastSeen: fields.get('lastSeen') ?? '',
  };
}

export function toCandidate(
  fields: ReadonlyMap<string, string>,
  facts: string,
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
