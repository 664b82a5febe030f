import { eventFilterValues, matchesEvent } from '../../application/match-event.ts';
import type { EventLog } from '../../application/ports/event-log.ts';
import { decodeCursor, encodeCursor } from './memory-cursor.ts';
import { addEvents, type MemoryState, touch } from './memory-state.ts';

export function createMemoryEventLog({ state }: { readonly state: MemoryState }): EventLog {
  return {
    async append(event) {
      addEvents(state, [event]);
      const migration = event.migrationId === undefined ? undefined : state.migrations.get(event.migrationId);
      if (migration !== undefined) touch(migration);
    },

    async list({ limit, cursor, after, ...query }) {
      const filter = eventFilterValues(query).map((value) => value ?? null);
      const before = cursor === undefined ? undefined : decodeCursor<string>(cursor, filter);
      if (cursor !== undefined && before === undefined) return { kind: 'cursor-mismatch' };
      if (after !== undefined && !/^\d{12}$/.test(after)) return { kind: 'cursor-mismatch' };
      const found = state.events
        .filter(
          (event) =>
            (before === undefined || event.id < before) &&
            (after === undefined || event.id > after) &&
            matchesEvent(event, query),
        )
        .reverse();
      if (after !== undefined) return { kind: 'page', items: found.slice(-limit) };
      const items = found.slice(0, limit);
      return {
        kind: 'page',
        items,
        nextCursor: found.length > limit ? encodeCursor(filter, items.at(-1)?.id) : undefined,
      };
    },
  };
}
