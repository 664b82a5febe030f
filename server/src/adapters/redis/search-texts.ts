import { createKeptValues } from './kept-values.ts';
import type { RedisKeys } from './keys.ts';
import { listOf, type StoreClient, textOf, textsOf } from './store-client.ts';

/** Which rows of a migration have a part of text in their id or labels. */
export interface SearchTexts {
  /**
   * A bitmap over ords, and the version of the texts that were searched.
   *
   * @param part - folded by `toSearchText`, not empty
   */
  find(migrationId: string, part: string): Promise<FoundRows>;
}

export interface FoundRows {
  readonly version: string;
  readonly bits: Buffer;
}

/** All rows of a migration, each ended by a newline, which no id or label has. */
interface Texts {
  readonly version: string;
  readonly rows: number;
  readonly text: string;
  /** Where the rows end in the text, and their ords. */
  readonly ends: Uint32Array;
  readonly ords: Uint32Array;
}

/** Of text; a million rows with a few labels each. */
const KEPT_CHARACTERS = 64 * 1024 * 1024;
const ROWS_PER_BLOCK = 1_000;

/**
 * Searches here and not in Redis, which does one thing at a time: 100,000 rows that all match take Lua five times as
 * long, and everybody else waits meanwhile. Texts change when candidates are submitted, and are read again then.
 */
export function createSearchTexts(
  client: StoreClient,
  keys: RedisKeys,
  keptCharacters = KEPT_CHARACTERS,
): SearchTexts {
  const kept = createKeptValues<Texts>(keptCharacters, ({ text }) => text.length);

  async function load(migrationId: string): Promise<Texts> {
    const [version = '', nextOrd] = textsOf(
      await client.command('HMGET', keys.definition(migrationId), 'textVersion', 'nextOrd'),
    );
    const known = kept.peek(migrationId);
    if (known !== undefined && known.version === version) return known;
    const blocks = Array.from({ length: Math.ceil(Number(nextOrd) / ROWS_PER_BLOCK) }, (_, block) =>
      keys.textBlock(migrationId, block),
    );
    const read = blocks.length === 0 ? [] : listOf(await client.command('MGET', ...blocks));
    return parse(
      version,
      blocks.length * ROWS_PER_BLOCK,
      read.map((block) => textOf(block) ?? ''),
    );
  }

  return {
    async find(migrationId, part) {
      const texts = await load(migrationId);
      kept.keep(migrationId, texts);
      return { version: texts.version, bits: search(texts, part) };
    },
  };
}

/** A block has for each row the text, \1, three digits of base 16 for its place as control characters, and a newline. */
function parse(version: string, rows: number, blocks: readonly string[]): Texts {
  const texts: string[] = [];
  const ends: number[] = [];
  const ords: number[] = [];
  let length = 0;
  for (const [block, content] of blocks.entries()) {
    for (const row of content.split('\n')) {
      const mark = row.indexOf('\u0001');
      if (mark < 0) continue;
      const digit = (index: number) => row.charCodeAt(mark + index) - 16;
      texts.push(row.slice(0, mark), '\n');
      length += mark + 1;
      ends.push(length - 1);
      ords.push(block * ROWS_PER_BLOCK + digit(1) * 256 + digit(2) * 16 + digit(3));
    }
  }
  return { version, rows, text: texts.join(''), ends: Uint32Array.from(ends), ords: Uint32Array.from(ords) };
}

function search({ rows, text, ends, ords }: Texts, part: string): Buffer {
  const bits = Buffer.alloc(Math.ceil(rows / 8));
  let row = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, endOf(row - 1))) {
    while (endOf(row) < at) row += 1;
    const ord = ords[row] ?? 0;
    // Redis counts bits of a byte from the highest.
    bits[ord >> 3] = (bits[ord >> 3] ?? 0) | (128 >> (ord & 7));
    row += 1;
  }
  return bits;

  function endOf(index: number): number {
    return ends[index] ?? text.length;
  }
}
