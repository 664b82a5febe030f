import { isDeepStrictEqual } from 'node:util';
import type { CandidatePage, CandidateQuery, LabelValues } from '../../application/ports/candidate-pages.ts';
import type { CandidateStore, Submission } from '../../application/ports/candidate-store.ts';
import type { Clock } from '../../application/ports/system.ts';
import type { CandidateSummary } from '../../domain/candidate.ts';
import { compareLabelValues } from '../../domain/compare-label-values.ts';
import { countDown } from './memory-aggregates.ts';
import { decodeCursor, encodeCursor } from './memory-cursor.ts';
import {
  addEvents,
  type CandidateEntry,
  dropComparison,
  hasOpenRun,
  type MemoryState,
  type MigrationEntry,
  touch,
} from './memory-state.ts';

const MAX_LABEL_VALUES = 500;

export function createMemoryCandidates(state: MemoryState, clock: Clock): CandidateStore {
  return {
    async submitCandidates(submission) {
      const entry = state.migrations.get(submission.migrationId);
      if (entry === undefined) return { kind: 'unknown-migration' };
      const merged = merge(entry, submission);
      if (merged.added > 0) countDown(entry, clock.now().getTime());
      return merged;
    },

    async getCandidate({ migrationId, candidateId }) {
      const entry = state.migrations.get(migrationId);
      const candidate = entry?.candidates.get(candidateId);
      if (entry === undefined || candidate === undefined) return undefined;
      const { files, steps } = candidate.facts;
      const { inputs, version } = candidate;
      return { ...toSummary(entry, candidate), files, steps, inputs, version };
    },

    listCandidates: async (query) => listCandidates(state, query),
    async listCandidatesUnless(version, query) {
      const isUnchanged =
        version !== undefined && state.migrations.get(query.migrationId)?.version === version;
      return isUnchanged ? { kind: 'unchanged' } : listCandidates(state, query);
    },

    async listLabelValues(migrationId) {
      const entry = state.migrations.get(migrationId);
      return entry === undefined ? undefined : countLabels(entry);
    },

    async setInputs({ migrationId, candidateId }, inputs, event, ifInputs) {
      const entry = state.migrations.get(migrationId);
      const candidate = entry?.candidates.get(candidateId);
      if (entry === undefined || candidate === undefined) return 'not-found';
      if (hasOpenRun(entry, candidate)) return 'run-open';
      if (ifInputs !== undefined && JSON.stringify(candidate.inputs) !== JSON.stringify(ifInputs))
        return 'changed';
      candidate.inputs = inputs;
      touch(entry, candidate);
      addEvents(state, [event]);
      return 'stored';
    },
  };
}

function listCandidates(state: MemoryState, query: CandidateQuery): CandidatePage {
  const entry = state.migrations.get(query.migrationId);
  if (entry === undefined) return { kind: 'unknown-migration' };
  for (const [key] of query.labels)
    if (!entry.stored.labelKeys.includes(key) || entry.overflowing.has(key))
      return { kind: 'unknown-filter', key };

  const { limit, cursor, ...asked } = query;
  const filter = { ...asked, runStates: setOf(asked.runStates), who: setOf(asked.who) };
  const last = cursor === undefined ? undefined : decodeCursor<SortKey>(cursor, filter);
  if (cursor !== undefined && last === undefined) return { kind: 'cursor-mismatch' };
  const direction = query.sort.startsWith('-') ? -1 : 1;
  const compare = (one: SortKey, other: SortKey) => direction * compareKeys(one, other);
  const matching = [...entry.candidates.values()]
    .filter((candidate) => matches(candidate, query))
    .map((candidate) => ({ candidate, key: keyOf(candidate, query.sort) }))
    .sort((one, other) => compare(one.key, other.key));
  const rest = last === undefined ? matching : matching.filter(({ key }) => compare(key, last) > 0);
  const page = rest.slice(0, limit);
  return {
    kind: 'page',
    items: page.map(({ candidate }) => toSummary(entry, candidate)),
    nextCursor: rest.length > limit ? encodeCursor(filter, page.at(-1)?.key) : undefined,
    total: matching.length,
    version: entry.version,
  };
}

