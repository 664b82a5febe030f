import {
  DEFAULT_DEAD_LETTER_LIMITS,
  type DeadLetter,
  type DeadLetterStore,
} from '../../application/ports/dead-letter-store.ts';
import { decodeCursor, encodeCursor } from './memory-cursor.ts';

export function createMemoryDeadLetterStore(limits = DEFAULT_DEAD_LETTER_LIMITS): DeadLetterStore {
  const claims = new Map<string, { readonly holder: string; readonly untilMs: number }>();
  const letters = new Map<string, { readonly seq: number; readonly letter: DeadLetter }>();
  let seq = 0;
  const bytes = () =>
    [...letters.values()].reduce((sum, { letter }) => sum + Buffer.byteLength(JSON.stringify(letter)), 0);
  return {
    async add(letter) {
      seq += 1;
      letters.delete(letter.id);
      letters.set(letter.id, { seq, letter });
      for (const id of letters.keys()) {
        if (letters.size === 1 || (letters.size <= limits.mostKept && bytes() <= limits.mostBytes)) break;
        letters.delete(id);
      }
    },
    get: async (id) => letters.get(id)?.letter,
    async list({ migrationId, kind, limit, cursor }) {
      const filter = [migrationId ?? null, kind ?? null];
      const below = cursor === undefined ? Infinity : decodeCursor<number>(cursor, filter);
      if (below === undefined) return { kind: 'cursor-mismatch' };
      const rest = [...letters.values()].toReversed().filter(({ seq: at }) => at < below);
      const scanned = rest.slice(0, limits.mostScanned);
      const matching = scanned.filter(
        ({ letter }) =>
          (migrationId === undefined || (letter.kind !== 'webhook' && letter.migrationId === migrationId)) &&
          (kind === undefined || letter.kind === kind),
      );
      const page = matching.slice(0, limit);
      const isCutShort = rest.length > scanned.length || scanned.length === limits.mostScanned;
      const last = matching.length > limit ? page.at(-1) : isCutShort ? scanned.at(-1) : undefined;
      return {
        kind: 'page',
        items: page.map(({ letter }) => letter),
        total: letters.size,
        nextCursor: last === undefined ? undefined : encodeCursor(filter, last.seq),
      };
    },
    remove: async (id) => letters.delete(id),
    async claim(id, holder, forMs) {
      if (!letters.has(id)) return 'gone';
      const now = performance.now();
      if ((claims.get(id)?.untilMs ?? 0) > now) return 'taken';
      claims.set(id, { holder, untilMs: now + forMs });
      return 'claimed';
    },
    async giveBack(id, holder) {
      if (claims.get(id)?.holder === holder) claims.delete(id);
    },
  };
}
