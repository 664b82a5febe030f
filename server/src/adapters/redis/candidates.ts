import { createHash } from 'node:crypto';
import type { CandidatePage, CandidateQuery } from '../../application/ports/candidate-pages.ts';
import type { CandidateStore } from '../../application/ports/candidate-store.ts';
import type { Clock } from '../../application/ports/system.ts';
import type { CandidateFacts } from '../../domain/candidate.ts';
import {
  fieldsOfRow,
  packLabels,
  type SummaryRow,
  searchTextOf,
  toCandidate,
  toSearchText,
  toSummary,
  unpackFacts,
  unpackFactsOfRows,
} from './candidate-fields.ts';
import { decodeCursor, encodeCursor, hashFilter } from './cursor.ts';
import { eventListArguments } from './event-arguments.ts';
import { facets, type RedisKeys } from './keys.ts';
import { listLabelValues } from './label-values.ts';
import { setInputsScript } from './scripts/claim-run.lua.ts';
import { pageCandidatesScript } from './scripts/page-candidates.lua.ts';
import { readCandidateScript } from './scripts/read-runs.lua.ts';
import { submitCandidatesScript } from './scripts/submit-candidates.lua.ts';
import { createSearchTexts, type SearchTexts } from './search-texts.ts';
import {
  type Argument,
  fieldsOf,
  listOf,
  type Reply,
  type StoreClient,
  textOf,
  textsOf,
} from './store-client.ts';
import { toStoredJson } from './stored-json.ts';

export function createCandidates(
  client: StoreClient,
  keys: RedisKeys,
  clock: Clock | undefined,
): CandidateStore {
  const parts: PageParts = { client, keys, searchTexts: createSearchTexts(client, keys) };
  return {
    async submitCandidates({ migrationId, discoveryId, candidates, final, at }) {
      const reply = await client.run(
        submitCandidatesScript,
        [keys.definition(migrationId)],
        [
          ...[
            at,
            clock?.now().getTime() ?? '',
            discoveryId,
            final ? 1 : 0,
            candidates.length,
            ...candidates.map(({ id }) => id),
          ],
          ...candidates.flatMap(factArguments),
        ],
      );
      if (reply === null) return { kind: 'unknown-migration' };
      const [added, updated, unchanged, gone, ...overflowing] = listOf(reply);
      return {
        kind: 'merged',
        added: Number(added),
        updated: Number(updated),
        unchanged: Number(unchanged),
        gone: Number(gone),
        overflowingLabelKeys: overflowing.map((key) => JSON.parse(textOf(key) ?? '') as string).sort(),
      };
    },

    async getCandidate({ migrationId, candidateId }) {
      const reply = await client.run(readCandidateScript, [keys.definition(migrationId)], [candidateId]);
      if (reply === null) return undefined;
      const [definedSteps, facts, body, fields] = listOf(reply);
      const unpacked = unpackFacts(textOf(facts) ?? '');
      return toCandidate(fieldsOf(fields), unpacked, textOf(body) ?? '', Number(definedSteps));
    },

    listCandidates: (query) => listCandidates(parts, query),
    async listCandidatesUnless(version, query) {
      if (version === undefined) return listCandidates(parts, query);
      // A search goes through the texts before the script could look.
      const isSearch = toSearchText(query.q ?? '') !== '';
      if (isSearch && (await readVersion(client, keys, query.migrationId)) === version)
        return { kind: 'unchanged' };
      return listCandidates(parts, query, version);
    },
    listLabelValues: (migrationId) => listLabelValues(client, keys, migrationId),

    async setInputs({ migrationId, candidateId }, inputs, event, ifInputs) {
      const outcome = await client.run(
        setInputsScript,
        [keys.definition(migrationId)],
        [
          candidateId,
          ...[inputs, ifInputs].map((one) => JSON.stringify(one) ?? ''),
          ...eventListArguments([event]),
        ],
      );
      return outcome as 'stored' | 'changed' | 'run-open' | 'not-found';
    },
  };
}

function factArguments(facts: CandidateFacts): readonly Argument[] {
  const { kind, labels, metadata, files, steps } = facts;
  const packed = packLabels(labels);
  const metadataJson = toStoredJson(metadata);
  const body = toStoredJson({ files, steps });
  const fingerprint = createHash('sha256')
    .update([kind, packed, metadataJson, body].map((part) => JSON.stringify(part)).join())
    .digest('base64url');
  return [kind, packed, metadataJson, body, fingerprint, steps?.length ?? '', searchTextOf(facts)];
}

