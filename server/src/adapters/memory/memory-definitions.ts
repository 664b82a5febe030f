import { isDeepStrictEqual } from 'node:util';
import type { MigrationStore } from '../../application/ports/migration-store.ts';
import type { CandidateStatus, RunState } from '../../domain/run-state.ts';
import { findOverflowing } from './memory-candidates.ts';
import { decodeCursor, encodeCursor } from './memory-cursor.ts';
import { addEvents, type MemoryState, touch } from './memory-state.ts';

type Definitions = Pick<
  MigrationStore,
  'announce' | 'getMigration' | 'getRevision' | 'countCandidates' | 'listMigrations'
>;

export function createMemoryDefinitions(state: MemoryState): Definitions {
  return {
    async announce({ definition, revision, at, maxMigrations, eventsOf }) {
      const known = state.migrations.get(definition.id);
      if (known === undefined && state.migrations.size >= maxMigrations) return { kind: 'too-many' };
      if (known !== undefined && known.stored.workerApp !== definition.workerApp)
        return { kind: 'owned-by', workerApp: known.stored.workerApp };

      const migration = { ...definition, revision, announcedAt: at };
      const { steps, requiredInputs, labelKeys } = definition;
      const entry = known ?? {
        ...{ stored: migration, revisions: new Map(), candidates: new Map(), runs: new Map() },
        ...{ discoveries: new Map(), overflowing: new Set<string>(), submissions: 0, version: 0 },
        comparison: { isDone: false, token: 0, awaited: new Set<string>() },
      };
      const { revision: _, announcedAt: __, ...before } = entry.stored;
      const isSame = isDeepStrictEqual(before, definition);
      entry.stored = migration;
      if (!entry.revisions.has(revision)) entry.revisions.set(revision, { steps, requiredInputs, labelKeys });
      for (const key of entry.overflowing) if (!labelKeys.includes(key)) entry.overflowing.delete(key);
      findOverflowing(entry);
      state.migrations.set(definition.id, entry);
      touch(entry);
      const change = known === undefined ? 'new' : isSame ? 'same' : 'revised';
      if (change !== 'same') addEvents(state, eventsOf(change));
      return { kind: 'stored', migration, change };
    },

    async getMigration(migrationId) {
      return state.migrations.get(migrationId)?.stored;
    },

    async getRevision(migrationId, revision) {
      return state.migrations.get(migrationId)?.revisions.get(revision);
    },

    async countCandidates(migrationId) {
      const entry = state.migrations.get(migrationId);
      const candidates = [...(entry?.candidates.values() ?? [])];
      const status: Record<CandidateStatus, number> = { not_started: 0, running: 0, completed: 0 };
      const runState: Partial<Record<RunState, number>> = {};
      for (const { progress } of candidates) {
        status[progress.status] += 1;
        if (progress.runState !== undefined)
          runState[progress.runState] = (runState[progress.runState] ?? 0) + 1;
      }
      return {
        total: candidates.length,
        gone: candidates.filter(({ goneAt }) => goneAt !== undefined).length,
        status,
        runState,
        lastActivityAt: entry?.lastActivityAt,
        version: entry?.version ?? 0,
      };
    },

    async listMigrations({ limit, cursor, q }) {
      const part = q?.toLowerCase() ?? '';
      const after = cursor === undefined ? '' : decodeCursor<string>(cursor, part);
      if (after === undefined) return { kind: 'cursor-mismatch' };
      const matching = [...state.migrations.values()]
        .map(({ stored }) => stored)
        .filter(({ id, name }) => id.includes(part) || name.toLowerCase().includes(part))
        .sort((one, other) => (one.id < other.id ? -1 : 1));
      const rest = matching.filter(({ id }) => id > after);
      const items = rest.slice(0, limit);
      return {
        kind: 'page',
        items,
        total: matching.length,
        nextCursor: rest.length > limit ? encodeCursor(part, items.at(-1)?.id) : undefined,
      };
    },
  };
}
