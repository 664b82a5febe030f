import type { WorkerDirectory } from '../../application/ports/worker-directory.ts';
import { decodeCursor, encodeCursor } from './memory-cursor.ts';
import { addEvents, type MemoryState } from './memory-state.ts';
import type { App } from './memory-worker-app.ts';

const WEIGHT = 0.3;

/** What people do to instances, and what is noted of them to be shown. */
export function createMemoryDrains({
  apps,
  state,
  now,
}: {
  readonly apps: ReadonlyMap<string, App>;
  readonly state: MemoryState;
  readonly now: () => number;
}): Pick<WorkerDirectory, 'drain' | 'resume' | 'keepFindings' | 'noteDials' | 'listInFlight'> {
  const present = (workerApp: string, instanceId: string) => {
    const instance = apps.get(workerApp)?.instances.get(instanceId);
    return instance?.isWithdrawn === true ? undefined : instance;
  };
  return {
    async drain(workerApp, instanceId, drain, event) {
      const instance = present(workerApp, instanceId);
      if (instance === undefined) return undefined;
      if (instance.drain !== undefined) return { held: instance.drain.held, isNew: false };
      instance.drain = { held: drain, fromMs: now() };
      addEvents(state, [event]);
      return { held: drain, isNew: true };
    },

    async resume(workerApp, instanceId, event) {
      const instance = present(workerApp, instanceId);
      if (instance === undefined) return undefined;
      const wasDraining = instance.drain !== undefined;
      if (wasDraining) addEvents(state, [event]);
      instance.drain = undefined;
      return { wasDraining };
    },

    async keepFindings(workerApp, instanceId, migrationId, findings) {
      apps.get(workerApp)?.instances.get(instanceId)?.findings.set(migrationId, findings);
    },

    async noteDials(workerApp, workerUrl, { latencyMs, error }) {
      const dials = apps.get(workerApp)?.dials;
      const kept = dials?.get(workerUrl) ?? {};
      if (latencyMs !== undefined) {
        const mean = kept.latencyMs ?? latencyMs;
        kept.latencyMs = Number((mean + (latencyMs - mean) * WEIGHT).toFixed(1));
      }
      if (error !== undefined) kept.lastError = { at: new Date(now()).toISOString(), message: error };
      dials?.set(workerUrl, kept);
    },

    async listInFlight({ workerApp, instanceId, limit, cursor }) {
      const filter = [workerApp, instanceId ?? null];
      const last = cursor === undefined ? undefined : decodeCursor<[number, string]>(cursor, filter);
      if (cursor !== undefined && last === undefined) return { kind: 'cursor-mismatch' };
      const all = [...(apps.get(workerApp)?.accepted ?? [])]
        .filter(([, { attempt }]) => instanceId === undefined || attempt.instanceId === instanceId)
        .sort(([oneKey, one], [otherKey, other]) => one.at - other.at || (oneKey < otherKey ? -1 : 1));
      const rest = all.filter(
        ([key, { at }]) => last === undefined || at > last[0] || (at === last[0] && key > last[1]),
      );
      const page = rest.slice(0, limit);
      const end = page.at(-1);
      const hasMore = rest.length > page.length && end !== undefined;
      return {
        kind: 'page',
        items: page.map(([, { attempt, at }]) => ({ ...attempt, since: new Date(at).toISOString() })),
        total: all.length,
        ...(hasMore ? { nextCursor: encodeCursor(filter, [end[1].at, end[0]]) } : {}),
      };
    },
  };
}
