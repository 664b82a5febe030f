import canonicalize from 'canonicalize';
import type { MigrationStore } from '../../application/ports/migration-store.ts';
import type { Clock } from '../../application/ports/system.ts';
import { TREND_DAYS, trendOf } from '../../domain/burndown.ts';
import type { MigrationDefinition, RevisionBody, StoredMigration } from '../../domain/migration.ts';
import { CANDIDATE_STATUSES, RUN_STATES } from '../../domain/run-state.ts';
import { decodeCursor, encodeCursor, hashFilter } from './cursor.ts';
import { eventListArguments } from './event-arguments.ts';
import type { RedisKeys } from './keys.ts';
import { toStatusCounts } from './migration-aggregates.ts';
import {
  announceScript,
  countCandidatesScript,
  indexLabelsScript,
  reserveMigrationScript,
} from './scripts/announce.lua.ts';
import { listOf, type Reply, type StoreClient, textOf, textsOf } from './store-client.ts';
import { fromStoredJson, toStoredJson } from './stored-json.ts';

type Definitions = Pick<
  MigrationStore,
  'announce' | 'getMigration' | 'getRevision' | 'countCandidates' | 'listMigrations'
>;

const DEFINITION_FIELDS = ['json', 'revision', 'announcedAt'] as const;
/** As many rows as one script may touch without holding up Redis. */
const ROWS_PER_CALL = 1_000;

export function createDefinitions(
  client: StoreClient,
  keys: RedisKeys,
  clock: Clock | undefined,
): Definitions {
  async function getMigration(migrationId: string): Promise<StoredMigration | undefined> {
    return toMigration(await client.command('HMGET', keys.definition(migrationId), ...DEFINITION_FIELDS));
  }

  return {
    async announce({ definition, revision, at, maxMigrations, eventsOf }) {
      const reserved = await client.run(
        reserveMigrationScript,
        [keys.migrations],
        [definition.id, maxMigrations],
      );
      if (reserved !== 1) return { kind: 'too-many' };

      const { steps, requiredInputs, labelKeys } = definition;
      const body: RevisionBody = { steps, requiredInputs, labelKeys };
      const [change, ...rest] = textsOf(
        await client.run(
          announceScript,
          [keys.definition(definition.id)],
          [
            definition.workerApp,
            definition.version ?? '',
            canonicalJson(definition),
            revision,
            toStoredJson(body),
            at,
            Date.parse(at),
            definition.name,
            steps.length,
            labelKeys.length,
            ...labelKeys.map((key) => JSON.stringify(key)),
            ...eventListArguments(eventsOf('new')),
            ...eventListArguments(eventsOf('revised')),
          ],
        ),
      );
      if (change === 'owned-by') return { kind: 'owned-by', workerApp: rest[0] ?? '' };
      if (rest.length > 0) await indexLabelKeys(client, keys, definition.id, rest);
      return {
        kind: 'stored',
        change: change as 'new' | 'revised' | 'same',
        migration: { ...definition, revision, announcedAt: at },
      };
    },

    getMigration,

    async getRevision(migrationId, revision) {
      const text = textOf(await client.command('GET', keys.revision(migrationId, revision)));
      return text === undefined ? undefined : fromStoredJson<RevisionBody>(text);
    },

    async countCandidates(migrationId) {
      const reply = listOf(
        await client.run(
          countCandidatesScript,
          [keys.definition(migrationId)],
          [
            ...[CANDIDATE_STATUSES.length, ...CANDIDATE_STATUSES, RUN_STATES.length, ...RUN_STATES],
            ...[clock?.now().getTime() ?? '', TREND_DAYS],
          ],
        ),
      );
      const [total, version, lastActivityAt, gone, ...counts] = reply;
      const status = CANDIDATE_STATUSES.map((name, index) => [name, Number(counts[index])] as const);
      const runState = RUN_STATES.map(
        (name, index) => [name, Number(counts[CANDIDATE_STATUSES.length + index])] as const,
      ).filter(([, count]) => count > 0);
      const [failing, ...days] = counts.slice(CANDIDATE_STATUSES.length + RUN_STATES.length);
      const completed = days.map((kept) => (kept === '' ? undefined : toStatusCounts(kept).completed));
      const now = Object.fromEntries(status) as Record<(typeof CANDIDATE_STATUSES)[number], number>;
      return {
        total: Number(total),
        gone: Number(gone),
        status: now,
        runState: Object.fromEntries(runState),
        failing: Number(failing),
        trend: trendOf(completed, now.completed),
        lastActivityAt: lastActivityAt === '' ? undefined : textOf(lastActivityAt),
        version: Number(version),
      };
    },

    async listMigrations({ limit, cursor, q }) {
      const part = q?.toLowerCase() ?? '';
      const filterHash = hashFilter(['migrations', part]);
      const after = cursor === undefined ? [''] : decodeCursor(cursor, filterHash, ['string']);
      if (after === undefined) return { kind: 'cursor-mismatch' };

      const ids = textsOf(await client.command('SMEMBERS', keys.migrations));
      const names = await client.pipeline(ids.map((id) => ['HGET', keys.definition(id), 'name']));
      const matching = ids
        .map((id, index) => ({ id, name: textOf(names[index]) }))
        // A place that was reserved by an announcement that did not end has no name.
        .filter(({ id, name }) => name !== undefined && `${id}\0${name.toLowerCase()}`.includes(part))
        .map(({ id }) => id)
        .sort();
      const rest = matching.filter((id) => id > (after[0] as string));
      const page = rest.slice(0, limit);
      const definitions = await client.pipeline(
        page.map((id) => ['HMGET', keys.definition(id), ...DEFINITION_FIELDS]),
      );
      return {
        kind: 'page',
        items: definitions.flatMap((reply) => toMigration(reply) ?? []),
        total: matching.length,
        nextCursor: rest.length > limit ? encodeCursor(filterHash, [page.at(-1) ?? '']) : undefined,
      };
    },
  };
}

/** Adds label keys to the index in pieces; another announcement takes up what a crash leaves half done. */
export async function indexLabelKeys(
  client: StoreClient,
  keys: RedisKeys,
  migrationId: string,
  jsonKeys: readonly string[],
): Promise<void> {
  const rows = Number(textOf(await client.command('HGET', keys.definition(migrationId), 'nextOrd')) ?? 0);
  for (let first = 0; first === 0 || first < rows; first += ROWS_PER_CALL) {
    const isLast = first + ROWS_PER_CALL >= rows;
    await client.run(
      indexLabelsScript,
      [keys.definition(migrationId)],
      [first, first + ROWS_PER_CALL - 1, isLast ? 1 : 0, jsonKeys.length, ...jsonKeys],
    );
  }
}

/** Independent of the order in which an announcer writes its fields, so that an equal one is seen as equal. */
function canonicalJson(definition: MigrationDefinition): string {
  const text = canonicalize({ v: 1, value: definition });
  if (text === undefined) throw new Error('A definition has no canonical JSON.');
  return text;
}

function toMigration(reply: Reply | undefined): StoredMigration | undefined {
  const [json, revision, announcedAt] = listOf(reply).map(textOf);
  if (json === undefined || revision === undefined || announcedAt === undefined) return undefined;
  return { ...fromStoredJson<MigrationDefinition>(json), revision, announcedAt };
}
