import { isDeepStrictEqual } from 'node:util';
import type { MigrationStore } from '../../application/ports/migration-store.ts';
import type { Clock } from '../../application/ports/system.ts';
import type { RunState } from '../../domain/run-state.ts';
import { countNow, trendOfCounts } from './memory-aggregates.ts';
import { findOverflowing } from './memory-candidates.ts';
import { decodeCursor, encodeCursor } from './memory-cursor.ts';
import { addEvents, type MemoryState, touch } from './memory-state.ts';

type Definitions = Pick<
  MigrationStore,
  'announce' | 'getMigration' | 'getRevision' | 'countCandidates' | 'listMigrations'
>;

export function createMemoryDefinitions(state: MemoryState, clock: Clock): Definitions {
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
        ...{ hours: new Map(), days: new Map(), failures: new Map() },
        ...{ discoveries: new Map(), overflowing: new Set<string>(), submissions: 0, version: 0 },
        comparison: { isDone: false, token: 0, repeated: 0, awaited: new Set<string>() },
      };
      const { revision: _, announcedAt: __, ...before } = entry.stored;
      const isSame = isDeepStrictEqual(before, definition);
      entry.stored = migration;
      const body = { steps, requiredInputs, labelKeys };
      const firstAt = entry.revisions.get(revision)?.firstAt ?? at;
      entry.revisions.set(revision, { body, firstAt, lastAt: at, workerVersion: definition.version });
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
      return state.migrations.get(migrationId)?.revisions.get(revision)?.body;
    },

    async countCandidates(migrationId) {
      const entry = state.migrations.get(migrationId);
      const candidates = [...(entry?.candidates.values() ?? [])];
      const { failing, ...status } = countNow(candidates);
      const runState: Partial<Record<RunState, number>> = {};
      for (const { progress } of candidates) {
        if (progress.runState !== undefined)
          runState[progress.runState] = (runState[progress.runState] ?? 0) + 1;
      }
      return {
        total: candidates.length,
        trend: trendOfCounts(entry?.days, status.completed, clock.now().getTime()),
        gone: candidates.filter(({ goneAt }) => goneAt !== undefined).length,
        status,
        failing,
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
