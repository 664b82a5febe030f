import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestRedis } from '../../../test/contracts/test-redis.ts';
import { createKeys, type RedisKeys } from './keys.ts';
import { createSearchTexts, type SearchTexts } from './search-texts.ts';
import { createStoreClient } from './store-client.ts';

const { redis, newNamespace, close } = openTestRedis();
const client = createStoreClient(redis);
afterAll(close);

let keys: RedisKeys;
let searchTexts: SearchTexts;
beforeEach(() => {
  keys = createKeys(newNamespace());
  searchTexts = createSearchTexts(client, keys, 40);
});

/** A block of rows as the scripts write them, each at its own place. */
async function write(
  migrationId: string,
  version: string,
  rows: readonly (readonly [ord: number, text: string])[],
): Promise<void> {
  const digit = (value: number) => String.fromCharCode(16 + (value % 16));
  const places = rows.map(
    ([ord, text]) => `${text}\u0001${digit(ord >> 8)}${digit(ord >> 4)}${digit(ord)}\n`,
  );
  await redis.set(keys.textBlock(migrationId, 0), places.join(''));
  await redis.hset(keys.definition(migrationId), 'textVersion', version, 'nextOrd', 1_000);
}

async function ordsOf(migrationId: string, part: string): Promise<readonly number[]> {
  const { bits } = await searchTexts.find(migrationId, part);
  return Array.from({ length: bits.length * 8 }, (_, ord) => ord).filter(
    (ord) => ((bits[ord >> 3] ?? 0) & (128 >> (ord & 7))) !== 0,
  );
}

describe('the texts that are searched', () => {
  test('give each row that has the part once, by its place and not by where it stands', async () => {
    await write('m', '1', [
      [999, 'red red'],
      [3, 'dark red'],
      [4, 'blue'],
      [20, 'red'],
    ]);
    expect(await ordsOf('m', 'red')).toEqual([3, 20, 999]);
    expect(await ordsOf('m', 'd r')).toEqual([999]);
    expect(await ordsOf('m', 'green')).toEqual([]);
    expect(await searchTexts.find('m', 'red')).toMatchObject({ version: '1' });
  });

  test('are read again when they changed, and not before', async () => {
    await write('m', '1', [[1, 'red']]);
    expect(await ordsOf('m', 'red')).toEqual([1]);
    await redis.set(keys.textBlock('m', 0), 'gone');
    expect(await ordsOf('m', 'red')).toEqual([1]);
    await write('m', '2', [[2, 'red']]);
    expect(await ordsOf('m', 'red')).toEqual([2]);
  });

  test('that were used last are kept, within the bound', async () => {
    for (const migrationId of ['a', 'b', 'c']) {
      await write(migrationId, '1', [[1, `text of ${migrationId}, long`]]);
      await ordsOf(migrationId, 'text');
      await redis.del(keys.textBlock(migrationId, 0));
    }
    expect(await ordsOf('c', 'text')).toEqual([1]);
    expect(await ordsOf('b', 'text')).toEqual([1]);
    expect(await ordsOf('a', 'text')).toEqual([]);
  });

  test('of a migration without candidates hold nothing', async () => {
    expect(await ordsOf('unknown', 'red')).toEqual([]);
  });
});