interface PageParts {
  readonly client: StoreClient;
  readonly keys: RedisKeys;
  readonly searchTexts: SearchTexts;
}

function listCandidates(parts: PageParts, query: CandidateQuery): Promise<CandidatePage>;
function listCandidates(
  parts: PageParts,
  query: CandidateQuery,
  unlessVersion: number,
): Promise<CandidatePage | { readonly kind: 'unchanged' }>;
async function listCandidates(
  { client, keys, searchTexts }: PageParts,
  query: CandidateQuery,
  unlessVersion?: number,
): Promise<CandidatePage | { readonly kind: 'unchanged' }> {
  const { migrationId, status, runStates = [], who = [], failure, gone, limit } = query;
  const part = toSearchText(query.q ?? '');
  const sort = query.sort.endsWith('since') ? 'since' : 'id';
  const labels = query.labels.map(([key, value]) => [JSON.stringify(key), JSON.stringify(value)] as const);
  const wanted = [
    ...(status === undefined ? [] : [[facets.status(status)]]),
    ...(runStates.length === 0 ? [] : [anyOf(runStates.map(facets.runState))]),
    ...(who.length === 0 ? [] : [anyOf(who.map(facets.who))]),
    ...(failure === undefined ? [] : [[failure === 'any' ? facets.failing : facets.failure(failure)]]),
    ...(gone === undefined ? [] : [[gone ? facets.gone : facets.seen]]),
    ...labels.map(([key, value]) => [facets.label(key, value)]),
  ];
  const filterHash = hashFilter([
    migrationId,
    query.sort,
    wanted.map((group) => group.join('\0')).sort(),
    part,
  ]);
  let last: readonly Argument[] | undefined;
  if (query.cursor !== undefined) {
    last = decodeCursor(query.cursor, filterHash, [sort === 'id' ? 'string' : 'number', 'number']);
    if (last === undefined) return { kind: 'cursor-mismatch' };
  }

  const readPage = async (found: readonly Argument[]) =>
    listOf(
      await client.run(
        pageCandidatesScript,
        [keys.definition(migrationId)],
        [
          unlessVersion ?? '',
          sort,
          query.sort.startsWith('-') ? 1 : 0,
          limit,
          ...(last === undefined ? [0] : [1, ...last]),
          ...found,
          labels.length,
          ...labels.map(([key]) => key),
          wanted.length,
          ...wanted.flatMap((group) => [group.length, ...group]),
        ],
      ),
    );
  const reply =
    part === '' ? await readPage([0]) : await searchPage(searchTexts, migrationId, part, readPage);
  if (reply[0] === 'unchanged') return { kind: 'unchanged' };
  if (reply[0] === 'unknown-migration') return { kind: 'unknown-migration' };
  if (reply[0] === 'unknown-filter')
    return { kind: 'unknown-filter', key: JSON.parse(textOf(reply[1]) ?? '') };
  const [, version, definedSteps, total, rows, facts, lastOrd, lastMs] = reply;
  const fields = JSON.parse(textOf(rows) ?? '[]') as SummaryRow[];
  const items = unpackFactsOfRows(textsOf(facts)).map((unpacked, index) =>
    toSummary(fieldsOfRow(fields[index] ?? []), unpacked, Number(definedSteps)),
  );
  const lastKey = sort === 'id' ? (items.at(-1)?.id ?? '') : Number(lastMs);
  return {
    kind: 'page',
    items,
    total: Number(total),
    version: Number(version),
    nextCursor: lastOrd === '' ? undefined : encodeCursor(filterHash, [lastKey, Number(lastOrd)]),
  };
}

/** A submission between the search and the page makes both be done again, but for the third time. */
async function searchPage(
  searchTexts: SearchTexts,
  migrationId: string,
  part: string,
  readPage: (found: readonly Argument[]) => Promise<readonly Reply[]>,
): Promise<readonly Reply[]> {
  for (let attempt = 1; ; attempt += 1) {
    const { version, bits } = await searchTexts.find(migrationId, part);
    const reply = await readPage([1, attempt < 3 ? version : '', bits]);
    if (reply[0] !== 'texts-changed') return reply;
  }
}

async function readVersion(
  client: StoreClient,
  keys: RedisKeys,
  migrationId: string,
): Promise<number | undefined> {
  const version = await client.command('HGET', keys.definition(migrationId), 'ver');
  return version === null ? undefined : Number(version);
}

/** In one order whatever the caller's, so that a cursor fits. */
function anyOf(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
