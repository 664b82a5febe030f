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
      const { migrationId, candidateId, runId, type, actorId, traceId } = query;
      const filter = [migrationId, candidateId, runId, type, actorId, traceId].map((value) => value ?? null);
      const before = cursor === undefined ? undefined : decodeCursor<string>(cursor, filter);
      if (cursor !== undefined && before === undefined) return { kind: 'cursor-mismatch' };
      if (after !== undefined && !/^\d{12}$/.test(after)) return { kind: 'cursor-mismatch' };
      const found = state.events
        .filter(
          (event) =>
            (before === undefined || event.id < before) &&
            (after === undefined || event.id > after) &&
            (query.migrationId === undefined || event.migrationId === query.migrationId) &&
            (query.candidateId === undefined || event.candidateId === query.candidateId) &&
            (query.runId === undefined || event.runId === query.runId) &&
            (query.type === undefined || event.type === query.type) &&
            (query.actorId === undefined || event.actor.id === query.actorId) &&
            (query.traceId === undefined || event.traceId === query.traceId),
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
