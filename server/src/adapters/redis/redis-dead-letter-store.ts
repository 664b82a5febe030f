import {
  DEFAULT_DEAD_LETTER_LIMITS,
  type DeadLetter,
  type DeadLetterLimits,
  type DeadLetterStore,
} from '../../application/ports/dead-letter-store.ts';
import { decodeCursor, encodeCursor, hashFilter } from './cursor.ts';
import { createKeys } from './keys.ts';
import type { RedisAdapterOptions } from './redis-adapter-options.ts';
import {
  addDeadLetterScript,
  claimDeadLetterScript,
  giveBackDeadLetterScript,
  readDeadLettersScript,
  removeDeadLetterScript,
} from './scripts/dead-letters.lua.ts';
import { type Argument, createStoreClient, type Script, textOf, textsOf } from './store-client.ts';
import { fromStoredJson, toStoredJson } from './stored-json.ts';

export function createRedisDeadLetterStore({
  redis,
  namespace,
  limits = DEFAULT_DEAD_LETTER_LIMITS,
}: Pick<RedisAdapterOptions, 'redis' | 'namespace'> & {
  readonly limits?: DeadLetterLimits;
}): DeadLetterStore {
  const client = createStoreClient(redis);
  const keys = createKeys(namespace);
  const { order, letters, facets, counters } = keys.deadLetters;
  const run = (script: Script, ...args: readonly Argument[]) =>
    client.run(script, [order, letters, facets, counters], args);

  return {
    async add(letter) {
      const { id, kind } = letter;
      const { mostKept, mostBytes } = limits;
      await run(
        addDeadLetterScript,
        id,
        toStoredJson(letter),
        kind,
        migrationOf(letter),
        mostKept,
        mostBytes,
      );
    },
    async get(id) {
      const json = textOf(await client.command('HGET', letters, id));
      return json === undefined ? undefined : fromStoredJson<DeadLetter>(json);
    },
    async list({ kind = '', migrationId = '', limit, cursor }) {
      const filterHash = hashFilter(['dead-letters', migrationId, kind]);
      const given = cursor === undefined ? [] : decodeCursor(cursor, filterHash, ['number']);
      if (given === undefined) return { kind: 'cursor-mismatch' };
      const below = given.length === 0 ? '+inf' : `(${given[0]}`;
      const [last, ...found] = textsOf(
        await run(readDeadLettersScript, below, limit, limits.mostScanned, kind, migrationId),
      );
      return {
        kind: 'page',
        items: found.flatMap((json, index) => (index % 2 === 0 ? [] : [fromStoredJson<DeadLetter>(json)])),
        total: Number(await client.command('ZCARD', order)),
        nextCursor: last === '' ? undefined : encodeCursor(filterHash, [Number(last)]),
      };
    },
    remove: async (id) => (await run(removeDeadLetterScript, id)) === 1,
    async claim(id, holder, forMs) {
      const answer = await client.run(
        claimDeadLetterScript,
        [letters, keys.deadLetterClaim(id)],
        [id, holder, forMs],
      );
      return answer as 'claimed' | 'taken' | 'gone';
    },
    async giveBack(id, holder) {
      await client.run(giveBackDeadLetterScript, [keys.deadLetterClaim(id)], [holder]);
    },
  };
}

function migrationOf(letter: DeadLetter): string {
  return letter.kind === 'webhook' ? '' : letter.migrationId;
}
