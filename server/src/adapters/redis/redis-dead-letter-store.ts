import type {
  DeadLetter,
  DeadLetterQuery,
  DeadLetterStore,
} from '../../application/ports/dead-letter-store.ts';
import { decodeCursor, encodeCursor, hashFilter } from './cursor.ts';
import { createKeys } from './keys.ts';
import type { RedisAdapterOptions } from './redis-adapter-options.ts';
import {
  addDeadLetterScript,
  readDeadLettersScript,
  removeDeadLetterScript,
} from './scripts/dead-letters.lua.ts';
import { createStoreClient, textOf, textsOf } from './store-client.ts';
import { fromStoredJson, toStoredJson } from './stored-json.ts';

const MOST_KEPT = 10_000;
const READ_AT_ONCE = 200;

interface Placed {
  readonly seq: number;
  readonly letter: DeadLetter;
}

export function createRedisDeadLetterStore({
  redis,
  namespace,
}: Pick<RedisAdapterOptions, 'redis' | 'namespace'>): DeadLetterStore {
  const client = createStoreClient(redis);
  const { order, letters, counter } = createKeys(namespace).deadLetters;

  /** The next ones below `seq`, the newest first. */
  async function read(below: string): Promise<readonly Placed[]> {
    const flat = textsOf(await client.run(readDeadLettersScript, [order, letters], [below, READ_AT_ONCE]));
    return flat.flatMap((json, index) =>
      index % 2 === 0 ? [] : [{ seq: Number(flat[index - 1]), letter: fromStoredJson<DeadLetter>(json) }],
    );
  }

  return {
    async add(letter) {
      const args = [letter.id, toStoredJson(letter), MOST_KEPT];
      await client.run(addDeadLetterScript, [order, letters, counter], args);
    },
    async get(id) {
      const json = textOf(await client.command('HGET', letters, id));
      return json === undefined ? undefined : fromStoredJson<DeadLetter>(json);
    },
    async list(query) {
      const filterHash = hashFilter(['dead-letters', query.migrationId ?? '', query.kind ?? '']);
      const given = query.cursor === undefined ? [] : decodeCursor(query.cursor, filterHash, ['number']);
      if (given === undefined) return { kind: 'cursor-mismatch' };
      const items: Placed[] = [];
      let below = given.length === 0 ? '+inf' : `(${given[0]}`;
      while (items.length <= query.limit) {
        const next = await read(below);
        items.push(...next.filter(({ letter }) => fits(letter, query)));
        const last = next.at(-1);
        if (last === undefined) break;
        below = `(${last.seq}`;
      }
      const page = items.slice(0, query.limit);
      return {
        kind: 'page',
        items: page.map(({ letter }) => letter),
        total: Number(await client.command('ZCARD', order)),
        nextCursor:
          items.length > query.limit ? encodeCursor(filterHash, [page.at(-1)?.seq ?? 0]) : undefined,
      };
    },
    remove: async (id) => (await client.run(removeDeadLetterScript, [order, letters], [id])) === 1,
  };
}

function fits(letter: DeadLetter, { migrationId, kind }: DeadLetterQuery): boolean {
  return (
    (migrationId === undefined || letter.migrationId === migrationId) &&
    (kind === undefined || letter.kind === kind)
  );
}