function merge(entry: MigrationEntry, submission: Submission) {
  const { discoveryId, candidates, final, at } = submission;
  entry.submissions += 1;
  let discovery = entry.discoveries.get(discoveryId);
  if (discovery === undefined || (discovery.ended && !final)) {
    discovery = { from: entry.submissions, ended: false, seen: new Set() };
    entry.discoveries.set(discoveryId, discovery);
  }
  const counts = { added: 0, updated: 0, unchanged: 0, gone: 0 };
  for (const facts of candidates) {
    counts[mergeOne(entry, facts, at)] += 1;
    discovery.seen.add(facts.id);
  }
  if (final) {
    discovery.ended = true;
    for (const [id, candidate] of entry.candidates) {
      if (candidate.goneAt !== undefined || discovery.seen.has(id)) continue;
      // Another discovery saw it since this one began.
      if (candidate.seenIn >= discovery.from) continue;
      candidate.goneAt = at;
      candidate.version += 1;
      counts.gone += 1;
    }
  }
  findOverflowing(entry);
  touch(entry);
  return { kind: 'merged' as const, ...counts, overflowingLabelKeys: [...entry.overflowing].sort() };
}

function mergeOne(entry: MigrationEntry, facts: CandidateEntry['facts'], at: string) {
  const known = entry.candidates.get(facts.id);
  const seenIn = entry.submissions;
  if (known === undefined) {
    if (entry.comparison.awaited.delete(facts.id)) dropComparison(entry);
    entry.candidates.set(facts.id, {
      ...{ ord: entry.candidates.size, facts, progress: { status: 'not_started' }, inputs: {} },
      ...{ lastSeen: at, seenIn, version: 1, runIds: [] },
    });
    return 'added';
  }
  const isSame = known.goneAt === undefined && isDeepStrictEqual(known.facts, facts);
  Object.assign(known, { facts, lastSeen: at, seenIn, goneAt: undefined, version: known.version + 1 });
  return isSame ? 'unchanged' : 'updated';
}

/** Marks label keys with too many values; they stay marked. */
export function findOverflowing(entry: MigrationEntry): void {
  for (const key of entry.stored.labelKeys) {
    const values = new Set([...entry.candidates.values()].map(({ facts }) => facts.labels[key]));
    values.delete(undefined);
    if (values.size > MAX_LABEL_VALUES) entry.overflowing.add(key);
  }
}

function countLabels(entry: MigrationEntry): LabelValues[] {
  return entry.stored.labelKeys.toSorted().map((key) => {
    const isFilterable = !entry.overflowing.has(key);
    const counts = new Map<string, number>();
    for (const { facts } of isFilterable ? entry.candidates.values() : []) {
      const value = Object.hasOwn(facts.labels, key) ? facts.labels[key] : undefined;
      if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const values = [...counts].map(([value, count]) => ({ value, count }));
    return { key, isFilterable, values: values.sort(compareLabelValues) };
  });
}

function toSummary(entry: MigrationEntry, candidate: CandidateEntry): CandidateSummary {
  const { facts, progress, lastSeen, goneAt, runSteps } = candidate;
  const { id, kind, labels, metadata, steps } = facts;
  const isOfRun = progress.runState !== undefined || progress.status !== 'not_started';
  const stepCount = (isOfRun ? runSteps : undefined) ?? steps?.length ?? entry.stored.steps.length;
  return { id, kind, labels, metadata, ...progress, stepCount, lastSeen, goneAt };
}

function matches({ facts, progress, goneAt, failure }: CandidateEntry, query: CandidateQuery): boolean {
  const part = query.q?.toLowerCase() ?? '';
  const texts = [facts.id, ...Object.values(facts.labels)];
  return (
    (query.status === undefined || progress.status === query.status) &&
    isOneOf(progress.runState, query.runStates) &&
    isOneOf(progress.who, query.who) &&
    (query.failure === undefined ||
      (query.failure === 'any' ? failure !== undefined : failure === query.failure)) &&
    (query.gone === undefined || (goneAt !== undefined) === query.gone) &&
    query.labels.every(([key, value]) => Object.hasOwn(facts.labels, key) && facts.labels[key] === value) &&
    texts.some((text) => text.toLowerCase().includes(part))
  );
}

/** In one order whatever the caller's, so that a cursor fits. */
function setOf(names: readonly string[] = []): readonly string[] {
  return [...new Set(names)].sort();
}

function isOneOf<Value>(value: Value | undefined, wanted: readonly Value[] = []): boolean {
  return wanted.length === 0 || (value !== undefined && wanted.includes(value));
}

/** Time and ord, or id. */
type SortKey = readonly [ms: number, ord: number] | readonly [id: string];

function keyOf({ facts, progress, ord }: CandidateEntry, sort: CandidateQuery['sort']): SortKey {
  if (sort.endsWith('id')) return [facts.id];
  return [progress.since === undefined ? 0 : Date.parse(progress.since), ord];
}

/** Ids by their bytes, as Redis does. */
function compareKeys(one: SortKey, other: SortKey): number {
  if (typeof one[0] === 'string') return Buffer.compare(Buffer.from(one[0]), Buffer.from(String(other[0])));
  return one[0] - Number(other[0]) || Number(one[1]) - Number(other[1]);
}
