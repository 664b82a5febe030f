import type { DeadLetter, DeadLetterStore } from '../../application/ports/dead-letter-store.ts';
import { decodeCursor, encodeCursor } from './memory-cursor.ts';

export function createMemoryDeadLetterStore(): DeadLetterStore {
  const letters = new Map<string, { readonly seq: number; readonly letter: DeadLetter }>();
  let seq = 0;
  return {
    async add(letter) {
      seq += 1;
      letters.set(letter.id, { seq, letter });
    },
    get: async (id) => letters.get(id)?.letter,
    async list({ migrationId, kind, limit, cursor }) {
      const filter = [migrationId ?? null, kind ?? null];
      const below = cursor === undefined ? Infinity : decodeCursor<number>(cursor, filter);
      if (below === undefined) return { kind: 'cursor-mismatch' };
      const matching = [...letters.values()]
        .toSorted((one, other) => other.seq - one.seq)
        .filter(({ seq: at, letter }) => {
          const fits = migrationId === undefined || letter.migrationId === migrationId;
          return at < below && fits && (kind === undefined || letter.kind === kind);
        });
      const page = matching.slice(0, limit);
      return {
        kind: 'page',
        items: page.map(({ letter }) => letter),
        total: letters.size,
        nextCursor: matching.length > limit ? encodeCursor(filter, page.at(-1)?.seq) : undefined,
      };
    },
    remove: async (id) => letters.delete(id),
  };
}
